using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>Settings of the two servers that a run would trip over.</summary>
internal static class ServerChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        if (facts.TargetServer.Parameters.IsReplica)
        {
            yield return ServerDiagnostics.TargetIsReplica(facts.Address, facts.TargetServer.Name, facts.At("to"));
        }

        var source = facts.SourceServer;
        if (source.Parameters is { IsReplica: true } && facts.Mapping.Fence != Fence.None)
        {
            yield return ServerDiagnostics.FenceOnReplica(facts.Address, source.Name, facts.At("fence"));
        }
        else if (source.Parameters is { IsReplica: true, StandbyDelay: >= 0 and var delay })
        {
            yield return ServerDiagnostics.SourceIsReplica(facts.Address, source.Name, delay, facts.At("from"));
        }

        if (facts.Mapping.Fence == Fence.ReadOnly && facts.Source.Subscriptions
            .Where(subscription => subscription.IsEnabled)
            .Select(subscription => subscription.Name)
            .ToList() is { Count: > 0 } enabled)
        {
            yield return ServerDiagnostics.SubscriptionEnabled(facts.Address, facts.Mapping.From.ToString(), string.Join(", ", enabled), facts.At("fence"));
        }

        if (source.Parameters.IsReplica && facts.CopiedTables.Where(table => table.IsUnlogged).ToList() is [var first, ..] unlogged)
        {
            var more = unlogged.Count == 1 ? "" : $" (and {unlogged.Count - 1} more)";
            yield return ServerDiagnostics.UnloggedOnReplica(facts.Address, source.Name, $"{first.Schema}.{first.Name}{more}", facts.At("from"));
        }

        if (source.Parameters.OldSnapshotThreshold is >= 0 and var minutes)
        {
            yield return ServerDiagnostics.SnapshotTooOld(facts.Address, source.Name, minutes, facts.At("from"));
        }
    }
}
