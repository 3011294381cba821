using System.Collections.Concurrent;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections.Silence;

/// <summary>
/// Sessions whose connections are dead, or left to themselves. Nobody tells the server that we are gone, and what they hold (locks,
/// a snapshot) would stop the next try; so they are ended there, at once or with the next connection that is to be had.
/// </summary>
internal sealed class LostSessions(PostgresConnector connector, SilenceLimits limits)
{
    private readonly ConcurrentDictionary<WatchedSession, bool> sessions = new(ReferenceEqualityComparer.Instance);

    /// <summary>On each of their servers. Does not throw.</summary>
    public async Task EndAsync(IReadOnlyList<WatchedSession> lost)
    {
        foreach (var session in lost)
        {
            sessions[session] = true;
        }

        await Task.WhenAll(lost.DistinctBy(session => session.Endpoint).Select(TryEndAsync));
    }

    /// <summary>Those of one server.</summary>
    /// <param name="connection">A fresh one, which nobody else uses.</param>
    public async Task EndAsync(Endpoint endpoint, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var here = sessions.Keys.Where(session => session.Endpoint == endpoint).ToList();
        if (here.Count == 0)
        {
            return;
        }

        await connection.ExecuteAsync(
            EmbeddedSql.Load("end-lost-sessions.sql"),
            cancellationToken,
            here.Select(session => session.Pid).ToArray(),
            here.Select(session => session.Seen is { } seen ? $"{seen.Server} {seen.Start}" : "").ToArray(),
            here.Select(session => session.Age.TotalSeconds).ToArray(),
            here.Select(session => session.ApplicationName).OfType<string>().ToArray());
        foreach (var session in here)
        {
            sessions.TryRemove(session, out _);
        }
    }

    private async Task TryEndAsync(WatchedSession session)
    {
        // Those that lie idle may be dead too.
        connector.CloseIdle(session.Endpoint);
        using var deadline = new CancellationTokenSource(limits.Look);
        try
        {
            await using var connection = await connector.OpenAsync(session.Endpoint, session.Database, SessionKind.Probe, deadline.Token);
            await EndAsync(session.Endpoint, connection, deadline.Token);
        }
        catch (Exception)
        {
            // A later look at the server does it.
        }
    }
}
