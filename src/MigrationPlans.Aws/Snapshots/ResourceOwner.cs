namespace MigrationPlans.Aws.Snapshots;

/// <summary>Whose a snapshot or an instance is.</summary>
/// <param name="Plan">The plan's name, which survives a lost state.</param>
/// <param name="Lineage">The state's, which does not: who has lost the state can't know what the resource was made from.</param>
internal sealed record ResourceOwner(string Plan, string Lineage);
