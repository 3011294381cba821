namespace MigrationPlans.Aws.Policies;

/// <param name="RoleArn">Who needs it; null: the principal that migplan runs as.</param>
internal sealed record Need(string? RoleArn, string? ExternalId, PolicyStatement Statement);
