using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>
/// What of a manifest a plan before this one has done already: mappings and moves whose steps were all done and that mean the same still. Nothing is asked about
/// them, and their steps come along as they were.
/// </summary>
public sealed record KeptWork
{
    public static readonly KeptWork None = new();

    /// <summary>All of them are done.</summary>
    public ImmutableArray<Step> Steps { get; private init; } = [];

    /// <summary>The plan that did them; null where nothing of it is done.</summary>
    public MigrationPlan? Before { get; private init; }

    public ImmutableArray<PlannedEndpoint> Endpoints => Before?.Endpoints ?? [];

    private ImmutableDictionary<string, PlannedDatabase> Databases { get; init; } = ImmutableDictionary.Create<string, PlannedDatabase>(StringComparer.Ordinal);

    /// <summary>Also those that plans before that one filled. The state knows more of each than the plan, but not those that it lost.</summary>
    private ImmutableArray<FilledDatabase> Filled { get; init; } = [];

    /// <param name="before">The plan before; null where nothing of it is done.</param>
    /// <param name="done">Ids of its steps that are done.</param>
    /// <param name="filled">What the state remembers.</param>
    public static KeptWork Of(MigrationManifest manifest, MigrationPlan? before, ImmutableHashSet<string> done, ImmutableArray<FilledDatabase> filled)
    {
        if (before is null)
        {
            return None with { Filled = filled };
        }

        var finished = before.Steps.GroupBy(step => step.Database, StringComparer.Ordinal)
            .Where(steps => steps.All(step => done.Contains(step.Id)))
            .Select(steps => steps.Key)
            .ToHashSet(StringComparer.Ordinal);
        var kept = before.Databases.Where(database => finished.Contains(database.Address) && IsSame(manifest, database))
            .ToImmutableDictionary(database => database.Address, StringComparer.Ordinal);
        return new KeptWork
        {
            Databases = kept,
            Steps = [.. before.Steps.Where(step => kept.ContainsKey(step.Database)), .. MovesOf(manifest, before, finished)],
            Before = before,
            Filled =
            [
                .. filled,
                .. before.Databases.Where(database => finished.Contains(database.Address))
                    .Select(database => Describe(before, database))
                    .Where(database => !filled.Any(known => known with { SystemIdentifier = null } == database)),
            ],
        };
    }

    public bool Holds(DatabaseMapping mapping) => Databases.ContainsKey(mapping.Address);

    /// <summary>What the plan before says of it; null: it is to be done.</summary>
    internal PlannedDatabase? Find(DatabaseMapping mapping) => Databases.GetValueOrDefault(mapping.Address);

    internal IEnumerable<Step> StepsOf(DatabaseMapping mapping) => Steps.Where(step => step.Database == mapping.Address);

    /// <summary>Whether instances that the move picked are done.</summary>
    internal bool Moves(InstanceMove move) => Steps.OfType<InstanceStep>().Any(step => step.Move == move.Path);

    /// <summary>Whether a manifest that is finished has more to move: since then instances were made, or got the tags that are looked for; or one of its moves has moved none.</summary>
    public bool LeavesInstances(MigrationManifest manifest, InspectedFacts facts) =>
        !LeftOf(manifest, facts.Instances).IsEmpty || !manifest.Instances.All(Moves);

    /// <summary>What stands in the way of a look for further instances of a finished move stops nothing: the account that they left may be closed to us by now.</summary>
    public Diagnostic Judge(Diagnostic finding) => Steps.OfType<InstanceStep>().Any(step => finding.Subject == $"{step.Move}.from")
        ? InstanceMoveDiagnostics.NotLookedFor(finding)
        : finding;

    /// <summary>The mapping's target, where a plan of this state filled it.</summary>
    internal FilledDatabase? FindFilled(MigrationManifest manifest, DatabaseMapping mapping, EndpointFacts server)
    {
        var location = manifest.FindTarget(mapping.To.Endpoint) is { } target ? EndpointPlans.Location(target) : null;
        return Filled.FirstOrDefault(filled => filled.IsAt(mapping.To, location, server.Identity));
    }

    /// <summary>What of the manifest is to be looked at: sources that only finished mappings use may be gone by now.</summary>
    public MigrationManifest LeftOf(MigrationManifest manifest)
    {
        var left = manifest.Databases.Where(mapping => !Holds(mapping)).ToImmutableArray();
        var kept = manifest.Databases.Where(Holds).ToList();
        return manifest with
        {
            Databases = left,
            Sources = [.. manifest.Sources.Where(source => left.Any(mapping => mapping.From.Endpoint == source.Name) || !kept.Exists(mapping => mapping.From.Endpoint == source.Name))],
            Targets = [.. manifest.Targets.Where(target => left.Any(mapping => mapping.To.Endpoint == target.Name) || !kept.Exists(mapping => mapping.To.Endpoint == target.Name))],
        };
    }

    /// <summary>Instances that are not moved yet. That another move's has the new name already is no reason to leave one out.</summary>
    internal ImmutableArray<InstanceFacts> LeftOf(MigrationManifest manifest, ImmutableArray<InstanceFacts> instances)
    {
        var moves = manifest.Instances.ToDictionary(move => move.Path, StringComparer.Ordinal);
        var moved = Steps.OfType<InstanceStep>().Select(step => (step.Move, step.Database)).ToHashSet();
        return [.. instances.Where(instance => !moved.Contains((instance.Move, InstancePlanner.AddressOf(moves[instance.Move], instance.Identifier))))];
    }

    private static bool IsSame(MigrationManifest manifest, PlannedDatabase before) =>
        manifest.Databases.Any(mapping => mapping.Address == before.Address && WorkDigest.Of(manifest, mapping) == before.Digest);

    private static FilledDatabase Describe(MigrationPlan plan, PlannedDatabase database) => new(
        database.To.Endpoint,
        plan.Endpoints.FirstOrDefault(endpoint => endpoint.Role == EndpointRole.Target && endpoint.Name == database.To.Endpoint)?.Location,
        database.To.Database);

    /// <summary>A move may stand at another place in the manifest by now.</summary>
    private static IEnumerable<InstanceStep> MovesOf(MigrationManifest manifest, MigrationPlan before, HashSet<string> finished)
    {
        for (var i = 0; i < before.Instances.Length; i++)
        {
            var path = ManifestPath.Item("instances", i);
            if (manifest.Instances.FirstOrDefault(move => WorkDigest.Of(move) == before.Instances[i].Digest) is not { } same)
            {
                continue;
            }

            foreach (var step in before.Steps.OfType<InstanceStep>().Where(step => step.Move == path && finished.Contains(step.Database)))
            {
                yield return step with { Move = same.Path };
            }
        }
    }
}
