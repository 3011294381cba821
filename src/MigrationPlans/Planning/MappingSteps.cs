using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>The steps of a mapping and how they hang together: a strategy's own between those that all strategies share.</summary>
/// <remarks>
/// No step depends on another mapping's: one database's failure must not stop the others. So two mappings that need the same
/// role, or fence the same source, each have the step, and the handlers find the work of the other done.
/// </remarks>
internal sealed class MappingSteps(DatabaseMapping mapping, MappingFacts? facts)
{
    public DatabaseMapping Mapping => mapping;

    public MappingFacts? Facts => facts;

    /// <summary>Extensions to create; null offline.</summary>
    public ImmutableArray<ExtensionFacts>? Extensions => facts is null ? null : [.. ExtensionPlans.Created(facts)];

    public static IEnumerable<Step> List(DatabaseMapping mapping, MappingFacts? facts)
    {
        var steps = new MappingSteps(mapping, facts);
        return mapping.Strategy switch
        {
            Strategy.Stream => [.. steps.Before(), .. StreamSteps.List(steps), .. steps.After(SetSequencesStep.KindName)],
            Strategy.Archive => [.. steps.Before(), .. ArchiveSteps.List(steps), .. steps.After(RestoreArchiveStep.KindName)],
            _ => [],
        };
    }

    public string Id(string kind) => $"{mapping.Address}:{kind}";

    public ImmutableArray<string> Behind(params IEnumerable<string> kinds) => [.. kinds.Distinct().Select(Id)];

    /// <summary>Up to the empty target database: the last is <see cref="CreateDatabaseStep"/>.</summary>
    private IEnumerable<Step> Before()
    {
        var isFenced = mapping.Fence == Fence.ReadOnly;
        yield return new PreflightStep { Id = Id(PreflightStep.KindName), Database = mapping.Address };
        yield return new CreateRolesStep
        {
            Id = Id(CreateRolesStep.KindName),
            Database = mapping.Address,
            DependsOn = Behind(PreflightStep.KindName),
            Roles = facts is null ? null : RolePlans.Missing(facts),
        };
        if (isFenced)
        {
            yield return new FenceSourceStep { Id = Id(FenceSourceStep.KindName), Database = mapping.Address, DependsOn = Behind(CreateRolesStep.KindName) };
        }

        yield return new CreateDatabaseStep
        {
            Id = Id(CreateDatabaseStep.KindName),
            Database = mapping.Address,
            DependsOn = Behind(isFenced ? FenceSourceStep.KindName : CreateRolesStep.KindName),
            Settings = facts?.Source.Settings,
            Replaces = facts?.Replaces ?? false,
        };
    }

    /// <summary>From filled tables to the end.</summary>
    /// <param name="filled">The kind that ends with everything but materialized views in its place; a view's query may read where a sequence stands.</param>
    private IEnumerable<Step> After(string filled)
    {
        yield return new RefreshViewsStep
        {
            Id = Id(RefreshViewsStep.KindName),
            Database = mapping.Address,
            DependsOn = Behind(filled),
            Views = facts is null ? null : [.. PopulatedViews(facts)],
        };
        // The owner and the connection limit change here: only when nothing else writes any more.
        yield return new ApplySettingsStep
        {
            Id = Id(ApplySettingsStep.KindName),
            Database = mapping.Address,
            DependsOn = Behind(RefreshViewsStep.KindName),
        };
        var isAnalyzed = mapping.Statistics != StatisticsPolicy.None;
        if (isAnalyzed)
        {
            yield return new AnalyzeStep { Id = Id(AnalyzeStep.KindName), Database = mapping.Address, DependsOn = Behind(ApplySettingsStep.KindName) };
        }

        // Also at level `none`: this step takes the ledger away.
        yield return new VerifyStep
        {
            Id = Id(VerifyStep.KindName),
            Database = mapping.Address,
            DependsOn = Behind(isAnalyzed ? AnalyzeStep.KindName : ApplySettingsStep.KindName),
            Level = mapping.Verify,
        };
    }

    private static IEnumerable<string> PopulatedViews(MappingFacts facts) =>
        facts.Source.Relations
            .Where(view => view is { Kind: RelationKind.MaterializedView, IsPopulated: true }
                && facts.Filter.PicksTable(view.Schema, view.Name)
                && facts.Picked.Keeps(view.Schema, view.Name)
                && facts.Picked.FindUnfilled(view.Schema, view.Name) is null)
            .Select(view => $"{view.Schema}.{view.Name}");
}
