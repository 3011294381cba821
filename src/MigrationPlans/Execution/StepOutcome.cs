using MigrationPlans.Diagnostics;

namespace MigrationPlans.Execution;

/// <summary>How a step ended.</summary>
internal abstract record StepOutcome
{
    public sealed record Done : StepOutcome;

    public sealed record Failed(Diagnostic Cause, FailureClass FailureClass) : StepOutcome;

    /// <summary>Stopped at a safe point, because the run was asked to stop.</summary>
    public sealed record Interrupted : StepOutcome;
}
