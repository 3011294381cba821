using System.Net.Sockets;
using MigrationPlans.Diagnostics;
using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

/// <summary>Makes an outcome of whatever a handler throws.</summary>
internal static class StepFailures
{
    public static StepOutcome.Failed Translate(Step step, Exception exception) => exception switch
    {
        StepFailedException failure => new StepOutcome.Failed(failure.Diagnostic, failure.FailureClass),
        DiagnosticException refusal => new StepOutcome.Failed(refusal.Diagnostic, FailureClass.Permanent),
        // A stream that broke below the driver: what its adapter would call a lost connection.
        IOException or SocketException or TimeoutException =>
            new StepOutcome.Failed(ExecutionDiagnostics.ConnectionFailed(step.Id, exception.Message), FailureClass.Transient),
        _ => new StepOutcome.Failed(ExecutionDiagnostics.InternalError(step.Id, exception), FailureClass.Permanent),
    };
}
