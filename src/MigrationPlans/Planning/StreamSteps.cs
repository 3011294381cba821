using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>The steps of a <c>stream</c> mapping and how they hang together.</summary>
/// <remarks>
/// No step depends on another mapping's: one database's failure must not stop the others. So two mappings that need the same
/// role, or fence the same source, each have the step, and the handlers find the work of the other done.
/// </remarks>
internal static class StreamSteps
{
    public static IEnumerable<Step> List(DatabaseMapping mapping, MappingFacts? facts)
    {
        if (mapping.Strategy != Strategy.Stream)
        {
            return [];
        }

        var address = mapping.Address;
        var isFenced = mapping.Fence == Fence.ReadOnly;
        var steps = new List<Step>
        {
            new PreflightStep { Id = Id(PreflightStep.KindName), Database = address },
            new CreateRolesStep
            {
                Id = Id(CreateRolesStep.KindName),
                Database = address,
                DependsOn = After(PreflightStep.KindName),
                Roles = facts is null ? null : RolePlans.Missing(facts),
            },
        };
        if (isFenced)
        {
            steps.Add(new FenceSourceStep { Id = Id(FenceSourceStep.KindName), Database = address, DependsOn = After(CreateRolesStep.KindName) });
        }

        steps.AddRange([
            new CreateDatabaseStep
            {
                Id = Id(CreateDatabaseStep.KindName),
                Database = address,
                DependsOn = After(isFenced ? FenceSourceStep.KindName : CreateRolesStep.KindName),
                Settings = facts?.Source.Settings,
                Replaces = facts?.Replaces ?? false,
            },
            new RestoreSchemaStep
            {
                Id = Id(RestoreSchemaStep.KindName),
                Database = address,
                DependsOn = After(CreateDatabaseStep.KindName),
                Extensions = facts is null ? null : [.. ExtensionPlans.Wanted(facts)],
            },
            new CopyDataStep { Id = Id(CopyDataStep.KindName), Database = address, DependsOn = After(RestoreSchemaStep.KindName) },
            new RestoreConstraintsStep { Id = Id(RestoreConstraintsStep.KindName), Database = address, DependsOn = After(CopyDataStep.KindName) },
            // Positions of sequences are read last; constraints and views do not touch them.
            new SetSequencesStep { Id = Id(SetSequencesStep.KindName), Database = address, DependsOn = After(CopyDataStep.KindName) },
            new RefreshViewsStep
            {
                Id = Id(RefreshViewsStep.KindName),
                Database = address,
                DependsOn = After(RestoreConstraintsStep.KindName),
                Views = facts is null ? null : [.. PopulatedViews(facts)],
            },
            // The owner and the connection limit change here: only when nothing else writes any more.
            new ApplySettingsStep
            {
                Id = Id(ApplySettingsStep.KindName),
                Database = address,
                DependsOn = After(SetSequencesStep.KindName, RefreshViewsStep.KindName),
            },
            new AnalyzeStep { Id = Id(AnalyzeStep.KindName), Database = address, DependsOn = After(ApplySettingsStep.KindName) },
            // Also at level `none`: this step takes the ledger away.
            new VerifyStep { Id = Id(VerifyStep.KindName), Database = address, DependsOn = After(AnalyzeStep.KindName), Level = mapping.Verify },
        ]);
        return steps;

        string Id(string kind) => $"{address}:{kind}";

        ImmutableArray<string> After(params string[] kinds) => [.. kinds.Select(Id)];
    }

    private static IEnumerable<string> PopulatedViews(MappingFacts facts) =>
        facts.Source.Relations
            .Where(view => view is { Kind: RelationKind.MaterializedView, IsPopulated: true } && facts.Filter.PicksTable(view.Schema, view.Name))
            .Select(view => $"{view.Schema}.{view.Name}");
}
