using MigrationPlans.Aws.Accounts;
using MigrationPlans.Manifest;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>The accounts that a move leaves and goes to.</summary>
internal static class MoveAccounts
{
    public const string FromSide = ".from";
    public const string ToSide = ".to";

    public static AwsAccount Source(AwsSession session, InstanceMove move) =>
        session.Open(new AwsAccess(move.Path + FromSide, move.From.Region, move.From.RoleArn, move.From.ExternalId));

    public static AwsAccount Target(AwsSession session, InstanceMove move) =>
        session.Open(new AwsAccess(move.Path + ToSide, move.To.Region, move.To.RoleArn, move.To.ExternalId));

    public static InstanceMove Find(MigrationManifest manifest, string path) => manifest.Instances.Single(move => move.Path == path);
}
