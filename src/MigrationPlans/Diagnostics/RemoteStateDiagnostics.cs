namespace MigrationPlans.Diagnostics;

/// <summary>Stage 5, from MP5020: state that is kept in S3.</summary>
public static class RemoteStateDiagnostics
{
    private static readonly DiagnosticDescriptor BucketMissingDescriptor = new(
        "MP5020", Severity.Error, "the state's bucket is not there",
        """
        `--state s3://bucket/prefix` names a bucket that S3 does not know. migplan makes no buckets: make one of your own, with versioning on and public access
        blocked, in the region that AWS_REGION or the profile names.
        """);

    private static readonly DiagnosticDescriptor AddressUnfitDescriptor = new(
        "MP5022", Severity.Error, "this is no place in S3",
        "State in S3 is named `s3://bucket/prefix`: a bucket's name (3 to 63 lower-case letters, digits, dots and hyphens), and where in it the state is. Each manifest needs a prefix of its own.");

    public static Diagnostic BucketMissing(string bucket, string region) => new()
    {
        Descriptor = BucketMissingDescriptor,
        Message = $"there is no bucket `{bucket}` for the state (asked in {region})",
        Subject = bucket,
        Help = "make the bucket, or name another one: `--state s3://bucket/prefix`",
    };

    public static Diagnostic AddressUnfit(string address, string reason) => new()
    {
        Descriptor = AddressUnfitDescriptor,
        Message = $"`{Quoting.Plain(address)}` is no place for state: {reason}",
        Subject = address,
        Help = "write `s3://bucket/prefix`",
    };
}
