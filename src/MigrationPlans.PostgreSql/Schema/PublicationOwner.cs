using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Gives a publication to its owner by a login that is no superuser: the new owner must be allowed to create in the database at that
/// moment, and may get this right only later, with the database's own privileges.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-alterpublication.html</remarks>
internal static class PublicationOwner
{
    /// <summary>The owner, where the statement gives the publication to one; else null.</summary>
    public static string? In(SchemaEntry entry, string statement) => entry.Kind == "PUBLICATION" ? RolePlaces.Owner(entry with { Sql = statement }) : null;

    /// <param name="statement">Changes the owner.</param>
    /// <param name="owner">In the target's names.</param>
    public static string Wrap(string statement, string owner)
    {
        var role = SqlText.Literal(owner);
        var body = $"""
            DECLARE lacks pg_catalog.bool := NOT pg_catalog.has_database_privilege({role}, pg_catalog.current_database(), 'CREATE');
            BEGIN
              IF lacks THEN EXECUTE pg_catalog.format('GRANT CREATE ON DATABASE %I TO %I', pg_catalog.current_database(), {role}); END IF;
              {statement}
              IF lacks THEN EXECUTE pg_catalog.format('REVOKE CREATE ON DATABASE %I FROM %I', pg_catalog.current_database(), {role}); END IF;
            END
            """;
        return $"DO {SqlText.Literal(body)};";
    }
}
