using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Columns with values that no server, or none of another version, takes in.</summary>
internal static class ClosedColumnsLook
{
    /// <summary>So many columns are looked into at once: each holds a lock on its table.</summary>
    private const int AtOnce = 100;

    /// <summary>So many rows of each are read.</summary>
    private const int Rows = 10_000;

    /// <param name="isPicked">By schema and table; others are not looked into.</param>
    public static async Task<ImmutableArray<ClosedColumn>> ReadAsync(
        NpgsqlConnection connection, Func<string, string, bool> isPicked, CancellationToken cancellationToken)
    {
        var columns = await connection.QueryAsync(
            EmbeddedSql.Load("closed-columns.sql"),
            row => (Look: new Look(ReadColumn(row), row.GetBoolean(6), [.. row.GetFieldValue<string[]>(7)]), MayHold: row.GetBoolean(8)),
            cancellationToken);
        var found = ImmutableArray.CreateBuilder<ClosedColumn>();
        foreach (var looks in columns.Where(column => column.MayHold && isPicked(column.Look.Column.Schema, column.Look.Column.Table))
            .Select(column => column.Look)
            .Chunk(AtOnce))
        {
            found.AddRange(await LookAsync(connection, looks, cancellationToken));
        }

        return found.ToImmutable();
    }

    /// <summary>The catalogs whose rows are in databases that are mapped to the endpoint.</summary>
    public static ImmutableArray<string> WantedRowTypes(MigrationManifest manifest, string target, IReadOnlyCollection<DatabaseFacts> databases) =>
    [
        .. manifest.Databases
            .Where(mapping => mapping.To.Endpoint == target)
            .SelectMany(mapping => databases.Where(facts => facts.Role == EndpointRole.Source && facts.Address == mapping.From))
            .SelectMany(facts => facts.ClosedColumns)
            .Select(column => column.RowType)
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <param name="open">Opens a session on the target's server.</param>
    /// <returns>Their columns there, by name; empty where it has none of that name.</returns>
    public static async Task<ImmutableSortedDictionary<string, string>> ReadRowTypesAsync(
        Func<Task<NpgsqlConnection>> open, ImmutableArray<string> names, CancellationToken cancellationToken)
    {
        var types = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        if (names.IsEmpty)
        {
            return types;
        }

        await using var session = await open();
        return types.AddRange(await session.QueryAsync(
            EmbeddedSql.Load("row-types.sql"), row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken, [names.ToArray()]));
    }

    /// <summary>Null everywhere (the bounds of partitions in a copy of pg_class that has none), a column is no obstacle.</summary>
    internal static async Task<ImmutableArray<ClosedColumn>> LookAsync(NpgsqlConnection connection, Look[] looks, CancellationToken cancellationToken)
    {
        try
        {
            var found = await connection.QueryAsync(
                string.Join(" UNION ALL ", looks.Select(Sql)),
                row => (Index: row.GetInt32(0), Holds: row.IsDBNull(1) ? (bool?)null : row.GetBoolean(1)),
                cancellationToken);
            return [.. found.Where(look => look.Holds is not null)
                .OrderBy(look => look.Index)
                .Select(look => looks[look.Index].Column with { IsSeen = look.Holds == true && looks[look.Index].IsBare })];
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName)
        {
            // One of them was dropped meanwhile.
            return looks.Length == 1
                ? []
                : [
                    .. await LookAsync(connection, looks[..(looks.Length / 2)], cancellationToken),
                    .. await LookAsync(connection, looks[(looks.Length / 2)..], cancellationToken),
                ];
        }
    }

    /// <summary>True where there is a value, false where none was seen and there are more rows.</summary>
    private static string Sql(Look look, int index)
    {
        var table = SqlText.Qualified(look.Column.Schema, look.Column.Table);
        var values = look.Parts.IsEmpty ? ["s.v"] : look.Parts.Select(part => $"(s.v).{SqlText.Identifier(part)}");
        var holds = string.Join(" OR ", values.Select(value => $"{value} IS DISTINCT FROM NULL"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT {index}, CASE WHEN EXISTS (SELECT FROM (SELECT t.{SqlText.Identifier(look.Column.Column)} AS v FROM ONLY {table} t LIMIT {Rows}) s WHERE {holds}) THEN true
                                 WHEN EXISTS (SELECT FROM ONLY {table} OFFSET {Rows}) THEN false END
            """);
    }

    private static ClosedColumn ReadColumn(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3))
    {
        RowType = row.IsDBNull(4) ? null : row.GetString(4),
        RowColumns = row.IsDBNull(5) ? "" : row.GetString(5),
    };

    /// <param name="IsBare">Of the type itself, or of a domain over it.</param>
    /// <param name="Parts">Of rows, those that no server takes in; empty where it is all of the value.</param>
    internal sealed record Look(ClosedColumn Column, bool IsBare, ImmutableArray<string> Parts);
}
