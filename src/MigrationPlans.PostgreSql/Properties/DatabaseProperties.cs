using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Properties;

/// <param name="Grantee">A role; empty for PUBLIC.</param>
/// <param name="Grantor">Who gave it; null for the database's owner.</param>
internal sealed record DatabaseGrant(string Grantee, string Privilege, bool IsGrantable, string? Grantor);

/// <param name="Role">Empty for all roles.</param>
/// <param name="Setting"><c>name=value</c>.</param>
internal sealed record DatabaseSetting(string Role, string Setting);

internal sealed record SecurityLabel(string Provider, string Label);

/// <summary>What belongs to a database itself and travels with no dump of its contents.</summary>
internal sealed record DatabaseProperties
{
    public required string Owner { get; init; }

    public required int ConnectionLimit { get; init; }

    public bool IsTemplate { get; init; }

    public string? Comment { get; init; }

    public ImmutableArray<DatabaseGrant> Grants { get; init; } = [];

    public ImmutableArray<DatabaseSetting> Settings { get; init; } = [];

    public ImmutableArray<SecurityLabel> Labels { get; init; } = [];

    /// <summary>What tells the database from another one of its name.</summary>
    public static async Task<uint> ReadOidAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => (await connection.QueryAsync(
        "SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()", row => row.GetFieldValue<uint>(0), cancellationToken))[0];

    public static async Task<DatabaseProperties> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EmbeddedSql.Load("database-properties.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = await reader.ReadAllAsync(
            row => new DatabaseProperties
            {
                Owner = row.GetString(0),
                ConnectionLimit = row.GetInt32(1),
                Comment = row.IsDBNull(2) ? null : row.GetString(2),
                IsTemplate = row.GetBoolean(3),
            },
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var grants = await reader.ReadAllAsync(
            row => new DatabaseGrant(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.IsDBNull(3) ? null : row.GetString(3)),
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var settings = await reader.ReadAllAsync(row => new DatabaseSetting(row.GetString(0), row.GetString(1)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var labels = await reader.ReadAllAsync(row => new SecurityLabel(row.GetString(0), row.GetString(1)), cancellationToken);
        return rows[0] with { Grants = grants, Settings = settings, Labels = labels };
    }

    /// <summary>Makes other sessions of those that begin afterwards: they would act as another role.</summary>
    public static bool IsLate(DatabaseSetting setting) => RoleSetting.IsOne(SettingText.Split(setting.Setting).Name);

    /// <summary>Without what is changed last, for a target that is not finished.</summary>
    public DatabaseProperties WithoutLate() =>
        this with { ConnectionLimit = -1, IsTemplate = false, Settings = [.. Settings.Where(setting => !IsLate(setting))] };

    /// <summary>
    /// The same in the target's role names, without a fence of ours. A role that the target lacks counts where the run was to make it, or was to
    /// find it: what is said of it can't be given then, and is missed. Where it was to be left out, so is what is said of it.
    /// </summary>
    /// <param name="mapping">Maps roles, and says which are made.</param>
    /// <param name="targetRoles">Those that are there.</param>
    /// <param name="keeper">Whom the target database belongs to: he keeps it in the place of an owner who is left out.</param>
    public DatabaseProperties ForTarget(DatabaseMapping mapping, IReadOnlySet<string> targetRoles, string keeper)
    {
        string Map(string role) => role.Length == 0 ? role : Sides.MapRole(mapping, role);
        bool IsThere(string role) => role.Length == 0 || targetRoles.Contains(role) || (IsMade(mapping, role) && SelectionFilter.For(mapping).IsEverything);
        var owner = Map(Owner) is var mappedOwner && (targetRoles.Contains(mappedOwner) || IsMade(mapping, mappedOwner)) ? mappedOwner : keeper;
        string? Giver(string? role) => role is not null && Map(role) is var mapped && mapped != owner && IsThere(mapped) ? mapped : null;
        return this with
        {
            Owner = owner,
            Grants =
            [
                .. Grants.Select(grant => grant with { Grantee = Map(grant.Grantee), Grantor = Giver(grant.Grantor) })
                    .Where(grant => IsThere(grant.Grantee))
                    .GroupBy(grant => (grant.Grantee, grant.Privilege, grant.Grantor))
                    .Select(group => new DatabaseGrant(group.Key.Grantee, group.Key.Privilege, group.Any(grant => grant.IsGrantable), group.Key.Grantor)),
            ],
            Settings =
            [
                .. Settings.Where(setting => !(setting.Role.Length == 0 && FenceMark.IsOurs(setting.Setting)))
                    .Select(setting => new DatabaseSetting(Map(setting.Role), RoleSetting.Rename(setting.Setting, Map)))
                    .Where(setting => IsThere(setting.Role)),
            ],
        };
    }

    /// <summary>Only RDS makes its own.</summary>
    private static bool IsMade(DatabaseMapping mapping, string role) =>
        mapping.Roles.Create == RoleCreation.Missing && !RdsRoles.IsOne(role);
}
