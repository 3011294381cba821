using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>
/// SQL for an order-free hash of all rows of a table, computed inside the server: the sum of a 64-bit hash of each row. Two tables with
/// equal count and hash hold the same rows, but for a chance of one in 2^64. Compare only what sessions of <see cref="PostgresConnector"/>
/// computed, with the same hash on both sides: they pin the settings that values' forms depend on.
/// </summary>
/// <param name="ByValue">Values are hashed as <see cref="RowHashValue"/> says, which costs half of printing rows. 14 and later.</param>
/// <param name="AsUtf8">Text is hashed in UTF-8, whatever the databases' encodings are.</param>
/// <remarks>The server's hash functions (11 and later) are the same on every platform of one endianness and in every version so far.</remarks>
internal sealed record RowHash(bool ByValue, bool AsUtf8)
{
    private const int FirstWithRecordHash = 14;

    private const uint Bytea = 17;

    /// <summary>The cheapest that means the same on both servers.</summary>
    public static RowHash Between(NpgsqlConnection source, NpgsqlConnection target)
    {
        var (here, there) = (Encoding(source), Encoding(target));

        // Without an encoding, text is bytes, and was copied as such: nothing may convert it.
        var isUnencoded = here == "SQL_ASCII" || there == "SQL_ASCII";
        var canHashRecords = Math.Min(source.PostgreSqlVersion.Major, target.PostgreSqlVersion.Major) >= FirstWithRecordHash;
        return new RowHash(canHashRecords && !isUnencoded, here != there && !isUnencoded);
    }

    /// <summary>Sum of the row hashes as text; <c>0</c> for no rows. An aggregate expression over the columns of <c>t</c>.</summary>
    public string Aggregate(IEnumerable<RowHashColumn> columns) => $"COALESCE(pg_catalog.sum({Row([.. columns])}), 0)::pg_catalog.text";

    /// <summary>A query with one row: count (int8) and hash (text).</summary>
    /// <param name="table">Quoted, qualified; with <c>ONLY</c> before it where inheritance children shall not count.</param>
    /// <param name="columns">In the same order on both sides; generated columns included.</param>
    /// <param name="condition">What to hash; null for all rows.</param>
    public string Select(string table, IEnumerable<RowHashColumn> columns, string? condition = null) =>
        $"SELECT pg_catalog.count(*), {Aggregate(columns)} FROM {table} AS t{(condition is null ? "" : $" WHERE {condition}")}";

    /// <summary>MD5, as text, of a text expression; the same in databases of different encodings.</summary>
    public string Digest(string text) => AsUtf8 ? $"pg_catalog.md5(pg_catalog.convert_to({text}, 'UTF8'))" : $"pg_catalog.md5({text})";

    /// <summary>In which encoding text is hashed, as convert_to has it; its own where nothing is to be converted.</summary>
    public string EncodingOn(NpgsqlConnection connection) => AsUtf8 ? "UTF8" : Encoding(connection);

    /// <summary>The same columns for tables with rows that pass 1 GB, the most that a server can hold in one piece: long values go by their digest.</summary>
    /// <remarks>Other sums than those of the columns as they were: both sides must use the same.</remarks>
    public static IEnumerable<RowHashColumn> Shortened(IEnumerable<RowHashColumn> columns) => columns.Select(column => column with { IsShortened = true });

    /// <summary>
    /// A row, or its quoting, passes 1 GB or what the server's memory holds: the server reports program_limit_exceeded, out_of_memory, or an
    /// allocation that it never makes (internal_error, whose texts no server translates).
    /// </summary>
    public static bool IsTooLong(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.ProgramLimitExceeded or PostgresErrorCodes.OutOfMemory
        || (exception.SqlState == PostgresErrorCodes.InternalError
            && exception.MessageText.StartsWith("invalid memory alloc request size", StringComparison.Ordinal));

    private static string Encoding(NpgsqlConnection connection) => connection.PostgresParameters.GetValueOrDefault("server_encoding", "UTF8");

    private string Row(List<RowHashColumn> columns)
    {
        if (!ByValue || columns.Exists(column => column.IsShortened) || columns.Count == 0)
        {
            var text = RowText(columns);
            return AsUtf8
                ? $"pg_catalog.hashtextextended(pg_catalog.encode(pg_catalog.convert_to({text}, 'UTF8'), 'hex') COLLATE pg_catalog.\"C\", 0)"
                : $"pg_catalog.hashtextextended({text} COLLATE pg_catalog.\"C\", 0)";
        }

        var values = columns.ToLookup(column => RowHashValue.Of(column, Name(column), AsUtf8));
        var known = values.Where(value => value.Key is not null).Select(value => value.Key!);
        var rest = values[null].ToList();
        var parts = rest.Count == 0 ? known : known.Append(RowHashValue.OfText(RowText(rest), AsUtf8));

        // A record's hash is a sum over its columns. As a seed it is mixed once more, or values that changed places between rows would add up to the same.
        return $"pg_catalog.hashtextextended('', pg_catalog.hash_record_extended(ROW({string.Join(", ", parts)}), 0))";
    }

    private string RowText(IEnumerable<RowHashColumn> columns) => $"ROW({string.Join(", ", columns.Select(Text))})::pg_catalog.text";

    private string Text(RowHashColumn column)
    {
        var name = RowHashValue.Whole(column, Name(column));

        // As a row of its own, not by a cast: users can make casts that lose something.
        var alone = $"ROW({name})::pg_catalog.text";
        return column switch
        {
            // The text form of bytea is twice as long and may pass 1 GB.
            { Type: Bytea } => $"pg_catalog.sha256({name}::pg_catalog.bytea)",
            // Quoting half a gigabyte takes the server seven.
            { IsShortened: true, Type: RowHashValue.Text or RowHashValue.Varchar or RowHashValue.Xml } => Shorten(name, alone),
            { IsShortened: true } => Shorten(alone, alone),
            _ => name,
        };
    }

    /// <summary>Long by its characters where encodings differ, and its bytes with them.</summary>
    private string Shorten(string value, string alone) =>
        $"CASE WHEN pg_catalog.{(AsUtf8 ? "length" : "octet_length")}({value}) OPERATOR(pg_catalog.>) 65536 THEN {Digest(value)} ELSE {alone} END";

    private static string Name(RowHashColumn column) => $"t.{SqlText.Identifier(column.Name)}";
}
