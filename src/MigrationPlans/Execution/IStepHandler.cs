using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

/// <summary>
/// Carries out one kind of step: observe → already done? → act → verify. A handler can be called again after a crash at
/// any point, so each act starts from what is really there.
/// </summary>
public interface IStepHandler
{
    Type StepType { get; }

    /// <summary>Looks whether the step's effect is there already. Changes nothing.</summary>
    Task<StepObservation> ObserveAsync(Step step, StepContext context, CancellationToken cancellationToken);

    /// <summary>Brings the effect about; what is there in part is completed, not repeated.</summary>
    Task<StepResult> ActAsync(Step step, StepContext context, CancellationToken cancellationToken);

    /// <summary>Checks that the effect is there; throws <see cref="StepFailedException"/> when it is not.</summary>
    Task VerifyAsync(Step step, StepContext context, CancellationToken cancellationToken);
}
