using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>What the plan says about a move of whole instances.</summary>
internal static class InstancePlans
{
    public static PlannedInstanceMove Describe(InstanceMove move) => new()
    {
        FromRegion = move.From.Region,
        Match = move.From.Match,
        ToRegion = move.To.Region,
        Identifier = move.To.Identifier,
        KmsKeyId = move.To.KmsKeyId,
        Digest = WorkDigest.Of(move),
    };
}
