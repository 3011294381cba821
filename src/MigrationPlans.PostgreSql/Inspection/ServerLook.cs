using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Reads a server's facts in two round trips, over a connection to any of its databases.</summary>
internal static class ServerLook
{
    private static readonly string[] State = ["server.sql", "roles.sql", "databases.sql"];

    private static readonly string[] Rest = ["collation-versions.sql", "server-parameters.sql"];

    // What only a target is asked for. The list of extensions reads a file for each version of each: a tenth of a second where there are some hundred.
    private const string ExtensionsFile = "available-extensions.sql";

    private const string SizesFile = "database-sizes.sql";

    private const int Looks = 3;

    /// <param name="rds">What AWS tells about the server; null where it is no RDS instance.</param>
    public static async Task<EndpointFacts> ReadAsync(NpgsqlConnection connection, Endpoint endpoint, RdsFacts? rds, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                return await LookAsync(connection, endpoint, rds, cancellationToken);
            }
            catch (PostgresException exception) when (look < Looks && exception.SqlState == PostgresErrorCodes.FeatureNotSupported)
            {
                // Somebody installs, updates or removes an extension's files just now: one that was listed is not there to be read.
            }
        }
    }

    private static async Task<EndpointFacts> LookAsync(NpgsqlConnection connection, Endpoint endpoint, RdsFacts? rds, CancellationToken cancellationToken)
    {
        var identity = await ServerIdentityLook.ReadAsync(connection, cancellationToken);
        string[] ofTarget = endpoint.Role == EndpointRole.Target ? [ExtensionsFile, .. rds is null ? (string[])[] : [SizesFile]] : [];
        await using var batch = SqlBatch.Create(connection, [.. State, .. Rest, .. ofTarget]);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var facts = await ReadStateAsync(reader, endpoint, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var versions = await reader.ReadAllAsync(row => KeyValuePair.Create(row.GetString(0), row.GetString(1)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var parameters = await reader.ReadAllAsync(ReadParameters, cancellationToken);
        var extensions = await reader.NextResultAsync(cancellationToken)
            ? await reader.ReadAllAsync(row => (Name: row.GetString(0), Version: row.GetString(1), TakesSuperuser: row.GetBoolean(2)), cancellationToken)
            : [];
        var sizes = await reader.NextResultAsync(cancellationToken)
            ? await reader.ReadAllAsync(row => KeyValuePair.Create(row.GetString(0), row.IsDBNull(1) ? (long?)null : row.GetInt64(1)), cancellationToken)
            : [];
        await reader.DisposeAsync();
        var passwords = endpoint.Role == EndpointRole.Source && facts.Login.ReadsPasswords ? await ReadPasswordKindsAsync(connection, cancellationToken) : [];
        return facts with
        {
            PasswordKinds = passwords.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Identity = identity,
            CollationVersions = versions.ToImmutableSortedDictionary(StringComparer.Ordinal),
            Rds = rds,
            Parameters = parameters[0],
            DatabaseBytes = sizes.ToImmutableSortedDictionary(StringComparer.Ordinal),
            AvailableExtensions = extensions.ToImmutableSortedDictionary(extension => extension.Name, extension => extension.Version, StringComparer.Ordinal),
            SuperuserExtensions = [.. extensions.Where(extension => extension.TakesSuperuser).Select(extension => extension.Name)],
        };
    }

    /// <summary>Only the version, our login, the room for connections, roles and databases; the rest stays empty.</summary>
    public static async Task<EndpointFacts> ReadStateAsync(NpgsqlConnection connection, Endpoint endpoint, CancellationToken cancellationToken)
    {
        await using var batch = SqlBatch.Create(connection, State);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        return await ReadStateAsync(reader, endpoint, cancellationToken);
    }

    private static async Task<EndpointFacts> ReadStateAsync(NpgsqlDataReader reader, Endpoint endpoint, CancellationToken cancellationToken)
    {
        await reader.ReadAsync(cancellationToken);
        var facts = ReadServer(reader, endpoint);
        await reader.NextResultAsync(cancellationToken);
        var roles = await reader.ReadAllAsync(
            row => (Role: ReadRole(row), Parameters: row.GetFieldValue<string[]>(16), Tablespaces: row.GetFieldValue<string[]>(17)),
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        return facts with
        {
            Roles = [.. roles.Select(role => role.Role)],
            ParameterPrivileges = [.. roles.SelectMany(role => role.Parameters.Select(parameter => (role.Role.Name, parameter)))],
            TablespacePrivileges = [.. roles.SelectMany(role => role.Tablespaces.Select(tablespace => (role.Role.Name, tablespace)))],
            Databases = await reader.ReadAllAsync(row => ReadSettings(row), cancellationToken),
        };
    }

    /// <summary>The ten columns that databases.sql and database.sql begin with.</summary>
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
        IcuRules = row.IsDBNull(8) ? null : row.GetString(8),
        Tablespace = row.IsDBNull(9) ? null : row.GetString(9),
    };

    private static ServerParameters ReadParameters(NpgsqlDataReader row) => new()
    {
        IsReplica = row.GetBoolean(0),
        MaxWalBytes = row.GetInt64(1),
        StandbyDelay = row.GetInt32(2),
        OldSnapshotThreshold = row.GetInt32(3),
        PreloadedLibraries = ReadList(row, 4),
        AllowedExtensions = ReadList(row, 5),
        HasLz4 = row.GetBoolean(6),
        CronDatabase = row.IsDBNull(7) ? null : row.GetString(7),
        OfSuperusers = [.. row.GetFieldValue<string[]>(8)],
        OfLibraries = [.. row.GetFieldValue<string[]>(9)],
    };

    /// <summary>A setting that is a list: <c>pg_cron, pg_stat_statements</c>.</summary>
    private static ImmutableArray<string>? ReadList(NpgsqlDataReader row, int column) => row.IsDBNull(column)
        ? null
        : [.. row.GetString(column).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => name.Trim('"'))];

    /// <summary>What passwords are kept as; of the passwords themselves nothing leaves the server.</summary>
    private static Task<ImmutableArray<KeyValuePair<string, PasswordKind>>> ReadPasswordKindsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) => connection.QueryAsync(
        "SELECT rolname::text, rolpassword IS NULL, rolpassword LIKE 'md5%' FROM pg_catalog.pg_authid WHERE rolcanlogin",
        row => KeyValuePair.Create(row.GetString(0), row.GetBoolean(1) ? PasswordKind.None : row.GetBoolean(2) ? PasswordKind.Md5 : PasswordKind.Other),
        cancellationToken);

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
            MemberOf = [.. row.GetFieldValue<string[]>(5)],
            RightsOnly = [.. row.GetFieldValue<string[]>(13)],
            ReadsPasswords = row.GetBoolean(9),
        },
        Connections = new ConnectionFacts(row.GetInt32(6), row.GetInt32(7), row.GetInt32(8)),
        OwnerOfNewPublic = row.IsDBNull(10) ? null : row.GetString(10),
        PredefinedRoles = [.. row.GetFieldValue<string[]>(11)],
        Tablespaces = [.. row.GetFieldValue<string[]>(12)],
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
