namespace MigrationPlans.Execution;

/// <summary>What is left of one step's tries: so many in all, and so long for a server that is not there. Used by one thread at a time.</summary>
internal sealed class RetryBudget(RetrySettings settings, TimeProvider clock)
{
    private int spent;
    private long begun;
    private long? unavailableSince;

    public void Begin() => begun = clock.GetTimestamp();

    /// <summary>Counts the try that began last, and has failed; says whether there may be another one.</summary>
    public bool Spend(FailureClass failureClass)
    {
        if (failureClass == FailureClass.Unavailable)
        {
            // One that took longer than it takes to find nobody had found somebody: the server went away during it.
            // It is waited for as long again, and such a try counts.
            if (unavailableSince is not null && clock.GetElapsedTime(begun) >= settings.LongestKnock)
            {
                unavailableSince = null;
                spent++;
            }

            unavailableSince ??= clock.GetTimestamp();
            return spent < settings.Attempts && clock.GetElapsedTime(unavailableSince.Value) < settings.Patience;
        }

        unavailableSince = null;
        return failureClass == FailureClass.Transient && ++spent < settings.Attempts;
    }
}
