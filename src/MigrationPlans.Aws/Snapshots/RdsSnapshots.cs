using Amazon.Runtime;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>Finds snapshots.</summary>
internal static class RdsSnapshots
{
    /// <summary>Null: there is none of that identifier.</summary>
    public static async Task<DBSnapshot?> FindAsync(AwsAccount account, string identifier, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await account.CallAsync(
                "rds:DescribeDBSnapshots",
                $"snapshot:{identifier}",
                () => account.Rds.DescribeDBSnapshotsAsync(new DescribeDBSnapshotsRequest { DBSnapshotIdentifier = identifier }, cancellationToken),
                cancellationToken);
            return answer.DBSnapshots.FirstOrDefault();
        }
        catch (DiagnosticException exception) when (HasCode(exception, "DBSnapshotNotFound", "DBSnapshotNotFoundFault"))
        {
            return null;
        }
    }

    public static bool HasCode(DiagnosticException exception, params ReadOnlySpan<string> codes) =>
        exception.InnerException is AmazonServiceException { ErrorCode: { } code } && codes.Contains(code);
}
