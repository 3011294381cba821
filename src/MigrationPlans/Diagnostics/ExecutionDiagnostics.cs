namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: what a run meets while it carries a plan out.</summary>
public static class ExecutionDiagnostics
{
    private static readonly DiagnosticDescriptor NotYetCarriedOutDescriptor = new(
        "MP6001", Severity.Error, "the manifest asks for something that this version does not carry out yet",
        """
        The manifest is valid, but `apply` can't do this part of it yet. Nothing was touched. Remove the part, or use
        `rehearse`, which stands a local PostgreSQL server in for every endpoint, `rds` ones included.
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

    public static Diagnostic ServerError(string subject, string sqlState, string message, string? detail, string? hint) => new()
    {
        Descriptor = ServerErrorDescriptor,
        Message = $"{subject}: {message} (SQLSTATE {sqlState})",
        Detail = detail,
        Help = hint,
        Subject = subject,
    };

    public static Diagnostic ConnectionFailed(string subject, string reason) => new()
    {
        Descriptor = ConnectionFailedDescriptor,
        Message = $"no connection to {subject}: {reason}",
        Subject = subject,
        Help = "check that the server is up and reachable from here, then run the same command again",
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
