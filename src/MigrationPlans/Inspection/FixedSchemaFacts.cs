namespace MigrationPlans.Inspection;

/// <summary>
/// A schema of a target that somebody made beforehand, with an extension. The login neither owns it nor can act for its owner, and so can say nothing of it: owner, privileges and comment stay as they are.
/// </summary>
public sealed record FixedSchemaFacts(string Name, string Owner);
