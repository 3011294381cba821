using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Whether rows that an earlier run copied behind a fence are still those of the source: <c>BEGIN READ WRITE</c> and the worker
/// of a subscription go past it.
/// </summary>
internal static class CopiedBehindFence
{
    /// <returns>True also where that can't be told: the counters of the source begin anew after a crash.</returns>
    public static async Task<bool> MayBeOldAsync(StepContext context, NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        if (context.Mapping.Fence != Fence.ReadOnly || !context.DoneBefore.Contains(CopyDataStep.KindName))
        {
            return false;
        }

        var chunks = await ChunkLedger.ReadAsync(target, cancellationToken);
        var state = chunks.IsEmpty ? null : await SourceState.NameAsync(source, Fence.ReadOnly, cancellationToken);
        return chunks.Any(chunk => chunk.Snapshot != state);
    }
}
