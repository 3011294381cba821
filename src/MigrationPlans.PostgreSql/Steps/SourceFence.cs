using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Properties;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Makes a source database read-only for new sessions and ends those that could still write. <see cref="FenceMark"/> tells the fence from a
/// user's own setting.
/// </summary>
public sealed class SourceFence(PostgresConnector connector)
{
    private static readonly TimeSpan SessionsMayTake = TimeSpan.FromSeconds(15);

    /// <summary>Whether new sessions are read-only, by our fence or by the user's own setting.</summary>
    public async Task<bool> IsFencedAsync(Endpoint source, string database, CancellationToken cancellationToken)
    {
        await using var connection = await connector.OpenAsync(source, database, SessionKind.SourceRead, cancellationToken);
        return await ReadAsync(connection, cancellationToken) is not (null or "off");
    }

    /// <summary>Other sessions of this database; a fence can't know which of them may write.</summary>
    public async Task<int> CountSessionsAsync(Endpoint source, string database, CancellationToken cancellationToken)
    {
        await using var connection = await connector.OpenAsync(source, database, SessionKind.SourceRead, cancellationToken);
        return await CountOthersAsync(connection, DateTime.MaxValue, cancellationToken);
    }

    /// <summary>No fence stops what a subscription brings, and to disable one is for whoever owns it.</summary>
    /// <exception cref="StepFailedException">One is enabled.</exception>
    public async Task RefuseSubscriptionsAsync(Endpoint source, string database, CancellationToken cancellationToken)
    {
        if (await FindLeaksAsync(source, database, cancellationToken) is { Subscriptions: { Length: > 0 } subscriptions })
        {
            throw new StepFailedException(HandlerDiagnostics.SubscriptionEnabled($"{source.Name}/{database}", subscriptions), FailureClass.Permanent);
        }
    }

    /// <summary>
    /// Sets the fence and ends the sessions from before it. Replication to others and our own sessions stay; workers of
    /// subscriptions are waited for.
    /// </summary>
    /// <returns>How many sessions were ended.</returns>
    /// <exception cref="StepFailedException">The login may not, or sessions do not end.</exception>
    public async Task<int> FenceAsync(Endpoint source, string database, TimeProvider clock, CancellationToken cancellationToken)
    {
        var subject = $"{source.Name}/{database}";
        await using var connection = await connector.OpenAsync(source, database, SessionKind.SourceAdmin, cancellationToken);
        try
        {
            // Several mappings may fence one database: two at once would fail with `tuple concurrently updated`. Held until the connection ends.
            await connection.ExecuteAsync("SELECT pg_catalog.pg_advisory_lock($1)", cancellationToken, (long)AdvisoryLock.Fence);
            var before = await ReadAsync(connection, cancellationToken);
            if (before is null or "off")
            {
                var mark = before is null ? FenceMark.Plain : FenceMark.OverOff;
                await connection.ExecuteAsync($"ALTER DATABASE {SqlText.Identifier(database)} SET {FenceMark.Setting} = '{mark}'", cancellationToken);
            }

            return await EndSessionsAsync(connection, subject, clock, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StepFailedException(
                HandlerDiagnostics.FenceDenied(subject, connection.UserName ?? "", exception.MessageText),
                FailureClass.Permanent,
                exception);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, subject);
        }
    }

    /// <summary>Takes our fence back and restores what stood before; leaves a user's own setting alone.</summary>
    /// <exception cref="StepFailedException">The login may not.</exception>
    public async Task UnfenceAsync(Endpoint source, string database, CancellationToken cancellationToken)
    {
        await using var connection = await connector.OpenAsync(source, database, SessionKind.SourceAdmin, cancellationToken);
        try
        {
            var alter = await ReadAsync(connection, cancellationToken) switch
            {
                FenceMark.Plain => $"RESET {FenceMark.Setting}",
                FenceMark.OverOff => $"SET {FenceMark.Setting} = 'off'",
                _ => null,
            };
            if (alter is not null)
            {
                await connection.ExecuteAsync($"ALTER DATABASE {SqlText.Identifier(database)} {alter}", cancellationToken);
            }
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"{source.Name}/{database}");
        }
    }

    /// <summary>Roles whose own setting outranks the fence, and what else gets past it.</summary>
    internal async Task<(string Roles, long PreparedTransactions, string Subscriptions)> FindLeaksAsync(
        Endpoint source, string database, CancellationToken cancellationToken)
    {
        await using var connection = await connector.OpenAsync(source, database, SessionKind.SourceRead, cancellationToken);
        var rows = await connection.QueryAsync(
            EmbeddedSql.Load("fence-leaks.sql"), row => (row.GetString(0), row.GetInt64(1), row.GetString(2)), cancellationToken);
        return rows[0];
    }

    /// <summary>The setting for all roles in this database, folded: our marks as they are, others as on or off.</summary>
    private static async Task<string?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var settings = await connection.QueryAsync(EmbeddedSql.Load("fence.sql"), row => row.GetString(0), cancellationToken);
        return settings.FirstOrDefault() switch
        {
            null => null,
            FenceMark.Plain => FenceMark.Plain,
            FenceMark.OverOff => FenceMark.OverOff,
            var value => value[0] is 'n' or 'N' or 'f' or 'F' or '0' || value.StartsWith("of", StringComparison.OrdinalIgnoreCase) ? "off" : "on",
        };
    }

    private static async Task<int> EndSessionsAsync(NpgsqlConnection connection, string subject, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Sessions that began before this moment may have missed the setting.
        var moments = await connection.QueryAsync("SELECT pg_catalog.clock_timestamp()", row => row.GetDateTime(0), cancellationToken);
        var ended = await connection.QueryAsync(EmbeddedSql.Load("end-sessions.sql"), row => row.GetInt32(0), cancellationToken, moments[0]);
        var begun = clock.GetTimestamp();
        while (await CountOthersAsync(connection, moments[0], cancellationToken) is var left and > 0)
        {
            if (clock.GetElapsedTime(begun) > SessionsMayTake)
            {
                throw new StepFailedException(HandlerDiagnostics.SessionsRemain(subject, left), FailureClass.Transient);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellationToken);
        }

        return ended.Length;
    }

    private static async Task<int> CountOthersAsync(NpgsqlConnection connection, DateTime before, CancellationToken cancellationToken)
    {
        var moment = before == DateTime.MaxValue ? DateTime.SpecifyKind(new DateTime(9000, 1, 1), DateTimeKind.Utc) : before;
        return (await connection.QueryAsync(EmbeddedSql.Load("other-sessions.sql"), row => row.GetInt32(0), cancellationToken, moment))[0];
    }
}
