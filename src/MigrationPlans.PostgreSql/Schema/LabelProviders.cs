using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Which providers of security labels a server's sessions have. No catalog says so. But the server looks for the provider before it looks
/// for the object: of a large object that can't exist, a missing provider is told apart from a loaded one, and nothing can change.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-security-label.html</remarks>
internal static class LabelProviders
{
    /// <summary>Those of the given ones that are not loaded. Where the server can't be asked (a standby), none.</summary>
    /// <param name="connection">Outside of a transaction.</param>
    public static async Task<ImmutableHashSet<string>> FindMissingAsync(
        NpgsqlConnection connection, IEnumerable<string> providers, CancellationToken cancellationToken)
    {
        var missing = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var asked = providers.Distinct(StringComparer.Ordinal).ToList();
        if (asked.Count == 0)
        {
            return missing.ToImmutable();
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await MayWriteAsync(connection, cancellationToken))
        {
            return missing.ToImmutable();
        }

        foreach (var provider in asked)
        {
            var refused = await connection.TryAsync($"SECURITY LABEL FOR {SqlText.Identifier(provider)} ON LARGE OBJECT 0 IS NULL", cancellationToken);
            if (refused?.SqlState == PostgresErrorCodes.InvalidParameterValue)
            {
                missing.Add(provider);
            }
        }

        await transaction.RollbackAsync(cancellationToken);
        return missing.ToImmutable();
    }

    /// <summary>The server refuses the statement in a read-only transaction before it looks for anything. A standby has no others.</summary>
    private static async Task<bool> MayWriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync("SET TRANSACTION READ WRITE", cancellationToken);
            return true;
        }
        catch (PostgresException)
        {
            return false;
        }
    }
}
