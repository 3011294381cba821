namespace MigrationPlans.Inspection;

/// <summary>A snapshot of an RDS instance.</summary>
/// <param name="Lineage">Of the state that it is recorded in, by its tag; null where it has none.</param>
public sealed record SnapshotFacts(string Identifier, string Region, string Account, DateTime? CreatedAt, string? Lineage);
