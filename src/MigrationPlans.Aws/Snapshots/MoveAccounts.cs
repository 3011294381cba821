using MigrationPlans.Aws.Accounts;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>The accounts that a move leaves and goes to.</summary>
internal static class MoveAccounts
{
    private const string FromSide = ".from";
    private const string ToSide = ".to";

    public static AwsAccount Source(AwsSession session, InstanceMove move) =>
        session.Open(new AwsAccess(move.Path + FromSide, move.From.Region, move.From.RoleArn, move.From.ExternalId));

    public static AwsAccount Target(AwsSession session, InstanceMove move) =>
        session.Open(new AwsAccess(move.Path + ToSide, move.To.Region, move.To.RoleArn, move.To.ExternalId));

    public static InstanceMove Find(MigrationManifest manifest, string path) => manifest.Instances.Single(move => move.Path == path);

    /// <summary>
    /// What a state calls the place of what a move made, <c>region/account</c>: it holds whatever becomes of the manifest, its overlays
    /// and the caller's credentials.
    /// </summary>
    public static async Task<string> PlaceAsync(AwsAccount account, CancellationToken cancellationToken) =>
        $"{account.Access.Region}/{await account.NumberAsync(cancellationToken)}";

    /// <summary>That the account is another one than was planned for; null where it is that one, or a plan of an older version does not say.</summary>
    public static async Task<Diagnostic?> FindOtherAsync(AwsAccount account, string? planned, CancellationToken cancellationToken) =>
        planned is not null && await account.NumberAsync(cancellationToken) is var number && number != planned
            ? InstanceMoveDiagnostics.OtherAccount(account.Access.Subject, number, planned)
            : null;

    /// <summary>The way to a resource; null: no move of the manifest leads there.</summary>
    public static async Task<AwsAccount?> FindAsync(
        AwsSession session, MigrationManifest manifest, CreatedResource resource, CancellationToken cancellationToken)
    {
        var sides = manifest.Instances.Select(move => Target(session, move));
        if (resource.Kind == RdsResource.SnapshotKind)
        {
            sides = sides.Concat(manifest.Instances.Select(move => Source(session, move)));
        }

        foreach (var side in sides)
        {
            // States of older versions name the side itself.
            if (side.Access.Subject == resource.Endpoint
                || (resource.Endpoint.StartsWith($"{side.Access.Region}/", StringComparison.Ordinal)
                    && await PlaceAsync(side, cancellationToken) == resource.Endpoint))
            {
                return side;
            }
        }

        return null;
    }
}
