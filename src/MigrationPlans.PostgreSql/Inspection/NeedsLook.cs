using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Reads what each object of a database can't be without.</summary>
internal static class NeedsLook
{
    public static Task<ImmutableArray<ObjectNeeds>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("needs.sql"),
            row => new ObjectNeeds
            {
                Id = row.GetInt64(0),
                Kind = row.GetString(1),
                Schema = row.IsDBNull(2) ? null : row.GetString(2),
                Name = row.GetString(3),
                PartOf = row.IsDBNull(4) ? null : row.GetInt64(4),
                Root = row.IsDBNull(5) ? null : row.GetInt64(5),
                Needs = [.. row.GetFieldValue<long[]>(6)],
            },
            cancellationToken);

    public static Task<ImmutableArray<RoleUse>> ReadRoleUsesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("role-uses.sql"),
            row => new RoleUse(row.GetString(0), row.GetInt64(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3))
            {
                SettingsOf = row.IsDBNull(4) ? null : row.GetString(4),
                IsOwner = row.GetBoolean(5),
                IsGiver = row.GetBoolean(6),
                Name = row.IsDBNull(7) ? null : row.GetString(7),
            },
            cancellationToken);

    public static Task<ImmutableArray<ExtensionMember>> ReadMembersAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            "SELECT e.extname::text, d.classid::int8 * 4294967296 + d.objid::int8 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e'",
            row => new ExtensionMember(row.GetString(0), row.GetInt64(1)),
            cancellationToken);
}
