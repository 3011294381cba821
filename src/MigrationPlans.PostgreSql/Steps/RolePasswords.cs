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
    /// <summary>Reads the passwords of roles, each from the first of its sources that can be asked and has one to give.</summary>
    /// <param name="roles">With where to look.</param>
    /// <param name="openAsync">Opens a source, by its endpoint; null where it can't be had, and another one will do.</param>
    /// <returns>Hashes by the role's name on the target. Lacking are roles without one: unreadable, not set, or salted with
    /// a name that they do not bear any longer.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        IReadOnlyCollection<(PlannedRole Role, ImmutableArray<PasswordSource> Sources)> roles,
        Func<string, CancellationToken, Task<NpgsqlConnection?>> openAsync,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var choice = 0; roles.Any(role => role.Sources.Length > choice); choice++)
        {
            var open = roles.Where(role => role.Sources.Length > choice && !found.ContainsKey(role.Role.Name))
                .Select(role => (role.Role.Name, From: role.Sources[choice]));
            foreach (var group in open.GroupBy(role => role.From.Endpoint, StringComparer.Ordinal).ToList())
            {
                await using var source = await openAsync(group.Key, cancellationToken);
                var hashes = source is null ? [] : await ReadAsync(source, [.. group.Select(role => role.From.Role)], cancellationToken);
                foreach (var (name, from) in group)
                {
                    // An MD5 hash holds the role's name.
                    if (hashes.TryGetValue(from.Role, out var hash) && (name == from.Role || !hash.StartsWith("md5", StringComparison.Ordinal)))
                    {
                        found[name] = hash;
                    }
                }
            }
        }

        return found;
    }

    /// <returns>False where the server does not take it, or there is none.</returns>
    public static async Task<bool> TryGiveAsync(NpgsqlConnection target, string role, string? hash, CancellationToken cancellationToken) =>
        hash is not null && await target.TryAsync($"ALTER ROLE {SqlText.Identifier(role)} PASSWORD {SqlText.Literal(hash)}", cancellationToken) is null;

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
