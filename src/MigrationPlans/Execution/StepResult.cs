using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Execution;

/// <param name="Summary">What was done, in a few words with figures: <c>156 tables, 928 MB, 412 indexes</c>.</param>
public sealed record StepResult(string Summary)
{
    /// <summary>Remarks that the user should see; never errors.</summary>
    public ImmutableArray<Diagnostic> Notes { get; init; } = [];
}
