using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>An RDS instance that a move picks, as it was found.</summary>
public sealed record InstanceFacts
{
    /// <summary>The move that picks it: <see cref="Manifest.InstanceMove.Path"/>.</summary>
    public required string Move { get; init; }

    public required string Identifier { get; init; }

    /// <summary>Twelve digits.</summary>
    public required string Account { get; init; }

    /// <summary>The account that it goes to.</summary>
    public required string TargetAccount { get; init; }

    /// <summary>What bears the new identifier already; null where nothing does.</summary>
    public MovedInstanceFacts? Moved { get; init; }

    /// <summary>What is there, where nothing bears the new identifier, under the names that the move's snapshot and its copy are to get.</summary>
    public ImmutableArray<SnapshotFacts> Snapshots { get; init; } = [];

    public required string Status { get; init; }

    public required string InstanceClass { get; init; }

    public required string Engine { get; init; }

    public required string EngineVersion { get; init; }

    /// <summary>The DB parameter group's name.</summary>
    public string? ParameterGroup { get; init; }

    public bool UsesIamAuthentication { get; init; }

    public bool CopiesTagsToSnapshots { get; init; }

    /// <summary>Names of the logs that go to CloudWatch.</summary>
    public ImmutableArray<string> LogExports { get; init; } = [];

    /// <summary>Deletion protection is on.</summary>
    public bool IsProtected { get; init; }

    /// <summary>In GiB.</summary>
    public int AllocatedStorage { get; init; }

    public bool IsEncrypted { get; init; }

    /// <summary>The key's ARN; null where it is not encrypted.</summary>
    public string? KmsKeyId { get; init; }

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
