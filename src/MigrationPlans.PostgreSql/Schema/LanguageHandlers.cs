using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Creates languages with their functions where an extension brings the handler: pg_dump names the functions of a language only where
/// it dumps them, too, and the target would take the language's name for an extension's.
/// </summary>
internal static class LanguageHandlers
{
    private const string Create = "CREATE OR REPLACE PROCEDURAL LANGUAGE ";

    // A language that is older than extensions has a handler that belongs to none: there, the name is the extension's by now.
    private const string Sql =
        """
        SELECT l.oid, pg_catalog.concat_ws(' ', 'CREATE OR REPLACE', CASE WHEN l.lanpltrusted THEN 'TRUSTED' END, pg_catalog.format('PROCEDURAL LANGUAGE %I HANDLER %s', l.lanname, l.lanplcallfoid::pg_catalog.regproc),
                 CASE WHEN l.laninline OPERATOR(pg_catalog.<>) 0 THEN pg_catalog.format('INLINE %s', l.laninline::pg_catalog.regproc) END,
                 CASE WHEN l.lanvalidator OPERATOR(pg_catalog.<>) 0 THEN pg_catalog.format('VALIDATOR %s', l.lanvalidator::pg_catalog.regproc) END)
        FROM pg_catalog.pg_language l
        WHERE l.lanispl
          AND EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid OPERATOR(pg_catalog.=) l.lanplcallfoid AND d.deptype OPERATOR(pg_catalog.=) 'e')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_language'::pg_catalog.regclass AND d.objid OPERATOR(pg_catalog.=) l.oid AND d.deptype OPERATOR(pg_catalog.=) 'e')
        """;

    /// <returns>Statements by the language's oid.</returns>
    public static async Task<ImmutableDictionary<uint, string>> ReadAsync(NpgsqlConnection source, CancellationToken cancellationToken) =>
        (await source.QueryAsync(Sql, row => (Oid: row.GetFieldValue<uint>(0), Statement: $"{row.GetString(1)};"), cancellationToken))
            .ToImmutableDictionary(language => language.Oid, language => language.Statement);

    public static ImmutableArray<SchemaEntry> Name(ImmutableArray<SchemaEntry> dump, SourceTraits source) =>
        source.Languages.IsEmpty
            ? dump
            : [.. dump.Select(entry => entry.Kind == "PROCEDURAL LANGUAGE" && source.Languages.TryGetValue(entry.ObjectOid, out var statement)
                ? Name(entry, statement)
                : entry)];

    private static SchemaEntry Name(SchemaEntry entry, string create)
    {
        var sql = string.Join(
            '\n',
            SqlStatements.Split(entry.Sql).Select(statement => statement.StartsWith(Create, StringComparison.Ordinal) ? create : statement));
        return entry with { Sql = sql, Digest = SchemaEntry.DigestOf(entry.Kind, entry.Schema, entry.Tag, sql) };
    }
}
