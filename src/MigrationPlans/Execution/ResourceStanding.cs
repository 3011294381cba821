namespace MigrationPlans.Execution;

/// <summary>What a state knows of a resource that it created.</summary>
public enum ResourceStanding
{
    /// <summary>
    /// The step that created it is not known to have ended: the resource may be somebody else's, and is removed only when it bears
    /// this plan's mark or is empty.
    /// </summary>
    Unconfirmed,

    /// <summary>It is there, and what it is for is not done yet: a target database bears this run's ledger for as long.</summary>
    Begun,

    /// <summary>The same, but the run was about to take its ledger away: a target database without one may be finished by it.</summary>
    Ending,

    /// <summary>All that it is for is done.</summary>
    Finished,
}
