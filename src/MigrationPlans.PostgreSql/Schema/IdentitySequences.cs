using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Gives sequences of identity columns the type and limits that they have on the source. A dump makes them by the column's type;
/// <c>CREATE TABLE … (LIKE … INCLUDING IDENTITY)</c> makes a <c>bigint</c> one for a column of <c>integer</c>,
/// and <c>ALTER SEQUENCE … AS</c> whatever is asked for.
/// </summary>
internal static class IdentitySequences
{
    private const string Sql =
        """
        SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, pg_catalog.format_type(s.seqtypid, NULL), s.seqmin, s.seqmax
        FROM pg_catalog.pg_sequence s
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) s.seqrelid
        JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        JOIN pg_catalog.pg_depend d ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid OPERATOR(pg_catalog.=) c.oid AND d.deptype OPERATOR(pg_catalog.=) 'i'
          AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
        JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) d.refobjid AND a.attnum OPERATOR(pg_catalog.=) d.refobjsubid
        WHERE NOT $1 OR s.seqtypid OPERATOR(pg_catalog.<>) a.atttypid
        """;

    /// <returns>How many have another type on the target.</returns>
    public static async Task<int> CountDifferentAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken) =>
        (await FindAsync(source, target, cancellationToken)).Length;

    /// <summary>To be done before positions are set: one may lie beyond the type that the target gave.</summary>
    public static async Task AlignAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        foreach (var sequence in await FindAsync(source, target, cancellationToken))
        {
            await target.ExecuteAsync($"ALTER SEQUENCE {sequence.Name} AS {sequence.Type} MINVALUE {sequence.Min} MAXVALUE {sequence.Max}", cancellationToken);
        }
    }

    private static async Task<ImmutableArray<Identity>> FindAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var odd = await ReadAsync(source, onlyOdd: true, cancellationToken);
        if (odd.IsEmpty)
        {
            return [];
        }

        var there = (await ReadAsync(target, onlyOdd: false, cancellationToken)).ToDictionary(sequence => sequence.Name);
        return [.. odd.Where(sequence => there.TryGetValue(sequence.Name, out var other) && other.Type != sequence.Type)];
    }

    /// <param name="onlyOdd">Those whose type is not their column's.</param>
    private static Task<ImmutableArray<Identity>> ReadAsync(NpgsqlConnection connection, bool onlyOdd, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            Sql,
            row => new Identity(SqlText.Qualified(row.GetString(0), row.GetString(1)), row.GetString(2), row.GetInt64(3), row.GetInt64(4)),
            cancellationToken,
            onlyOdd);

    private sealed record Identity(string Name, string Type, long Min, long Max);
}
