namespace MigrationPlans.Execution.Verification;

/// <summary>Something that differs between the sides and can't be helped.</summary>
/// <param name="Kind"><c>schema</c>, <c>owner</c>, <c>grant</c> or <c>comment</c>, as among the differences.</param>
/// <param name="Source">The value on the source; null when there is none.</param>
/// <param name="Target">The value on the target; null when there is none.</param>
/// <param name="Reason">Why it is no difference.</param>
public sealed record LeftOutDifference(string Kind, string Name, string? Source, string? Target, string Reason);
