using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// The schema that every new database begins with. Below 15 it belongs to the superuser that made the server, if nobody changed its
/// template: then a login that is none can create in it, and can't say anything of it.
/// </summary>
internal static class PublicSchema
{
    private const string IsFixedSql =
        """
        SELECT EXISTS (
          SELECT FROM pg_catalog.pg_namespace n
          JOIN pg_catalog.pg_roles owner ON owner.oid OPERATOR(pg_catalog.=) n.nspowner
          JOIN pg_catalog.pg_roles login ON login.rolname OPERATOR(pg_catalog.=) current_user
          WHERE n.nspname OPERATOR(pg_catalog.=) 'public' AND owner.rolsuper AND NOT login.rolsuper AND NOT pg_catalog.pg_has_role(owner.oid, 'USAGE'))
        """;

    /// <summary>Whether its owner, privileges and comment can't be changed by the login.</summary>
    public static async Task<bool> IsFixedAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        (await target.QueryAsync(IsFixedSql, row => row.GetBoolean(0), cancellationToken)).Single();

    /// <summary>Whether the entry makes it, or says something of it.</summary>
    public static bool IsAbout(SchemaEntry entry) =>
        entry is { Kind: "SCHEMA", Tag: "public" } || (EntryKinds.IsRemark(entry) && entry.Tag is "SCHEMA public" or "SCHEMA \"public\"");

    /// <summary>The same of what verification lists.</summary>
    public static bool IsAbout((string Kind, string Name) listed) => listed switch
    {
        ("schema", "public") or ("comment", "schema public") => true,
        ("grant", var name) => name.StartsWith("schema public to ", StringComparison.Ordinal),
        _ => false,
    };
}
