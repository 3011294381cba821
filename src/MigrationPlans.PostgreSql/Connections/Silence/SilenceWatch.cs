using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections.Silence;

/// <summary>
/// Finds connections that are dead without anybody having said so: a proxy, a tunnel or a gateway holds them open, and forwards nothing
/// any more. Whoever waits for long asks the server over a fresh connection, and only what the server says ends the wait.
/// </summary>
internal sealed class SilenceWatch(PostgresConnector connector, SilenceLimits limits, TimeProvider time)
{
    /// <summary>What the running code works at: its connections are this work's, whoever opens them.</summary>
    private static readonly AsyncLocal<WatchedWork?> Current = new();

    private readonly LostSessions lost = new(connector, limits);

    public static void Add(WatchedSession session) => Current.Value?.Add(session);

    public static void Add(Endpoint endpoint, NpgsqlConnection connection)
    {
        if (Current.Value is { } work)
        {
            work.Add(WatchedSession.Of(endpoint, connection, () => work.RowsRead));
        }
    }

    /// <summary>Something came over one of the work's connections of the driver, which does not say so itself.</summary>
    public static void CountRow() => Current.Value?.CountRow();

    /// <summary>Ends a session on its server that nothing is to be had of any more: at once, or when the server can be reached again.</summary>
    public Task EndAsync(WatchedSession session) => lost.EndAsync([session]);

    /// <summary>The same for a session that nobody waits for: it is waited for no longer than a stop is.</summary>
    public async Task EndSoonAsync(WatchedSession session)
    {
        try
        {
            await EndAsync(session).WaitAsync(limits.Stopping, time);
        }
        catch (TimeoutException)
        {
            // A later look at the server does it.
        }
    }

    /// <summary>Runs the work, and cuts it off when one of its connections is dead. Work within other work belongs to that.</summary>
    /// <param name="run">Opens its own connections; is done with them when it ends.</param>
    /// <param name="tell">Hears at each look what a long wait is for; null for who hears of all others.</param>
    /// <exception cref="StepFailedException">A connection is dead, which may pass; or as the work fails.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> run, Action<LongWait>? tell, CancellationToken cancellationToken)
    {
        if (Current.Value is not null)
        {
            return await run(cancellationToken);
        }

        var work = new WatchedWork(time, cancellationToken);
        using var ended = new CancellationTokenSource();
        // Begun before: its own connections are not the work's. Let go by a work that ends well: it may be in a login
        // that the driver does not give up for some seconds.
        var watching = WatchAsync(work, tell ?? connector.TellWait, ended.Token);
        Current.Value = work;
        try
        {
            return await UnwindAsync(run(work.Token), work.Token, cancellationToken);
        }
        catch (Exception exception) when (work.Failure is { } failure && !cancellationToken.IsCancellationRequested)
        {
            // The sessions of this try are ended before the next one begins.
            await watching.WaitAsync(cancellationToken);
            throw new StepFailedException(failure.Diagnostic, failure.FailureClass, exception);
        }
        catch (Exception exception) when (cancellationToken.IsCancellationRequested && exception is (StepFailedException or NpgsqlException))
        {
            // Whatever a connection says of it.
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
        }
    }

    /// <summary>
    /// Once it is cut or stopped, work is soon over, or left to itself: the driver ends a transaction before it lets go of a
    /// connection, and waits for the server to say so, for ever.
    /// </summary>
    /// <param name="stopped">May come while the work is being cut off, and is waited for less.</param>
    private async Task<T> UnwindAsync<T>(Task<T> running, CancellationToken cut, CancellationToken stopped)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var unwinding = cut.Register(() => late.CancelAfter(stopped.IsCancellationRequested ? limits.Stopping : limits.Unwinding));
        using var stopping = stopped.Register(() => late.CancelAfter(limits.Stopping));
        return await running.WaitAsync(late.Token);
    }

    private async Task WatchAsync(WatchedWork work, Action<LongWait>? tell, CancellationToken cancellationToken)
    {
        var unreachable = new Dictionary<Endpoint, long>();
        using var timer = new PeriodicTimer(limits.BetweenLooks, time);
        try
        {
            while (work.Failure is null && await timer.WaitForNextTickAsync(cancellationToken))
            {
                await LookAsync(work, unreachable, tell, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The work has ended.
        }

        if (work.Failure is not null)
        {
            await lost.EndAsync(work.FindOpen());
            await work.CutAsync();
        }
    }

    /// <summary>Whatever goes wrong in a look, there is another one.</summary>
    private async Task LookAsync(
        WatchedWork work,
        Dictionary<Endpoint, long> unreachable,
        Action<LongWait>? tell,
        CancellationToken cancellationToken)
    {
        try
        {
            var found = work.FindSilent(limits.Silence).ToLookup(one => one.Session.Endpoint);
            foreach (var endpoint in unreachable.Keys.Where(endpoint => !found.Contains(endpoint)))
            {
                // Something came over its connections since.
                unreachable.Remove(endpoint);
            }

            foreach (var silent in found)
            {
                await AskAsync(work, silent.Key, [.. silent], unreachable, tell, cancellationToken);
            }
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The system does not say what a program or a connection is at.
        }
    }

    /// <summary>What one of the servers says of its sessions.</summary>
    private async Task AskAsync(
        WatchedWork work,
        Endpoint endpoint,
        (WatchedSession Session, SessionSilence Silence)[] silent,
        Dictionary<Endpoint, long> unreachable,
        Action<LongWait>? tell,
        CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.Look);
        var findings = Array.Empty<string>();
        try
        {
            await using var connection = await connector.OpenAsync(endpoint, silent[0].Session.Database, SessionKind.Probe, deadline.Token);
            var look = await SessionLook.TakeAsync(connection, [.. silent.Select(one => one.Session)], deadline.Token);
            unreachable.Remove(endpoint);
            if (look is not null)
            {
                findings = [.. silent.Select(one => Judge(one.Session, one.Silence, look, work))];
                await lost.EndAsync(endpoint, connection, deadline.Token);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var finding = NoteUnasked(work, endpoint, silent[0].Session.Database, exception, unreachable);
            findings = [.. silent.Select(_ => finding)];
        }
        catch (Exception)
        {
            // The work has ended.
        }

        if (work.Failure is null && !cancellationToken.IsCancellationRequested)
        {
            Tell(silent.Zip(findings), tell);
        }
    }

    /// <returns>What the server says.</returns>
    private string Judge(WatchedSession session, SessionSilence silence, SessionLook look, WatchedWork work)
    {
        var report = look.ReportOf(session);
        silence.UnknownSince = report.IsUnknown ? silence.UnknownSince ?? time.GetTimestamp() : null;
        // Who is asked may be another server each time; but one that knows nothing of the session, whenever it is asked, is more likely the session's own.
        var isDead = report.IsLost && report == silence.Suspicion && time.GetElapsedTime(silence.SuspectedSince) >= limits.Certainty;
        if (isDead || (silence.UnknownSince is { } since && time.GetElapsedTime(since) >= limits.Patience))
        {
            work.Fail(new StepFailedException(
                ExecutionDiagnostics.ConnectionDead(session.Place, session.Name, time.GetElapsedTime(silence.Since), report.Describe()),
                FailureClass.Transient));
        }

        if (report != silence.Suspicion)
        {
            (silence.Suspicion, silence.SuspectedSince) = (report.IsLost ? report : null, time.GetTimestamp());
        }

        return report.Describe();
    }

    /// <summary>A server that answers, be it with a refusal, is there; what it is at with our session is not known then.</summary>
    private string NoteUnasked(WatchedWork work, Endpoint endpoint, string database, Exception exception, Dictionary<Endpoint, long> unreachable)
    {
        var isSilent = exception is OperationCanceledException;
        var failure = exception as StepFailedException ?? new StepFailedException(
            ExecutionDiagnostics.ConnectionFailed(
                $"{endpoint.Name}/{database}", isSilent ? $"no answer within {limits.Look.TotalSeconds:0} s" : PostgresErrors.Chain(exception).Last().Message),
            isSilent || exception is NpgsqlException ? FailureClass.Unavailable : FailureClass.Transient,
            exception);
        if (failure.FailureClass != FailureClass.Unavailable || PostgresErrors.Chain(exception).Any(cause => cause is PostgresException))
        {
            unreachable.Remove(endpoint);
        }
        else if (unreachable.TryAdd(endpoint, time.GetTimestamp()) is false && time.GetElapsedTime(unreachable[endpoint]) >= limits.Patience)
        {
            work.Fail(failure);
        }

        return $"can't be asked: {failure.Diagnostic.Message}";
    }

    private void Tell(IEnumerable<((WatchedSession Session, SessionSilence Silence) Silent, string Finding)> found, Action<LongWait>? tell)
    {
        foreach (var ((session, silence), finding) in found)
        {
            try
            {
                tell?.Invoke(new LongWait($"{session.Place} ({session.Name})", time.GetElapsedTime(silence.Since), finding) { Began = silence.Since });
            }
            catch (Exception)
            {
                // Who can't hear it is no reason to watch no more.
            }
        }
    }
}
