namespace MigrationPlans.Inspection;

/// <summary>A subscription of a database; never its connection string, which can hold a password.</summary>
public sealed record SubscriptionFacts(string Name, string Owner);
