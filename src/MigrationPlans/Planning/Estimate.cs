namespace MigrationPlans.Planning;

/// <summary>Sizes as seen while planning. They move on with every write, so the plan's digest leaves them out.</summary>
/// <param name="Bytes">Heap and TOAST, without indexes.</param>
/// <param name="Rows">The source server's own estimate; -1 when it has none.</param>
public sealed record Estimate(long Bytes, long Rows);
