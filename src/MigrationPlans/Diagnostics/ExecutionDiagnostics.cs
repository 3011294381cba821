namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: what a run meets while it carries a plan out.</summary>
public static class ExecutionDiagnostics
{
    private static readonly DiagnosticDescriptor NotYetCarriedOutDescriptor = new(
        "MP6001", Severity.Error, "the manifest asks for something that this version does not carry out yet",
        """
        The manifest is valid, but this version can't do this part of it yet. Nothing was touched. Use `strategy: stream` or `archive`.
        """);

    private static readonly DiagnosticDescriptor EffectMissingDescriptor = new(
        "MP6002", Severity.Error, "a step ended without its effect",
        "The step ran without an error, but looking again did not show what it should have brought about. Something else changed the server meanwhile, or this is a bug of ours.");

    private static readonly DiagnosticDescriptor ServerErrorDescriptor = new(
        "MP6003", Severity.Error, "the server refused a statement",
        "PostgreSQL answered with an error. The five-character code is its SQLSTATE; the PostgreSQL manual lists them in Appendix A.");

    private static readonly DiagnosticDescriptor ConnectionFailedDescriptor = new(
        "MP6004", Severity.Error, "a connection to a server failed or was cut",
        "The server can't be reached, or went away. Such failures are tried again a few times; after that the step fails, and the next `apply` goes on from there.");

    private static readonly DiagnosticDescriptor InternalErrorDescriptor = new(
        "MP6005", Severity.Error, "an error that was not foreseen",
        """
        Something failed in a way that migplan has no better words for; the message holds the exception's type and text. What was done is
        recorded, so the same command goes on from there. If it repeats, please report it.
        """);

    private static readonly DiagnosticDescriptor SkippedDescriptor = new(
        "MP6006", Severity.Error, "a step was not tried, because one before it failed",
        "Fix what made the earlier step fail and run the same command again; other databases of the plan are not held up by it.");

    private static readonly DiagnosticDescriptor NoHandlerDescriptor = new(
        "MP6007", Severity.Error, "nothing in this version carries out a kind of step",
        "The plan holds a kind of step that this version of migplan has no handler for. Nothing was touched. Apply the plan with the version that made it.");

    private static readonly DiagnosticDescriptor TargetMissingDescriptor = new(
        "MP6008", Severity.Error, "a target of a finished plan is gone",
        """
        The state says that the plan was carried out, but a database that it had filled, or an instance that it had restored, is not there
        any more: somebody deleted or renamed it. migplan does not guess whether it should come back. Take its mapping or move out of the
        manifest and apply: what else is done stays as it is. To have it anew, put it back then and apply again;
        `migplan rollback MANIFEST --target ADDRESS --earlier`, and then `apply`, comes to the same. (`migplan rollback MANIFEST` takes back
        all that the last plan made, what is alive as well.)
        """);

    private static readonly DiagnosticDescriptor SearchPathMissedDescriptor = new(
        "MP6009", Severity.Error, "a function relies on a search_path",
        """
        A check, an index, a generated column, a default or a view calls a function that names what it uses without a schema. On the source it is found by the
        search_path of whoever is logged in. On the target every session has an empty one, as pg_restore's sessions have, so that the result does not hang on who restores; the
        function finds nothing, and a restore from a dump would fail too. Give the function a search_path of its own, on the source and on the target, where
        it exists already, and run the same command again:

        ```sql
        ALTER FUNCTION sales.is_known(integer) SET search_path = sales;
        ```

        Or write the schemas into its body. If what it looks for does not exist on the target at all (because it is not picked, say), that is the cause instead.
        """);

    private static readonly DiagnosticDescriptor SnapshotGoneDescriptor = new(
        "MP6010", Severity.Error, "the session that holds the source's snapshot was ended",
        """
        All that is read of a database is read at one moment, which a session of ours holds open. An administrator, a timeout of the server or a cut
        connection ended it, and with it the moment. A step of a run is tried again with a new one; what has arrived and still agrees is not copied again. Run `migplan verify` again yourself.
        """);

    private static readonly DiagnosticDescriptor ConnectionDeadDescriptor = new(
        "MP6281", Severity.Error, "a connection stands open, and nothing comes through it any more",
        """
        For more than a minute nothing came on a connection on which an answer or rows were due. So the server was asked over another one, for two and a half minutes: it does not know the
        session any more, or has long been waiting for us itself. What is between (a proxy, a tunnel, a VPN, a gateway) holds the connection open and forwards nothing. The session is ended, and a step of a run is tried
        again. A statement that takes hours is none of this: the server says that it is at work, and is waited for. On Linux, pg_dump and pg_restore are watched as well: one that does nothing, while none of its sessions
        works, has lost a connection, or was stopped (`kill -STOP`); it is ended.
        """);

    private static readonly DiagnosticDescriptor CancelledDescriptor = new(
        "MP6282", Severity.Error, "somebody cancelled a statement of the run on the server",
        """
        An administrator, or a job that ends what runs for long, called `pg_cancel_backend` on a session of ours. Limits that the server, a database or a role sets
        (`statement_timeout`) are lifted in our sessions, and so are no cause, unless a function sets one for itself. The step is tried again a few times, and fails where each try is cancelled; the same command goes on from there. Keep such jobs
        away from sessions whose application begins with `migplan`. Who wants to stop the run, stops `migplan` itself (Ctrl-C): it ends at a safe point.
        """);

    public static string SkippedCode => SkippedDescriptor.Code;

    public static Diagnostic InternalError(string subject, Exception exception) => new()
    {
        Descriptor = InternalErrorDescriptor,
        Message = $"{subject}: internal error {exception.GetType().Name}: {FirstLine(exception.Message)}",
        Subject = subject,
        Help = "run the same command again; if it repeats, please report it",
    };

    public static Diagnostic SnapshotGone(string database) => new()
    {
        Descriptor = SnapshotGoneDescriptor,
        Message = $"{database}: the session that holds the snapshot was ended",
        Subject = database,
        Help = "spare sessions of the application `migplan` while it runs",
    };

    public static Diagnostic NoHandler(string step, string kind) => new()
    {
        Descriptor = NoHandlerDescriptor,
        Message = $"{step}: this version does not carry out steps of kind {kind}",
        Subject = step,
    };

    /// <param name="instead">What is there in its place; empty: nothing.</param>
    public static Diagnostic TargetMissing(string address, string instead = "") => new()
    {
        Descriptor = TargetMissingDescriptor,
        Message = $"{address} was migrated, and is gone{(instead.Length > 0 ? $": {instead}" : "")}",
        Subject = address,
        Help = "take it out of the manifest and apply, and the rest stays as it is; to have it anew, let go of it alone with "
            + $"`migplan rollback MANIFEST --target {address} --earlier` and apply",
    };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    public static Diagnostic ServerError(string subject, string sqlState, string message, string? detail, string? hint) => new()
    {
        Descriptor = ServerErrorDescriptor,
        Message = $"{subject}: {message} (SQLSTATE {sqlState})",
        Detail = detail,
        Help = hint,
        Subject = subject,
    };

    /// <param name="function">As the server names it.</param>
    /// <param name="place">The table or index that it was called for; null where that is not known.</param>
    public static Diagnostic SearchPathMissed(string subject, string function, string? place, string sqlState, string message) => new()
    {
        Descriptor = SearchPathMissedDescriptor,
        Message =
            $"{subject}: the function {function}{(place is null ? "" : $", which {place} calls,")} relies on a search_path: {message} (SQLSTATE {sqlState})",
        Subject = subject,
        Help =
            $"on the source and on the target, `ALTER FUNCTION {function} SET search_path = …` with the schemas that it uses; then run the same command again",
    };

    public static Diagnostic ConnectionFailed(string subject, string reason) => new()
    {
        Descriptor = ConnectionFailedDescriptor,
        Message = $"{subject}: a connection failed: {reason}",
        Subject = subject,
        Help = "check that the server is up and reachable from here, then run the same command again",
    };

    public static Diagnostic Cancelled(string subject, string sqlState, string message) => new()
    {
        Descriptor = CancelledDescriptor,
        Message = $"{subject}: a statement was cancelled on the server: {message} (SQLSTATE {sqlState})",
        Subject = subject,
        Help = "keep whoever cancels long statements away from sessions whose application begins with `migplan`, and run the same command again; to stop the run, press Ctrl-C",
    };

    /// <param name="session">How it is found on the server: <c>session 4711</c>.</param>
    /// <param name="finding">What the server says of the session.</param>
    public static Diagnostic ConnectionDead(string subject, string session, TimeSpan lasted, string finding) => new()
    {
        Descriptor = ConnectionDeadDescriptor,
        Message = $"a connection to {subject} is dead: nothing came for {Counts.Time(lasted)}, and the server {finding} ({session})",
        Subject = subject,
        Help = "if it repeats, look at what is between here and the server: a proxy, a tunnel, a VPN, a gateway",
    };

    public static Diagnostic EffectMissing(string step, string finding) => new()
    {
        Descriptor = EffectMissingDescriptor,
        Message = $"{step} ran, but its effect is not there: {finding}",
        Subject = step,
        Help = "run the same command again; if it repeats, please report it",
    };

    public static Diagnostic NotYetCarriedOut(string subject, string what) => new()
    {
        Descriptor = NotYetCarriedOutDescriptor,
        Message = $"{what} can't be carried out yet",
        Subject = subject,
        Help = "nothing was touched; take it out of the manifest, or try the plan with `migplan rehearse`",
    };
}
