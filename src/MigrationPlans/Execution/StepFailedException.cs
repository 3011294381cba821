using MigrationPlans.Diagnostics;
using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

public enum FailureClass
{
    /// <summary>A cut connection, a deadlock, a lock not had in time: trying again can help.</summary>
    Transient,

    /// <summary>A server takes nobody now, or no writes: it restarts, fails over, or all its connections are taken. It is waited for.</summary>
    Unavailable,

    /// <summary>Trying again gives the same answer.</summary>
    Permanent,

    /// <summary>Source and target were compared and differ.</summary>
    Difference,
}

/// <summary>A step did not reach its effect. Adapters translate their library's exceptions into this at their edge.</summary>
public sealed class StepFailedException : Exception
{
    public StepFailedException(Diagnostic diagnostic, FailureClass failureClass, Exception? inner = null)
        : base(diagnostic.ToString(), inner)
    {
        Diagnostic = diagnostic;
        FailureClass = failureClass;
    }

    public Diagnostic Diagnostic { get; }

    public FailureClass FailureClass { get; }

    public static StepFailedException EffectMissing(Step step, string finding) =>
        new(ExecutionDiagnostics.EffectMissing(step.Id, finding), FailureClass.Permanent);
}
