using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Execution;

/// <summary>How a run ended.</summary>
public sealed record RunReport(RunOutcome Outcome, TimeSpan Elapsed)
{
    /// <summary>Why steps failed, in the order of the failures; those that were skipped because of them are left out.</summary>
    public ImmutableArray<Diagnostic> Failures { get; init; } = [];
}
