using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>Objects of the source that the target's version takes otherwise, or that need what its server was not built with or can't load.</summary>
internal static class VersionChecks
{
    private const int Named = 3;

    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        var objects = Outdated(facts).Where(item => item.Kind != OutdatedObject.Setting && IsPicked(facts, item) && !IsLeft(facts, item));
        return [.. objects.Select(item => Tell(facts, item)), .. MissingLibraries(facts), .. MissingCompression(facts)];
    }

    /// <summary>Settings of the database that the target's version has no parameter for. They stay behind.</summary>
    public static IEnumerable<OutdatedObject> UnknownSettings(MappingFacts facts) => Outdated(facts).Where(item => item.Kind == OutdatedObject.Setting);

    private static IEnumerable<OutdatedObject> Outdated(MappingFacts facts) =>
        facts.Source.Outdated.Where(item => item.Since > facts.SourceServer.MajorVersion && item.Since <= facts.TargetServer.MajorVersion);

    private static Diagnostic Tell(MappingFacts facts, OutdatedObject item) => item.Kind switch
    {
        "column" => VersionDiagnostics.NotNullInherited(facts.Address, item.Name, item.Since, facts.At("from")),
        "generated column" => VersionDiagnostics.GeneratedAlone(facts.Address, item.Name, item.Since, facts.At("from")),
        "identity column" => VersionDiagnostics.OwnIdentity(facts.Address, item.Name, item.Since, facts.At("from")),
        OutdatedObject.ForeignKey => VersionDiagnostics.CollationsDiffer(facts.Address, item.Name, item.Reason ?? "", item.Since, facts.At("from")),
        OutdatedObject.Expression => VersionDiagnostics.NotImmutable(facts.Address, item.Name, item.Reason ?? "", item.Since, facts.At("from")),
        _ when item.Reason is { } reason => VersionDiagnostics.NeededGone(facts.Address, $"{item.Kind} {item.Name}", reason, item.Since, facts.At("from")),
        _ => VersionDiagnostics.SignatureGone(facts.Address, $"{item.Kind} {item.Name}", item.Since, facts.At("from")),
    };

    private static IEnumerable<Diagnostic> MissingLibraries(MappingFacts facts)
    {
        var picked = facts.Source.LibraryFunctions
            .Where(function => facts.Filter.PicksWholeSchema(function.Schema))
            .GroupBy(function => function.Library, StringComparer.Ordinal);
        foreach (var functions in picked)
        {
            if (facts.TargetServer.LibraryFaults.TryGetValue(functions.Key, out var reason))
            {
                var (named, more) = Name([.. functions.Select(function => $"{function.Kind} {function.Name}")]);
                yield return VersionDiagnostics.LibraryMissing(facts.Address, functions.Key, named, more, facts.TargetServer.Name, reason, facts.At("to"));
            }
        }
    }

    private static IEnumerable<Diagnostic> MissingCompression(MappingFacts facts)
    {
        List<string> columns = facts.TargetServer.Parameters.HasLz4
            ? []
            : [.. facts.Source.CompressedColumns
                .Where(column => facts.Filter.PicksTable(column.Schema, column.Table))
                .Select(column => $"column \"{column.Column}\" of {column.Schema}.{column.Table}")];
        var (named, more) = Name(columns);
        return columns.Count == 0 ? [] : [VersionDiagnostics.CompressionMissing(facts.Address, named, more, facts.TargetServer.Name, facts.At("to"))];
    }

    private static (string Some, int More) Name(List<string> items) => (string.Join(", ", items.Take(Named)), Math.Max(0, items.Count - Named));

    private static bool IsPicked(MappingFacts facts, OutdatedObject item) => item switch
    {
        { Schema: { } schema, Table: { } table } =>
            facts.Filter.PicksTable(schema, table) && facts.Picked.Keeps(schema, table) && !IsDetached(facts, new TableIdentity(schema, table)),
        { Schema: { } schema } => facts.Filter.PicksWholeSchema(schema) && facts.Picked.Keeps(item.Kind, schema, item.Name),
        _ => false,
    };

    /// <summary>A foreign key that leads out of the pick does not come along.</summary>
    private static bool IsLeft(MappingFacts facts, OutdatedObject item) =>
        item.Kind == OutdatedObject.ForeignKey && ForeignKeyChecks.Crossing(facts).Any(key => item.Name == $"{key.Name} of {key.Schema}.{key.Table}");

    /// <summary>A partition whose root is not picked becomes a table of its own, and is not what its root is.</summary>
    private static bool IsDetached(MappingFacts facts, TableIdentity table) =>
        facts.Source.Relations.FirstOrDefault(relation => relation.Identity == table)?.PartitionOf is { } root
        && !facts.Filter.PicksTable(root.Schema, root.Name);
}
