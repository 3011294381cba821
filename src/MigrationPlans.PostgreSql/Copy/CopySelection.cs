using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Decides which tables' rows are copied, and how: pure, from both servers' catalogs.</summary>
internal sealed record CopySelection
{
    public required DatabaseMapping Mapping { get; init; }

    public required ImmutableArray<TableRows> Source { get; init; }

    public required ImmutableArray<TableRows> Target { get; init; }

    public required TypeCatalog SourceTypes { get; init; }

    public required TypeCatalog TargetTypes { get; init; }

    /// <summary>Key types of hash-partitioned tables by the root of their tree.</summary>
    public required ILookup<uint, uint> HashKeys { get; init; }

    /// <summary>The target's encoding where one of the databases has none, so that its text can be anything; null elsewhere.</summary>
    public required string? BytesInto { get; init; }

    /// <summary>The source's tables whose rows are wanted.</summary>
    public static IEnumerable<TableRows> Pick(DatabaseMapping mapping, ImmutableArray<TableRows> source)
    {
        var filter = SelectionFilter.For(mapping).Knowing(source.Select(table => (new TableIdentity(table.Name.Schema, table.Name.Name), table.Parent)));
        return source.Where(table => !table.IsPartitioned && IsOurs(mapping, table) && filter.PicksRows(table.Name.Schema, table.Name.Name));
    }

    /// <exception cref="StepFailedException">The target lacks a table or a column, or would take the parts of a column's values for others.</exception>
    public ImmutableArray<TableCopy> Choose()
    {
        var targets = Target.ToDictionary(table => table.Name);
        var roots = Target.Where(table => table.IsPartitioned).ToDictionary(table => table.Oid);
        var format = new BinaryFormat(SourceTypes, TargetTypes);
        var order = new AttributeOrder(SourceTypes, TargetTypes);
        // Another version of an extension may do without a table; that is no loss where nobody put anything into it.
        return [.. Pick(Mapping, Source)
            .Where(table => table is not { Extension: not null, Pages: 0 } || targets.ContainsKey(table.Name))
            .Select(table => Match(table, targets, roots, format, order))];
    }

    private static bool IsOurs(DatabaseMapping mapping, TableRows table) =>
        table.Extension is null || (table.Condition is not null && !mapping.SkipExtensions.Contains(table.Extension));

    private TableCopy Match(
        TableRows table, Dictionary<TableName, TableRows> targets, Dictionary<uint, TableRows> roots, BinaryFormat format, AttributeOrder order)
    {
        if (!targets.TryGetValue(table.Name, out var target))
        {
            throw new StepFailedException(
                table.Extension is { } extension
                    ? ExtensionDiagnostics.TableChanged(Mapping.To.ToString(), extension, table.Name.ToString(), lacking: "the table")
                    : CopyDiagnostics.TargetTableMissing(Mapping.To.ToString(), table.Name.ToString()),
                FailureClass.Permanent);
        }

        var types = target.Columns.Zip(target.Types).ToDictionary(column => column.First, column => column.Second, StringComparer.Ordinal);
        var isUnused = table is { Extension: not null, Pages: 0 };
        foreach (var column in table.Columns.Where(column => !isUnused && !types.ContainsKey(column)))
        {
            throw new StepFailedException(
                table.Extension is { } extension
                    ? ExtensionDiagnostics.TableChanged(Mapping.To.ToString(), extension, table.Name.ToString(), $"its column \"{column}\"")
                    : CopyDiagnostics.TargetColumnMissing(Mapping.To.ToString(), table.Name.ToString(), column),
                FailureClass.Permanent);
        }

        RequireOrder(table, types, order);
        var mover = table.Root is { } tree && HashesOids(tree) && target.Root is { } root ? roots[root] : null;
        return new TableCopy
        {
            Source = table,
            Target = target,
            IsBinary = BytesInto is null && !isUnused && table.Columns.Zip(table.Types).All(column => format.IsSafe(column.Second, types[column.First])),
            Xml = StoredXml.In(table, SourceTypes),
            BytesInto = BytesInto,
            Through = mover is { HasForeignPartitions: false } ? mover.Name : null,
            StaysInLeaf = mover is { HasForeignPartitions: true },
            NeedsClearing = target.Pages > 0,
        };
    }

    /// <summary>A table that holds no row has no value to change.</summary>
    private void RequireOrder(TableRows table, Dictionary<string, uint> types, AttributeOrder order)
    {
        foreach (var (column, type) in table.Pages == 0 ? [] : table.Columns.Zip(table.Types))
        {
            if (order.FindChanged(type, types[column]) is { } changed)
            {
                throw new StepFailedException(
                    CopyDiagnostics.AttributesReordered(Mapping.To.ToString(), table.Name.ToString(), column, $"{changed.Schema}.{changed.Name}"),
                    FailureClass.Permanent);
            }
        }
    }

    /// <summary>
    /// An enum hashes by its oids, which differ between databases; so may what is computed by an expression, and text sort
    /// by another library (type 0).
    /// </summary>
    private bool HashesOids(uint root) =>
        HashKeys[root].Any(type => type == 0 || SourceTypes.Any(type, part => part.Kind == 'e' || part.Name.StartsWith("reg", StringComparison.Ordinal)));
}
