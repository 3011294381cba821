using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Finds connections that are dead without anybody having said so: a proxy, a tunnel or a gateway holds them open, and forwards nothing any more. Whoever waits for long
/// asks the server over a fresh connection, and only what the server says ends the wait.
/// </summary>
internal sealed class SilenceWatch(PostgresConnector connector, SilenceLimits limits, TimeProvider time)
{
    private const string EndSql =
        """
        SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a
        WHERE a.pid = ANY ($1) AND a.usename = session_user AND a.application_name = 'migplan' AND a.pid <> pg_backend_pid()
        """;

    /// <summary>For one look: a server that is there answers in a moment.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    /// <summary>What the running code works at: its connections are this work's, whoever opens them.</summary>
    private static readonly AsyncLocal<WatchedWork?> Current = new();

    public static void Add(WatchedSession session) => Current.Value?.Add(session);

    /// <summary>Runs the work, and cuts it off when one of its connections is dead. Work within other work belongs to that.</summary>
    /// <param name="run">Opens its own connections; is done with them when it ends.</param>
    /// <param name="tell">Hears at each look what a long wait is for; null for nobody.</param>
    /// <exception cref="StepFailedException">A connection is dead, which may pass; or as the work fails.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> run, Action<LongWait>? tell, CancellationToken cancellationToken)
    {
        if (Current.Value is not null)
        {
            return await run(cancellationToken);
        }

        // Let go by the watch, which may be in a login that the driver does not give up for some seconds: nobody waits for that.
        var work = new WatchedWork(time, cancellationToken);
        using var ended = new CancellationTokenSource();
        // Begun before: its own connections are not the work's.
        _ = WatchAsync(work, tell, ended.Token);
        Current.Value = work;
        try
        {
            return await run(work.Token);
        }
        catch (Exception exception) when (work.Failure is { } failure && !cancellationToken.IsCancellationRequested)
        {
            throw new StepFailedException(failure.Diagnostic, failure.FailureClass, exception);
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    private async Task WatchAsync(WatchedWork work, Action<LongWait>? tell, CancellationToken cancellationToken)
    {
        var unreachable = new Dictionary<Endpoint, long>();
        using var timer = new PeriodicTimer(limits.BetweenLooks, time);
        try
        {
            while (work.Failure is null && await timer.WaitForNextTickAsync(cancellationToken))
            {
                foreach (var silent in work.FindSilent(limits.Silence).GroupBy(one => one.Session.Endpoint))
                {
                    await LookAsync(work, silent.Key, [.. silent], unreachable, tell, cancellationToken);
                }
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // The work has ended.
        }
        finally
        {
            work.Dispose();
        }
    }

    private async Task LookAsync(
        WatchedWork work, Endpoint endpoint, (WatchedSession Session, Silence Silence)[] silent, Dictionary<Endpoint, long> unreachable, Action<LongWait>? tell, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(LongestLook);
        try
        {
            await using var connection = await connector.OpenAsync(endpoint, silent[0].Session.Database, SessionKind.Probe, deadline.Token);
            var reports = await SessionReport.ReadAsync(connection, [.. silent.Select(one => one.Session.Pid)], deadline.Token);
            unreachable.Remove(endpoint);
            if (reports is not null && Judge(silent, reports, tell) is { } failure)
            {
                await LoseAsync(work, endpoint, failure, connection, deadline.Token);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is StepFailedException or NpgsqlException or OperationCanceledException)
        {
            await NoteUnreachableAsync(work, endpoint, exception, unreachable);
        }
    }

    private StepFailedException? Judge((WatchedSession Session, Silence Silence)[] silent, IReadOnlyDictionary<int, SessionReport> reports, Action<LongWait>? tell)
    {
        foreach (var (session, silence) in silent)
        {
            var report = reports.GetValueOrDefault(session.Pid) ?? SessionReport.Gone;
            var lasted = time.GetElapsedTime(silence.Since);
            if (report.IsLost && report == silence.Suspicion)
            {
                return new StepFailedException(ExecutionDiagnostics.ConnectionDead($"{session.Endpoint.Name}/{session.Database}", session.Pid, lasted, report.Describe()), FailureClass.Transient);
            }

            silence.Suspicion = report.IsLost ? report : null;
            tell?.Invoke(new LongWait($"{session.Endpoint.Name}/{session.Database} (session {session.Pid})", lasted, report.Describe()));
        }

        return null;
    }

    /// <summary>What the dead connection's session holds on the server (locks, a snapshot) would stay, as nobody tells it that we are gone; so it is ended, with all others of the work.</summary>
    private async Task LoseAsync(WatchedWork work, Endpoint endpoint, StepFailedException failure, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        work.Fail(failure);
        try
        {
            await connection.ExecuteAsync(EndSql, cancellationToken, work.OpenOn(endpoint).ToArray());
        }
        finally
        {
            connector.CloseIdle(endpoint);
            await work.CutAsync();
        }
    }

    /// <summary>A server that answers, be it with a refusal, is there; what it is at with our session is not known then.</summary>
    private async Task NoteUnreachableAsync(WatchedWork work, Endpoint endpoint, Exception exception, Dictionary<Endpoint, long> unreachable)
    {
        if (work.Failure is not null || PostgresErrors.Chain(exception).Any(cause => cause is PostgresException) || exception is StepFailedException { FailureClass: not FailureClass.Unavailable })
        {
            unreachable.Remove(endpoint);
            return;
        }

        unreachable.TryAdd(endpoint, time.GetTimestamp());
        if (exception is StepFailedException failure && time.GetElapsedTime(unreachable[endpoint]) >= limits.Patience)
        {
            work.Fail(new StepFailedException(failure.Diagnostic, FailureClass.Unavailable, exception));
            connector.CloseIdle(endpoint);
            await work.CutAsync();
        }
    }
}
