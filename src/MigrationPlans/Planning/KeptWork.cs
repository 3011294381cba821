using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>
/// What of a manifest a plan before this one has done already, or has begun: mappings and moves that mean the same still. Nothing is asked about
/// them, and their steps come along as they were.
/// </summary>
public sealed record KeptWork
{
    public static readonly KeptWork None = new();

    /// <summary>Of what is done, and of what was begun and is gone on with.</summary>
    public ImmutableArray<Step> Steps { get; private init; } = [];

    /// <summary>Ids of those that are done.</summary>
    public ImmutableHashSet<string> Done { get; private init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Steps of mappings and moves all of whose steps are done.</summary>
    public IEnumerable<Step> Finished => Steps.Where(step => FinishedAddresses.Contains(step.Database));

    /// <summary>Steps of mappings and moves that have steps left.</summary>
    public IEnumerable<Step> GoesOn => Steps.Where(step => !FinishedAddresses.Contains(step.Database));

    /// <summary>Whether it has mappings of the manifest that are done as they were before they were changed.</summary>
    public bool HoldsChanged { get; private init; }

    /// <summary>What was begun and can't be gone on with, because its mapping asks for something else now, or is gone from the manifest.</summary>
    public ImmutableArray<Diagnostic> Obstacles { get; private init; } = [];

    /// <summary>The plan that did them; null where nothing of it is done.</summary>
    public MigrationPlan? Before { get; private init; }

    public ImmutableArray<PlannedEndpoint> Endpoints => Before?.Endpoints ?? [];

    private ImmutableDictionary<string, PlannedDatabase> Databases { get; init; } = ImmutableDictionary.Create<string, PlannedDatabase>(StringComparer.Ordinal);

    /// <summary>Also those that plans before that one filled. The state knows more of each than the plan, but not those that it lost.</summary>
    private ImmutableArray<FilledDatabase> Filled { get; init; } = [];

    private ImmutableHashSet<string> FinishedAddresses { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <param name="before">The plan before; null where nothing of it is done.</param>
    /// <param name="done">Ids of its steps that are done.</param>
    /// <param name="filled">What the state remembers.</param>
    /// <param name="begun">Addresses of mappings and moves that have made something where they go to; null for none.</param>
    /// <param name="scope">
    /// What is to be planned; null for all. A finished mapping beyond it that was changed is not judged, and comes along as it was: so it is
    /// known when the change is taken back.
    /// </param>
    public static KeptWork Of(
        MigrationManifest manifest,
        MigrationPlan? before,
        ImmutableHashSet<string> done,
        ImmutableArray<FilledDatabase> filled,
        ImmutableHashSet<string>? begun = null,
        PlanScope? scope = null)
    {
        if (before is null)
        {
            return None with { Filled = filled };
        }

        var finished = before.Steps.GroupBy(step => step.Database, StringComparer.Ordinal)
            .Where(steps => steps.All(step => done.Contains(step.Id)))
            .Select(steps => steps.Key)
            .ToImmutableHashSet(StringComparer.Ordinal);
        // What an older version has made for mappings of an earlier plan is not this one's to go on with.
        var goesOn = before.Steps
            .Select(step => step.Database)
            .Where(address => begun?.Contains(address) == true && !finished.Contains(address))
            .ToImmutableHashSet(StringComparer.Ordinal);
        var work = new ContinuedWork(manifest, before, done);
        var changed = before.Databases
            .Where(database => finished.Contains(database.Address)
                && !work.IsSame(database)
                && work.Find(database) is { } mapping
                && scope?.Includes(mapping) == false)
            .ToImmutableArray();
        var kept = before.Databases.Where(database => finished.Contains(database.Address) && work.IsSame(database))
            .Concat(changed)
            .Concat(before.Databases.Where(database => goesOn.Contains(database.Address)).Select(work.GoOn).OfType<PlannedDatabase>())
            .ToImmutableDictionary(database => database.Address, StringComparer.Ordinal);
        ImmutableArray<Step> steps =
        [
            .. before.Steps.Where(step => kept.ContainsKey(step.Database)).Select(work.GoOn),
            .. MovesOf(manifest, before, finished.Union(goesOn)),
        ];
        return new KeptWork
        {
            Databases = kept,
            Steps = steps,
            Done = [.. done.Intersect(steps.Select(step => step.Id))],
            FinishedAddresses = finished,
            HoldsChanged = !changed.IsEmpty,
            Obstacles = [.. goesOn.Except(steps.Select(step => step.Database)).Order(StringComparer.Ordinal).Select(work.Refuse)],
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

    /// <summary>It is done, or was begun and is gone on with.</summary>
    public bool Holds(DatabaseMapping mapping) => Databases.ContainsKey(mapping.Address);

    /// <summary>It is done.</summary>
    public bool HasFinished(DatabaseMapping mapping) => Holds(mapping) && FinishedAddresses.Contains(mapping.Address);

    /// <summary>What was done was something else than it asks for now.</summary>
    public bool HasChanged(DatabaseMapping mapping) => FinishedAddresses.Contains(mapping.Address) && !Holds(mapping);

    /// <summary>What the plan before says of it; null: it is to be done.</summary>
    internal PlannedDatabase? Find(DatabaseMapping mapping) => Databases.GetValueOrDefault(mapping.Address);

    /// <summary>Whether instances that the move picked are done.</summary>
    internal bool Moves(InstanceMove move) => Steps.OfType<InstanceStep>().Any(step => step.Move == move.Path);

    /// <summary>
    /// Whether a manifest that is finished has more to move: since then instances were made, or got the tags that are looked for;
    /// or one of its moves has moved none.
    /// </summary>
    public bool LeavesInstances(MigrationManifest manifest, InspectedFacts facts) =>
        !LeftOf(manifest, facts.Instances).IsEmpty || !manifest.Instances.All(Moves);

    /// <summary>
    /// What stands in the way of a look for further instances of a finished move stops nothing: the account that they left
    /// may be closed to us by now.
    /// </summary>
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
            Sources = [.. manifest.Sources.Where(source => left.Any(mapping => mapping.From.Endpoint == source.Name)
                || !kept.Exists(mapping => mapping.From.Endpoint == source.Name))],
            Targets = [.. manifest.Targets.Where(target => left.Any(mapping => mapping.To.Endpoint == target.Name)
                || !kept.Exists(mapping => mapping.To.Endpoint == target.Name))],
        };
    }

    /// <summary>Instances that are not moved yet. That another move's has the new name already is no reason to leave one out.</summary>
    internal ImmutableArray<InstanceFacts> LeftOf(MigrationManifest manifest, ImmutableArray<InstanceFacts> instances)
    {
        var moves = manifest.Instances.ToDictionary(move => move.Path, StringComparer.Ordinal);
        var moved = Steps.OfType<InstanceStep>().Select(step => (step.Move, step.Database)).ToHashSet();
        return [.. instances.Where(instance => !moved.Contains((instance.Move, InstancePlanner.AddressOf(moves[instance.Move], instance.Identifier))))];
    }

    private static FilledDatabase Describe(MigrationPlan plan, PlannedDatabase database) => new(
        database.To.Endpoint,
        plan.Endpoints.FirstOrDefault(endpoint => endpoint.Role == EndpointRole.Target && endpoint.Name == database.To.Endpoint)?.Location,
        database.To.Database);

    /// <summary>A move may stand at another place in the manifest by now.</summary>
    private static IEnumerable<InstanceStep> MovesOf(MigrationManifest manifest, MigrationPlan before, ImmutableHashSet<string> wanted)
    {
        for (var i = 0; i < before.Instances.Length; i++)
        {
            var path = ManifestPath.Item("instances", i);
            if (manifest.Instances.FirstOrDefault(move => WorkDigest.Of(move) == before.Instances[i].Digest) is not { } same)
            {
                continue;
            }

            foreach (var step in before.Steps.OfType<InstanceStep>().Where(step => step.Move == path && wanted.Contains(step.Database)))
            {
                yield return step with { Move = same.Path };
            }
        }
    }
}
