namespace MigrationPlans.Execution;

/// <param name="IsDone">The step's effect is there, wholly.</param>
/// <param name="Finding">What was seen, in a few words: <c>database exists and is empty</c>.</param>
public sealed record StepObservation(bool IsDone, string Finding)
{
    public static StepObservation Done(string finding) => new(IsDone: true, finding);

    public static StepObservation NotDone(string finding) => new(IsDone: false, finding);
}
