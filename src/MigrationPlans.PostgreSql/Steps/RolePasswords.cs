using System.Collections.Immutable;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Carries over password hashes, which only superusers and members of pg_read_all_data can read (on RDS nobody). They go from one server to the other and are
/// never kept: no plan, state, note or exception holds one.
/// </summary>
internal static class RolePasswords
{
    /// <summary>Gives the roles the passwords that they have on the source.</summary>
    /// <returns>Roles that log in and have none now: unreadable, not set, or salted with a name that they do not bear any longer.</returns>
    public static async Task<ImmutableArray<string>> CopyAsync(NpgsqlConnection source, NpgsqlConnection target, IReadOnlyCollection<PlannedRole> roles, CancellationToken cancellationToken)
    {
        var hashes = await ReadAsync(source, [.. roles.Select(NameOnSource)], cancellationToken);
        var left = ImmutableArray.CreateBuilder<string>();
        foreach (var role in roles)
        {
            // An MD5 hash holds the role's name.
            var isUsable = hashes.TryGetValue(NameOnSource(role), out var hash) && (role.Name == NameOnSource(role) || !hash.StartsWith("md5", StringComparison.Ordinal));
            if (!isUsable || await target.TryAsync($"ALTER ROLE {SqlText.Identifier(role.Name)} PASSWORD {SqlText.Literal(hash!)}", cancellationToken) is not null)
            {
                left.Add(role.Name);
            }
        }

        return left.ToImmutable();
    }

    private static string NameOnSource(PlannedRole role) => role.PasswordFrom?.Role ?? role.Source.Name;

    private static async Task<Dictionary<string, string>> ReadAsync(NpgsqlConnection source, string[] names, CancellationToken cancellationToken)
    {
        try
        {
            var rows = await source.QueryAsync(
                "SELECT rolname::text, rolpassword FROM pg_catalog.pg_authid WHERE rolpassword IS NOT NULL AND rolname = ANY ($1)",
                row => (Name: row.GetString(0), Hash: row.GetString(1)),
                cancellationToken,
                [names]);
            return rows.ToDictionary(row => row.Name, row => row.Hash, StringComparer.Ordinal);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return [];
        }
    }
}
