using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Reads a server's facts in one round trip, over a connection to any of its databases.</summary>
internal static class ServerLook
{
    public static async Task<EndpointFacts> ReadAsync(NpgsqlConnection connection, Endpoint endpoint, CancellationToken cancellationToken)
    {
        await using var batch = SqlBatch.Create(connection, "server.sql", "roles.sql", "databases.sql", "available-extensions.sql", "collation-versions.sql");
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var facts = ReadServer(reader, endpoint);
        await reader.NextResultAsync(cancellationToken);
        var roles = await reader.ReadAllAsync(ReadRole, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var databases = await reader.ReadAllAsync(row => ReadSettings(row), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var extensions = await reader.ReadAllAsync(row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var versions = await reader.ReadAllAsync(row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken);
        return facts with
        {
            CollationVersions = versions.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Roles = roles,
            Databases = databases,
            AvailableExtensions = extensions.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>The eight columns that databases.sql and database.sql begin with.</summary>
    public static DatabaseSettings ReadSettings(NpgsqlDataReader row) => new()
    {
        Name = row.GetString(0),
        Owner = row.IsDBNull(1) ? "" : row.GetString(1),
        Encoding = row.GetString(2),
        Collate = row.GetString(3),
        Ctype = row.GetString(4),
        LocaleProvider = row.GetString(5),
        Locale = row.IsDBNull(6) ? null : row.GetString(6),
        ConnectionLimit = row.GetInt32(7),
    };

    private static EndpointFacts ReadServer(NpgsqlDataReader row, Endpoint endpoint) => new()
    {
        Name = endpoint.Name,
        Role = endpoint.Role,
        VersionNumber = row.GetInt32(0),
        Login = new LoginFacts
        {
            Name = row.GetString(1),
            IsSuperuser = row.GetBoolean(2),
            CanCreateDatabases = row.GetBoolean(3),
            CanCreateRoles = row.GetBoolean(4),
            BypassesRowSecurity = row.GetBoolean(5),
            MemberOf = [.. row.GetFieldValue<string[]>(6)],
            ReadsPasswords = row.GetBoolean(10),
        },
        Connections = new ConnectionFacts(row.GetInt32(7), row.GetInt32(8), row.GetInt32(9)),
    };

    private static RoleFacts ReadRole(NpgsqlDataReader row) => new()
    {
        Name = row.GetString(0),
        CanLogin = row.GetBoolean(1),
        IsSuperuser = row.GetBoolean(2),
        CanCreateDatabases = row.GetBoolean(3),
        CanCreateRoles = row.GetBoolean(4),
        Inherits = row.GetBoolean(5),
        CanReplicate = row.GetBoolean(6),
        BypassesRowSecurity = row.GetBoolean(7),
        ConnectionLimit = row.GetInt32(8),
        ValidUntil = row.IsDBNull(9) ? null : row.GetString(9),
        MemberOf = ReadMemberships(row),
        Settings = [.. row.GetFieldValue<string[]>(14)],
        Comment = row.IsDBNull(15) ? null : row.GetString(15),
    };

    private static ImmutableArray<RoleMembership> ReadMemberships(NpgsqlDataReader row)
    {
        var (admin, inherit, set) = (row.GetFieldValue<bool[]>(11), row.GetFieldValue<bool?[]>(12), row.GetFieldValue<bool?[]>(13));
        return [.. row.GetFieldValue<string[]>(10).Select((role, i) => new RoleMembership(role, admin[i]) { WithInherit = inherit[i], WithSet = set[i] })];
    }
}
