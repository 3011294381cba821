using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>What of the source stays behind under <c>include</c> and <c>exclude</c>: only of that, absence on the target is no difference.</summary>
internal sealed class LeftBehind
{
    private readonly PickedObjects? picked;
    private readonly ImmutableHashSet<long> parts;

    private readonly ImmutableHashSet<(string Schema, string Name)> alongside;

    private LeftBehind(PickedObjects? picked, ImmutableHashSet<long> parts)
    {
        this.picked = picked;
        this.parts = parts;
        alongside = picked is null ? [] : [.. picked.BroughtAlong.Select(table => (table.Schema!, table.Name))];
    }

    /// <param name="source">At the moment at which its objects are listed.</param>
    /// <param name="mapping">Whose pick it is.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<LeftBehind> ReadAsync(NpgsqlConnection source, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        if (SelectionFilter.For(mapping).IsEverything)
        {
            return new LeftBehind(null, []);
        }

        var objects = await NeedsLook.ReadAsync(source, cancellationToken);
        var tables = objects.Where(item => item.IsTable).ToDictionary(item => item.Id, item => new TableIdentity(item.Schema!, item.Name));
        var filter = SelectionFilter.For(mapping).Knowing(objects.Where(item => item.IsTable).Select(
            item => (tables[item.Id], item.Root is { } root && tables.TryGetValue(root, out var above) ? above : (TableIdentity?)null)));
        var picked = new PickedObjects(mapping, objects);
        var parts = await source.QueryAsync(
            EmbeddedSql.Load("verify-inherited-parts.sql"),
            row => (
                Id: row.GetInt64(0),
                Above: row.GetInt64(1),
                Table: new TableIdentity(row.GetString(2), row.GetString(3)),
                Referenced: row.IsDBNull(4) ? (TableIdentity?)null : new TableIdentity(row.GetString(4), row.GetString(5))),
            cancellationToken);
        bool Stays(TableIdentity table) => !picked.Keeps(table.Schema, table.Name);
        // A partition without one of the tables above it has not what it has by that.
        return new LeftBehind(picked, [.. parts
            .Where(part => !picked.Keeps(part.Above)
                || Stays(part.Table)
                || (part.Referenced is { } referenced && (Stays(referenced) || filter.IsCrossing(part.Table, referenced))))
            .Select(part => part.Id)]);
    }

    /// <param name="about">The object, as <see cref="ListedObject.About"/> has it.</param>
    public bool Includes(long? about) => about is { } id && picked is not null && (!picked.Keeps(id) || parts.Contains(id));

    /// <summary>A table that no pick names and that comes all the same, without rows.</summary>
    public bool BringsAlong(string schema, string relation) => alongside.Contains((schema, relation));

    /// <summary>A materialized view that can't be filled without rows that stay behind.</summary>
    public bool LeavesUnfilled(string schema, string view) => picked?.FindUnfilled(schema, view) is not null;

    /// <summary>It needs what is not picked, or shows rows that stay behind.</summary>
    public bool IncludesRowsOf(VerifiedTable view) =>
        picked is not null && !(picked.Keeps(view.Schema, view.Name) && picked.ShowsAllRows(view.Schema, view.Name));
}
