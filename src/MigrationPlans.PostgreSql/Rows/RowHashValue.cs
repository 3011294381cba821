using System.Collections.Frozen;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>
/// What of a value is hashed: an expression that differs wherever two values differ in anything that a copy keeps, and is the same on all
/// servers. To a type's own hash function 1.0 and 1.00, 0 and -0, or two texts under a collation can be alike, and an int8 is folded into
/// 32 bits; the binary form of a value (its <c>send</c> function) keeps everything, and costs less than its text.
/// </summary>
internal static class RowHashValue
{
    /// <summary>Stands for all enum types: their binary form is the label.</summary>
    public const uint AnyEnum = 3500;

    /// <summary>"char", one byte; above 127 its text is that byte below 15, which is no text, and a number from there on.</summary>
    private const uint Char = 18;

    public const uint Text = 25;

    public const uint Varchar = 1043;

    public const uint Xml = 142;

    public const uint XmlArray = 143;

    // bool, bytea, int2, int4, oid, date, uuid: their own hash is one of all their bits. Not "char": its hash depends on the platform.
    private static readonly FrozenSet<uint> Plain = FrozenSet.ToFrozenSet<uint>([16, 17, 21, 23, 26, 1082, 2950]);

    private static readonly FrozenDictionary<uint, string> Binary = new Dictionary<uint, string>
    {
        [Char] = "charsend",
        [20] = "int8send",
        [1700] = "numeric_send",
        [1114] = "timestamp_send",
        [1184] = "timestamptz_send",
        [1083] = "time_send",
        [1266] = "timetz_send",
        [1186] = "interval_send",
        [790] = "cash_send",
        [1560] = "bit_send",
        [1562] = "varbit_send",
        [869] = "inet_send",
        [650] = "cidr_send",
        [829] = "macaddr_send",
        [3220] = "pg_lsn_send",
        // These send text, in the client's encoding: UTF-8.
        [19] = "namesend",
        [114] = "json_send",
        [1042] = "bpcharsend",
        [3802] = "jsonb_send",
        [AnyEnum] = "enum_send",
    }.ToFrozenDictionary();

    /// <summary>Null for a type that only its text tells all about, and those that are not PostgreSQL's own.</summary>
    /// <param name="name">The column's, qualified.</param>
    /// <param name="asUtf8">The two databases' encodings differ.</param>
    public static string? Of(RowHashColumn column, string name, bool asUtf8) => column.Type switch
    {
        Text or Varchar => OfText(name, asUtf8),
        // A NaN has many binary forms, one text.
        700 => $"CASE WHEN {name} OPERATOR(pg_catalog.=) 'NaN'::pg_catalog.float4 THEN '\\x'::pg_catalog.bytea ELSE pg_catalog.float4send({name}) END",
        701 => $"CASE WHEN {name} OPERATOR(pg_catalog.=) 'NaN'::pg_catalog.float8 THEN '\\x'::pg_catalog.bytea ELSE pg_catalog.float8send({name}) END",
        _ when Plain.Contains(column.Type) => name,
        _ => Binary.TryGetValue(column.Type, out var send) ? $"pg_catalog.{send}({name})" : null,
    };

    /// <summary>A value in a form whose text tells all about it, on all servers: the output of xml drops the XML declaration.</summary>
    /// <param name="name">The column's, qualified.</param>
    public static string Whole(RowHashColumn column, string name) => column.Type switch
    {
        Xml => $"{name}::pg_catalog.text",
        XmlArray => $"{name}::pg_catalog.text[]",
        Char => $"pg_catalog.charsend({name})",
        _ => name,
    };

    /// <summary>The C collation: under a nondeterministic one, texts that differ may hash alike.</summary>
    public static string OfText(string text, bool asUtf8) => asUtf8 ? $"pg_catalog.textsend({text})" : $"{text} COLLATE pg_catalog.\"C\"";
}
