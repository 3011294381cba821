namespace MigrationPlans.Inspection;

/// <summary>A subscription of a database; never its connection string, which can hold a password.</summary>
public sealed record SubscriptionFacts(string Name, string Owner)
{
    /// <summary>Its worker writes what comes, behind a fence too.</summary>
    public bool IsEnabled { get; init; }
}
