using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>What an instance has beside its data and can lose by a move, because no snapshot holds it.</summary>
internal static class InstanceSettings
{
    /// <summary>What RDS's own groups begin with.</summary>
    private const string DefaultPrefix = "default.";

    /// <summary>The group to ask for; null: RDS's default one. The source's is known in its own region and account only.</summary>
    public static string? ParameterGroup(InstanceMove move, InstanceFacts instance) =>
        move.To.ParameterGroup ?? (move.From.Region == move.To.Region && instance.Account == instance.TargetAccount ? OwnGroup(instance) : null);

    /// <summary>One finding a parameter group, and one for all that are protected.</summary>
    public static IEnumerable<Diagnostic> Lost(InstanceMove move, List<InstanceFacts> picked, SourceMap spans)
    {
        foreach (var group in picked.Where(instance => ParameterGroup(move, instance) is null).GroupBy(OwnGroup).Where(group => group.Key is not null))
        {
            yield return InstanceMoveDiagnostics.ParameterGroupLost(
                group.Key!, move.To.Region, [.. group.Select(instance => instance.Identifier)], spans.Value($"{move.Path}.to"));
        }

        if (picked.Where(instance => instance.IsProtected).Select(instance => instance.Identifier).ToList() is { Count: > 0 } guarded)
        {
            yield return InstanceMoveDiagnostics.ProtectionLeftOff(
                guarded, InstancePlanner.NewIdentifier(move, guarded[0]), move.To.Region, spans.Value($"{move.Path}.to"));
        }
    }

    private static string? OwnGroup(InstanceFacts instance) =>
        instance.ParameterGroup is { } group && !group.StartsWith(DefaultPrefix, StringComparison.Ordinal) ? group : null;
}
