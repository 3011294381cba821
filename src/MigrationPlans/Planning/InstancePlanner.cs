using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>Turns moves by snapshot, and the instances that they pick, into steps. Pure, like <see cref="Planner"/>.</summary>
public static class InstancePlanner
{
    /// <summary>What a source instance is called where it goes to.</summary>
    public static string NewIdentifier(InstanceMove move, string instance) =>
        move.To.Identifier.Replace(InstanceIdentifier.Placeholder, instance, StringComparison.Ordinal);

    public static InstanceOrigin OriginOf(InstanceMove move, InstanceFacts instance) => new(move.From.Region, instance.Account, instance.Identifier);

    /// <summary>Of the steps that move the instance.</summary>
    public static string AddressOf(InstanceMove move, string instance) => $"{move.To.Region}/{NewIdentifier(move, instance)}";

    /// <param name="facts">With the instances that were found for all moves.</param>
    /// <param name="snapshotName">Names the snapshot of an instance: plan, source region, instance, target region, new identifier.</param>
    /// <param name="kept">The instances that are moved already keep their new names.</param>
    /// <returns>The steps, none where a finding is an error.</returns>
    public static (ImmutableArray<Step> Steps, ImmutableArray<Diagnostic> Diagnostics) Plan(
        MigrationManifest manifest,
        InspectedFacts facts,
        Func<string, string, string, string, string, string> snapshotName,
        SourceMap? positions = null,
        KeptWork? kept = null)
    {
        var spans = positions ?? SourceMap.Empty;
        var steps = ImmutableArray.CreateBuilder<Step>();
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var taken = (kept ?? KeptWork.None).Steps.OfType<CreateSnapshotStep>()
            .ToDictionary(step => step.Database, step => step.Origin?.ToString() ?? $"{step.Region}/{step.Instance}", StringComparer.Ordinal);
        foreach (var move in manifest.Instances)
        {
            var picked = facts.Instances
                .Where(instance => instance.Move == move.Path)
                .OrderBy(instance => instance.Identifier, StringComparer.Ordinal)
                .ToList();
            if (picked.Count == 0)
            {
                diagnostics.Add(InstanceMoveDiagnostics.NothingPicked(move.Path, move.From.Region, spans.Value($"{move.Path}.from.match")));
            }

            diagnostics.AddRange(KeysToShare(move, picked, spans));
            diagnostics.AddRange(InstanceSettings.Lost(move, picked, spans));
            foreach (var instance in picked)
            {
                var identifier = NewIdentifier(move, instance.Identifier);
                diagnostics.AddRange(Check(move, instance, identifier, spans));
                diagnostics.AddRange(LeftOver(manifest.Name, facts, move, instance, spans));
                var (address, origin) = (AddressOf(move, instance.Identifier), OriginOf(move, instance).ToString());
                diagnostics.AddRange(taken.TryAdd(address, origin)
                    ? CheckMoved(manifest.Name, facts.Lineage, move, instance, identifier, spans)
                    : [InstanceMoveDiagnostics.IdentifierTakenTwice(identifier, taken[address], origin, spans.Value($"{move.Path}.to.identifier"))]);

                var snapshot = snapshotName(manifest.Name, move.From.Region, instance.Identifier, move.To.Region, identifier);
                steps.AddRange(List(move, instance, identifier, snapshot));
            }
        }

        var found = diagnostics.ToImmutable();
        return (found.Any(diagnostic => diagnostic.Severity == Severity.Error) ? [] : steps.ToImmutable(), found);
    }

    private static IEnumerable<Diagnostic> Check(InstanceMove move, InstanceFacts instance, string identifier, SourceMap spans)
    {
        var crossesRegion = move.From.Region != move.To.Region;
        var crossesAccount = instance.Account != instance.TargetAccount;
        if (!InstanceIdentifier.IsValid(identifier))
        {
            yield return InstanceMoveDiagnostics.IdentifierUnfit(instance.Identifier, identifier, spans.Value($"{move.Path}.to.identifier"));
        }

        // A nightly backup ends by itself, and is waited for.
        if (instance.Status is not ("available" or "backing-up"))
        {
            yield return InstanceMoveDiagnostics.NotAvailable(instance.Identifier, instance.Status, spans.Value($"{move.Path}.from.match"));
        }

        if (instance.IsEncrypted && (crossesRegion || crossesAccount) && move.To.KmsKeyId is null)
        {
            yield return InstanceMoveDiagnostics.KeyMissing(instance.Identifier, move.To.Region, spans.Value($"{move.Path}.to"));
        }
    }

    /// <summary>What bears the new identifier already: somebody else's, or ours and by now not what is wanted.</summary>
    private static IEnumerable<Diagnostic> CheckMoved(
        string plan, string? lineage, InstanceMove move, InstanceFacts instance, string identifier, SourceMap spans)
    {
        if (instance.Moved is not { } moved)
        {
            yield break;
        }

        var (region, span, origin) = (move.To.Region, spans.Value($"{move.Path}.to.identifier"), OriginOf(move, instance).ToString());
        if (moved.Status == "deleting")
        {
            yield return InstanceMoveDiagnostics.BeingDeleted(instance.Identifier, identifier, region, span);
        }
        else if (moved.Tags.GetValueOrDefault(SnapshotNames.PlanTag) != plan)
        {
            yield return InstanceMoveDiagnostics.IdentifierTaken(instance.Identifier, identifier, region, instance.TargetAccount, span);
        }
        else if (moved.Tags.GetValueOrDefault(SnapshotNames.LineageTag) != lineage)
        {
            yield return InstanceMoveDiagnostics.OfAnotherState("instance", identifier, region, plan, lineage, span);
        }
        else if (moved.Origin != origin)
        {
            yield return InstanceMoveDiagnostics.OfAnotherInstance("instance", identifier, region, moved.Origin, origin, span);
        }
        else if (MovedInstanceDifferences.List(move.To, moved).ToList() is { Count: > 0 } differences)
        {
            yield return InstanceMoveDiagnostics.MovedDiffers(identifier, region, string.Join("; ", differences), spans.Value($"{move.Path}.to"));
        }
    }

    /// <summary>
    /// Snapshots that wait for their instance. Those of this state are an earlier run's, and hold the data of its time: what is gone
    /// on with is not planned anew. Those of another state are not taken over.
    /// </summary>
    private static IEnumerable<Diagnostic> LeftOver(string plan, InspectedFacts facts, InstanceMove move, InstanceFacts instance, SourceMap spans)
    {
        var span = spans.Value($"{move.Path}.from.match");
        foreach (var snapshot in instance.Snapshots.Where(snapshot => snapshot.Lineage is not null))
        {
            if (snapshot.Lineage != facts.Lineage)
            {
                yield return InstanceMoveDiagnostics.OfAnotherState("snapshot", snapshot.Identifier, snapshot.Region, plan, facts.Lineage, span);
            }
            else
            {
                yield return InstanceMoveDiagnostics.SnapshotLeftOver(
                    instance.Identifier, snapshot.Identifier, snapshot.Region, snapshot.Account, snapshot.CreatedAt, span);
            }
        }
    }

    /// <summary>One finding a key, however many instances it encrypts.</summary>
    private static IEnumerable<Diagnostic> KeysToShare(InstanceMove move, List<InstanceFacts> picked, SourceMap spans) =>
        picked.Where(instance => instance is { IsEncrypted: true, KmsKeyId: not null } && instance.Account != instance.TargetAccount)
            .GroupBy(instance => (instance.KmsKeyId, instance.TargetAccount))
            .Select(group => InstanceMoveDiagnostics.KeyNeedsSharing(
                group.Key.KmsKeyId!, group.Key.TargetAccount, [.. group.Select(instance => instance.Identifier)], spans.Value($"{move.Path}.to")));

    private static IEnumerable<Step> List(InstanceMove move, InstanceFacts instance, string identifier, string snapshot)
    {
        var address = $"{move.To.Region}/{identifier}";
        var origin = OriginOf(move, instance);
        var crossesAccount = instance.Account != instance.TargetAccount;
        var copy = SnapshotNames.Copy(snapshot, move, crossesAccount);
        yield return new CreateSnapshotStep
        {
            Id = Id(CreateSnapshotStep.KindName),
            Database = address,
            Move = move.Path,
            Origin = origin,
            TargetAccount = instance.TargetAccount,
            Region = move.From.Region,
            Instance = instance.Identifier,
            Snapshot = snapshot,
            ShareWith = crossesAccount ? instance.TargetAccount : null,
        };
        if (copy is not null)
        {
            yield return new CopySnapshotStep
            {
                Id = Id(CopySnapshotStep.KindName),
                Database = address,
                DependsOn = [Id(CreateSnapshotStep.KindName)],
                Move = move.Path,
                Origin = origin,
                TargetAccount = instance.TargetAccount,
                Region = move.To.Region,
                SourceRegion = move.From.Region,
                SourceAccount = instance.Account,
                SourceSnapshot = snapshot,
                Snapshot = copy,
                KmsKeyId = move.To.KmsKeyId,
            };
        }

        yield return new RestoreInstanceStep
        {
            Id = Id(RestoreInstanceStep.KindName),
            Database = address,
            DependsOn = [Id(copy is null ? CreateSnapshotStep.KindName : CopySnapshotStep.KindName)],
            Move = move.Path,
            Origin = origin,
            TargetAccount = instance.TargetAccount,
            Region = move.To.Region,
            Snapshot = copy ?? snapshot,
            Instance = identifier,
            InstanceClass = move.To.InstanceClass ?? instance.InstanceClass,
            ParameterGroup = InstanceSettings.ParameterGroup(move, instance),
            SubnetGroup = move.To.SubnetGroup,
            SecurityGroups = move.To.SecurityGroups,
            MultiAz = move.To.MultiAz,
            AvailabilityZone = move.To.MultiAz ? null : move.To.AvailabilityZone,
            PubliclyAccessible = move.To.PubliclyAccessible,
            UsesIamAuthentication = instance.UsesIamAuthentication,
            CopiesTagsToSnapshots = instance.CopiesTagsToSnapshots,
            LogExports = instance.LogExports,
            Tags = move.To.Tags,
        };
        yield return new VerifyInstanceStep
        {
            Id = Id(VerifyInstanceStep.KindName),
            Database = address,
            DependsOn = [Id(RestoreInstanceStep.KindName)],
            Move = move.Path,
            Origin = origin,
            TargetAccount = instance.TargetAccount,
            Region = move.To.Region,
            Instance = identifier,
            Engine = instance.Engine,
            EngineVersion = instance.EngineVersion,
            AllocatedStorage = instance.AllocatedStorage,
            IsEncrypted = instance.IsEncrypted || move.To.KmsKeyId is not null,
            KmsKeyId = move.To.KmsKeyId,
            ParameterGroup = InstanceSettings.ParameterGroup(move, instance),
        };
        if (crossesAccount)
        {
            yield return new UnshareSnapshotStep
            {
                Id = Id(UnshareSnapshotStep.KindName),
                Database = address,
                DependsOn = [Id(VerifyInstanceStep.KindName)],
                Move = move.Path,
                Origin = origin,
                TargetAccount = instance.TargetAccount,
                Region = move.From.Region,
                Snapshot = snapshot,
                SharedWith = instance.TargetAccount,
            };
        }

        string Id(string kind) => $"{address}:{kind}";
    }
}
