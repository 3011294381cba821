namespace MigrationPlans.Diagnostics;

/// <summary>
/// Carries a diagnostic out of an adapter to the place that reports it. Adapters translate their library's exceptions
/// into this once, at their edge; nothing but a diagnostic ever reaches the user.
/// </summary>
public sealed class DiagnosticException : Exception
{
    public DiagnosticException(Diagnostic diagnostic, Exception? inner = null)
        : base(diagnostic.ToString(), inner)
    {
        Diagnostic = diagnostic;
    }

    public Diagnostic Diagnostic { get; }

    /// <summary>The same may go well later: a service that throttles, or did not answer.</summary>
    public bool IsTransient { get; init; }
}
