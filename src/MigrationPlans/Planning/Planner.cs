using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Checks;
using MigrationPlans.Planning.Notes;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>Turns what is asked for and what is there into a plan. Pure: no clock, no I/O, no randomness.</summary>
public static class Planner
{
    /// <summary>
    /// Makes the plan; equal input gives an equal plan. Without facts it is a function of the manifest alone.
    /// </summary>
    /// <param name="facts">What the inspection saw; null plans offline.</param>
    /// <param name="positions">Where the manifest's values stand, so that findings can point there; may be left out.</param>
    /// <param name="kept">What a plan before this one has done or begun, of this manifest; null where nothing was. Offline it does not matter.</param>
    /// <param name="scope">What the plan is for; null for the whole manifest, as it always is offline.</param>
    /// <returns>
    /// The findings, those of the inspection first, and the plan; it is null when one of them is an error.
    /// </returns>
    public static (MigrationPlan? Plan, ImmutableArray<Diagnostic> Diagnostics) Plan(
        MigrationManifest manifest, InspectedFacts? facts, SourceMap? positions = null, KeptWork? kept = null, PlanScope? scope = null)
    {
        if (facts is null)
        {
            return (Build(manifest, facts, mappings: [], moves: [], KeptWork.None, scope: null), []);
        }

        kept ??= KeptWork.None;
        scope ??= new PlanScope(manifest, ImmutableHashSet<string>.Empty);
        var seenFacts = facts;
        facts = facts with { Diagnostics = [.. facts.Diagnostics.Where(IsOfScope)] };
        var diagnostics = facts.Diagnostics.Select(kept.Judge).ToImmutableArray().ToBuilder();
        var all = SharedRoles.Settle(Collect(manifest, facts, positions ?? SourceMap.Empty, kept, scope, diagnostics));
        ImmutableArray<MappingFacts> mappings = [.. all.Where(mapping => scope.Includes(mapping.Mapping))];
        diagnostics.AddRange(mappings.SelectMany(MappingChecks.Check));

        // Those that are not planned now may still be what a planned one must not meet, or share a role with.
        diagnostics.AddRange(SameDatabaseChecks.Check(all).Concat(SplitChecks.Check(all)).Concat(SharedRoleChecks.Check(all)).Where(IsOfScope));
        diagnostics.AddRange(ConnectionChecks.Check(mappings));
        diagnostics.AddRange(StorageChecks.Check(mappings));
        diagnostics.AddRange(ToolChecks.Check(mappings, facts.DumpTools));

        facts = facts with { Instances = kept.LeftOf(manifest, facts.Instances) };

        // Of moves that could not be looked at nothing more is to be said, nor of those that have moved all that they pick.
        var seen = manifest.Instances.Where(move => scope.MovesInstances
            && !facts.Diagnostics.Any(finding => finding.Subject?.StartsWith($"{move.Path}.", StringComparison.Ordinal) == true)
            && (!kept.Moves(move) || facts.Instances.Any(instance => instance.Move == move.Path)));
        var (moves, moveFindings) = InstancePlanner.Plan(manifest with { Instances = [.. seen] }, facts, SnapshotNames.Snapshot, positions, kept);
        diagnostics.AddRange(moveFindings);
        var found = diagnostics.ToImmutable();
        return found.Any(diagnostic => diagnostic.Severity == Severity.Error)
            ? (null, found)
            : (Build(manifest, facts, mappings, [.. moves.Where(scope.Includes)], kept, scope), found);

        bool IsOfScope(Diagnostic finding) => scope.Concerns(finding, seenFacts);
    }

    private static MigrationPlan Build(
        MigrationManifest manifest, InspectedFacts? facts, ImmutableArray<MappingFacts> mappings, ImmutableArray<Step> moves, KeptWork kept, PlanScope? scope)
    {
        var seen = mappings.DistinctBy(mapping => mapping.Address).ToDictionary(mapping => mapping.Address, StringComparer.Ordinal);
        var keptSteps = kept.Steps.ToLookup(step => step.Database, StringComparer.Ordinal);
        var planned = manifest.Databases.Where(mapping => kept.Holds(mapping) || scope?.Includes(mapping) != false).ToList();
        var plan = new MigrationPlan
        {
            Name = manifest.Name,
            Mode = facts is null ? PlanMode.Offline : PlanMode.Online,
            ManifestDigest = manifest.Digest,
            Endpoints = [.. manifest.Sources.Concat(manifest.Targets).Select(endpoint => EndpointPlans.Describe(endpoint, facts, kept.Endpoints))],
            Databases = [.. planned.Select(mapping => kept.Find(mapping)
                ?? DatabasePlans.Describe(manifest, mapping, seen.GetValueOrDefault(mapping.Address)))],
            Instances = [.. manifest.Instances.Select(InstancePlans.Describe)],
            Notes =
            [
                .. LeftBehindNotes.List(mappings, [.. manifest.Databases.Where(mapping => !seen.ContainsKey(mapping.Address))]),
                .. SharedRoleNotes.List(mappings),
            ],
            Steps =
            [
                .. planned.SelectMany(mapping => kept.Holds(mapping)
                    ? keptSteps[mapping.Address]
                    : MappingSteps.List(mapping, seen.GetValueOrDefault(mapping.Address))),
                .. kept.Steps.OfType<InstanceStep>(),
                .. moves,
            ],
        };
        return plan with { Digest = PlanDigest.Compute(plan) };
    }

    private static ImmutableArray<MappingFacts> Collect(
        MigrationManifest manifest, InspectedFacts facts, SourceMap positions, KeptWork kept, PlanScope scope, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var mappings = ImmutableArray.CreateBuilder<MappingFacts>();
        foreach (var mapping in manifest.Databases.Where(mapping => !kept.Holds(mapping)))
        {
            var sourceServer = facts.FindEndpoint(EndpointRole.Source, mapping.From.Endpoint);
            var targetServer = facts.FindEndpoint(EndpointRole.Target, mapping.To.Endpoint);
            var source = facts.FindSource(mapping);
            var target = facts.FindTarget(mapping);
            if (sourceServer is null || targetServer is null || source is null || target is null)
            {
                diagnostics.AddRange(scope.Includes(mapping) ? DatabaseChecks.FactsMissing(mapping, sourceServer, source, facts, positions) : []);
                continue;
            }

            mappings.Add(new MappingFacts
            {
                Manifest = manifest,
                Mapping = mapping,
                SourceServer = sourceServer,
                TargetServer = targetServer,
                Source = source,
                Target = target,
                Positions = positions,
                FilledBefore = kept.FindFilled(manifest, mapping, targetServer),
            });
        }

        return mappings.ToImmutable();
    }
}
