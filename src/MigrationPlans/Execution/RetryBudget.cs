namespace MigrationPlans.Execution;

/// <summary>What is left of one step's tries: so many in all, and so long for a server that is not there. Used by one thread at a time.</summary>
internal sealed class RetryBudget(RetrySettings settings, TimeProvider clock)
{
    private int spent;
    private long? unavailableSince;

    /// <summary>Counts a try that has failed; says whether there may be another one.</summary>
    public bool Spend(FailureClass failureClass)
    {
        if (failureClass == FailureClass.Unavailable)
        {
            unavailableSince ??= clock.GetTimestamp();
            return clock.GetElapsedTime(unavailableSince.Value) < settings.Patience;
        }

        unavailableSince = null;
        return failureClass == FailureClass.Transient && ++spent < settings.Attempts;
    }
}
