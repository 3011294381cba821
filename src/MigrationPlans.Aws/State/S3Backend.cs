using Amazon.Runtime;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.State;

namespace MigrationPlans.Aws.State;

/// <summary>State in S3, as whoever runs the process.</summary>
public sealed class S3Backend : IStateBackend
{
    /// <summary>Where neither environment nor profile names a region.</summary>
    private const string UsualRegion = "us-east-1";

    private readonly AwsSession session;
    private readonly S3Objects objects;

    /// <exception cref="Diagnostics.DiagnosticException">There are no credentials.</exception>
    public S3Backend(S3Address address, TimeProvider clock)
    {
        session = new AwsSession();
        var region = FallbackRegionFactory.GetRegionEndpoint()?.SystemName ?? UsualRegion;
        var account = session.Open(new AwsAccess(address.ToString(), region, RoleArn: null, ExternalId: null));
        objects = new S3Objects(address, account, AwsTimeouts.Default, clock);
        Files = new S3StateFiles(objects);
        Lock = new S3LockFile(objects);
    }

    public IStateFiles Files { get; }

    public ILockFile Lock { get; }

    public void Dispose()
    {
        objects.Dispose();
        session.Dispose();
    }
}
