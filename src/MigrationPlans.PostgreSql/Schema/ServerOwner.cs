using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Gives a foreign server to its owner by a login that is no superuser: the new owner must be allowed to use the server's wrapper at that
/// moment. On the source a superuser may have given the server away, who need not ask.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-alterserver.html</remarks>
internal static class ServerOwner
{
    /// <summary>A setting of the transaction: whether the right was lent.</summary>
    private const string Lent = "migplan.lent";

    public static bool IsNeeded(SchemaEntry entry) => entry.Kind == "SERVER" && RolePlaces.Owner(entry) is not null;

    /// <param name="statements">Those of an entry that <see cref="IsNeeded"/>; the owner in the target's names.</param>
    public static ImmutableArray<string> Wrap(ImmutableArray<string> statements, SchemaEntry entry)
    {
        var (wrapper, owner) = (SqlText.Literal(WrapperOf(entry.Sql)), SqlText.Literal(RolePlaces.Owner(entry)!));
        return [Do(Lend(wrapper, owner)), .. statements, Do(TakeBack(wrapper, owner))];
    }

    private static string Lend(string wrapper, string owner) => $"""
        DECLARE lacks pg_catalog.bool := NOT pg_catalog.has_foreign_data_wrapper_privilege({owner}, {wrapper}, 'USAGE');
        BEGIN
          IF lacks AND NOT pg_catalog.has_foreign_data_wrapper_privilege({wrapper}, 'USAGE WITH GRANT OPTION') THEN
            RAISE insufficient_privilege USING
              MESSAGE = pg_catalog.format('%I may not use the foreign-data wrapper %I', {owner}, {wrapper}),
              HINT = pg_catalog.format('as a superuser, in this database: GRANT USAGE ON FOREIGN DATA WRAPPER %I TO %I WITH GRANT OPTION', {wrapper}, current_user);
          END IF;
          PERFORM pg_catalog.set_config('{Lent}', lacks::pg_catalog.text, true);
          IF lacks THEN EXECUTE pg_catalog.format('GRANT USAGE ON FOREIGN DATA WRAPPER %I TO %I', {wrapper}, {owner}); END IF;
        END
        """;

    private static string TakeBack(string wrapper, string owner) => $"""
        BEGIN
          IF pg_catalog.current_setting('{Lent}')::pg_catalog.bool THEN EXECUTE pg_catalog.format('REVOKE USAGE ON FOREIGN DATA WRAPPER %I FROM %I', {wrapper}, {owner}); END IF;
        END
        """;

    private static string Do(string body) => $"DO {SqlText.Literal(body)};";

    /// <summary>The name after <c>FOREIGN DATA WRAPPER</c>.</summary>
    private static string WrapperOf(string sql) =>
        SqlScanner.Scan(sql).SkipWhile(token => !token.IsWord(sql, "WRAPPER")).Skip(1).First().Name(sql);
}
