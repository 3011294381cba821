namespace MigrationPlans.Aws.State;

/// <summary>An object as it was read.</summary>
/// <param name="ETag">Tells this content from any other.</param>
/// <param name="LastModified">By S3's clock.</param>
/// <param name="Now">When it was read, by S3's clock.</param>
internal sealed record S3Object(byte[] Content, string ETag, DateTimeOffset LastModified, DateTimeOffset Now);
