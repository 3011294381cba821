using System.Security.Cryptography;
using System.Text;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>Deterministic names, so that a resumed run finds what it began; and the tags that say whose it is and where it is from.</summary>
public static class SnapshotNames
{
    /// <summary>The tag that every resource of ours bears; its value is the plan's name.</summary>
    public const string PlanTag = "migplan:plan";

    /// <summary>The tag that says which state a resource is in; its value is the state's lineage.</summary>
    public const string LineageTag = "migplan:lineage";

    /// <summary>The tag that says which instance's data a resource holds; its value is an <see cref="InstanceOrigin"/>.</summary>
    public const string OriginTag = "migplan:from";

    private const int LongestSnapshot = 255;

    /// <summary>What all snapshots of a plan begin with. A plan's name is a DNS label, and so fits an identifier.</summary>
    public static string Prefix(string plan) => $"migplan-{plan}-";

    /// <summary>The same for one source instance and one target, whoever asks and whenever.</summary>
    public static string Snapshot(string plan, string sourceRegion, string instance, string targetRegion, string targetIdentifier)
    {
        var key = string.Join('\n', plan, sourceRegion, instance, targetRegion, targetIdentifier);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..8];
        var stem = $"{Prefix(plan)}{instance}";
        var room = LongestSnapshot - digest.Length - 1;
        return $"{(stem.Length <= room ? stem : stem[..room]).TrimEnd('-')}-{digest}";
    }

    /// <summary>
    /// What the copy that is restored is called; null where the snapshot itself is. Within one region and account
    /// it needs a name of its own.
    /// </summary>
    public static string? Copy(string snapshot, InstanceMove move, bool crossesAccount) =>
        crossesAccount || move.From.Region != move.To.Region ? snapshot
        : move.To.KmsKeyId is not null ? $"{snapshot}-copy"
        : null;
}
