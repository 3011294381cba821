using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;

namespace MigrationPlans.PostgreSql.Verification;

/// <param name="NotCompared">What a login may not read, or no server can.</param>
/// <param name="LeftOut">Materialized views that differ, and hold nothing of their own.</param>
internal sealed record RowsCompared(
    ImmutableArray<TableComparison> Tables, ImmutableArray<UncomparedRows> NotCompared, ImmutableArray<LeftOutDifference> LeftOut);
