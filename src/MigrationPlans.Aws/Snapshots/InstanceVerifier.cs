using System.Collections.Immutable;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.Endpoints;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>
/// Holds a new instance against the snapshot that it was made from; where that is gone, against the old instance, and at last,
/// or where their account can't be asked, against the plan.
/// </summary>
/// <param name="session">Stays the caller's to dispose of.</param>
public sealed class InstanceVerifier(AwsSession session) : IInstanceVerifier
{
    public async Task<Diagnostic?> FindOtherAccountAsync(MigrationManifest manifest, IEnumerable<InstanceStep> steps, CancellationToken cancellationToken)
    {
        foreach (var (path, origin, target) in steps.Select(step => (step.Move, step.Origin?.Account, step.TargetAccount)).Distinct())
        {
            var move = MoveAccounts.Find(manifest, path);
            if ((await MoveAccounts.FindOtherAsync(MoveAccounts.Source(session, move), origin, cancellationToken)
                ?? await MoveAccounts.FindOtherAsync(MoveAccounts.Target(session, move), target, cancellationToken)) is { } other)
            {
                return other;
            }
        }

        return null;
    }

    public async Task<InstanceVerification> VerifyAsync(MigrationManifest manifest, ImmutableArray<InstanceStep> steps, CancellationToken cancellationToken)
    {
        var create = steps.OfType<CreateSnapshotStep>().Single();
        var verify = steps.OfType<VerifyInstanceStep>().Single();
        var move = MoveAccounts.Find(manifest, verify.Move);
        var verification = new InstanceVerification { Instance = verify.Database, From = $"{create.Region}/{create.Instance}" };
        var target = MoveAccounts.Target(session, move);
        if (await MoveAccounts.FindOtherAsync(target, verify.TargetAccount, cancellationToken) is { } other)
        {
            throw new DiagnosticException(other);
        }

        if (await RdsInstances.FindAsync(target, verify.Instance, cancellationToken) is not { } instance)
        {
            return verification with { Exists = false };
        }

        if (instance.DBInstanceStatus == "deleting" || !RdsResource.Of(instance, verify.Region).IsOfPlan(manifest.Name))
        {
            var there = instance.DBInstanceStatus == "deleting" ? "is being deleted" : $"is there without the tag {SnapshotNames.PlanTag}={manifest.Name}";
            return verification with { Exists = false, Facts = $"an instance of that name {there}" };
        }

        var (expected, what) = await ExpectAsync(MoveAccounts.Source(session, move), create, verify, cancellationToken);
        return verification with
        {
            Facts = $"{instance.Engine} {instance.EngineVersion}, {instance.AllocatedStorage} GiB, {instance.DBInstanceStatus}{(instance.StorageEncrypted == true ? ", encrypted" : "")}",
            ComparedWith = what,
            Differences = [.. OriginDifference(verify, instance)
                .Concat(VerifyInstanceHandler.Differences(expected, instance))
                .Select(difference => $"it {difference}")],
        };
    }

    private static IEnumerable<string> OriginDifference(VerifyInstanceStep verify, DBInstance instance) =>
        verify.Origin?.ToString() is { } wanted && RdsResource.Of(instance, verify.Region).Origin is { } origin && origin != wanted
            ? [$"holds the data of {origin}, not of {wanted}"]
            : [];

    /// <summary>Of a move that is done the source may be closed to us by now.</summary>
    private static async Task<(VerifyInstanceStep Expected, string What)> ExpectAsync(
        AwsAccount source, CreateSnapshotStep create, VerifyInstanceStep verify, CancellationToken cancellationToken)
    {
        try
        {
            if (await MoveAccounts.FindOtherAsync(source, create.Origin?.Account, cancellationToken) is { } other)
            {
                return (verify, $"the plan: the credentials are of another account than that of snapshot and old instance ({other.Code})");
            }

            return await FindAsync(source, create, verify, cancellationToken) ?? (verify, "the plan: snapshot and old instance are gone");
        }
        catch (DiagnosticException exception)
        {
            return (verify, $"the plan: the account of snapshot and old instance can't be asked ({exception.Diagnostic.Code})");
        }
    }

    private static async Task<(VerifyInstanceStep Expected, string What)?> FindAsync(
        AwsAccount source, CreateSnapshotStep create, VerifyInstanceStep verify, CancellationToken cancellationToken)
    {
        if (await RdsSnapshots.FindAsync(source, create.Snapshot, cancellationToken) is { } snapshot)
        {
            return (
                With(verify, snapshot.Engine, snapshot.EngineVersion, snapshot.AllocatedStorage, snapshot.Encrypted),
                $"snapshot {snapshot.DBSnapshotIdentifier}");
        }

        return await RdsInstances.FindAsync(source, create.Instance, cancellationToken) is { } old
            ? (With(verify, old.Engine, old.EngineVersion, old.AllocatedStorage, old.StorageEncrypted), $"instance {old.DBInstanceIdentifier}")
            : null;
    }

    /// <summary>What the source is now; the key stays what the plan says.</summary>
    private static VerifyInstanceStep With(VerifyInstanceStep verify, string? engine, string? version, int? storage, bool? isEncrypted) => verify with
    {
        Engine = engine ?? verify.Engine,
        EngineVersion = version ?? verify.EngineVersion,
        AllocatedStorage = storage ?? verify.AllocatedStorage,
        IsEncrypted = isEncrypted == true || verify.KmsKeyId is not null,
    };
}
