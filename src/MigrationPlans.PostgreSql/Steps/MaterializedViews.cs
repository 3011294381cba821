using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <param name="IsFiltered">Row security applies to its owner, as whom it is refreshed.</param>
/// <param name="DependsOn">Other materialized views that it reads, through any number of plain views.</param>
internal sealed record MaterializedView(string Schema, string Name, bool IsPopulated, bool IsFiltered, ImmutableArray<string> DependsOn)
{
    public string Key => SqlText.Qualified(Schema, Name);
}

internal static class MaterializedViews
{
    /// <summary>All of a database, by schema and name.</summary>
    public static async Task<ImmutableArray<MaterializedView>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            EmbeddedSql.Load("matviews.sql"),
            row => new Row(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4), row.GetFieldValue<long[]>(6), row.GetBoolean(7)),
            cancellationToken);
        var byOid = rows.ToDictionary(row => row.Oid);
        return
        [
            .. rows.Where(row => row.IsMaterialized)
                .Select(row => new MaterializedView(row.Schema, row.Name, row.IsPopulated, row.IsFiltered, [.. DependenciesOf(row, byOid)])),
        ];
    }

    /// <summary>By key, those whose rows stay behind, and those that read them: they can't be filled.</summary>
    public static HashSet<string> FindUnfilled(ImmutableArray<MaterializedView> views, SelectionFilter filter)
    {
        var left = views.Where(view => !filter.PicksRows(view.Schema, view.Name)).Select(view => view.Key).ToHashSet(StringComparer.Ordinal);
        while (views.Where(view => !left.Contains(view.Key) && view.DependsOn.Any(left.Contains)).ToList() is { Count: > 0 } readers)
        {
            left.UnionWith(readers.Select(view => view.Key));
        }

        return left;
    }

    private static IEnumerable<string> DependenciesOf(Row view, Dictionary<long, Row> byOid)
    {
        var seen = new HashSet<long>();
        var open = new Stack<long>(view.Uses);
        while (open.TryPop(out var oid))
        {
            if (!seen.Add(oid) || !byOid.TryGetValue(oid, out var used))
            {
                continue;
            }

            if (used.IsMaterialized)
            {
                yield return SqlText.Qualified(used.Schema, used.Name);
            }
            else
            {
                Array.ForEach(used.Uses, open.Push);
            }
        }
    }

    private sealed record Row(long Oid, string Schema, string Name, bool IsMaterialized, bool IsPopulated, long[] Uses, bool IsFiltered);
}
