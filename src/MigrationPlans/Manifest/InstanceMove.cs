using System.Collections.Immutable;

namespace MigrationPlans.Manifest;

/// <summary>Whole RDS instances to move by snapshot copy.</summary>
public sealed record InstanceMove
{
    /// <summary>Where the manifest declares it: <c>instances[0]</c>. Key into <see cref="SourceMap"/>.</summary>
    public required string Path { get; init; }

    public required InstanceMoveSource From { get; init; }

    public required InstanceMoveTarget To { get; init; }
}

public sealed record InstanceMoveSource
{
    public required string Region { get; init; }

    public string? RoleArn { get; init; }

    public string? ExternalId { get; init; }

    public required InstanceMatch Match { get; init; }
}

/// <summary>Which instances: all conditions must hold. Patterns may hold <c>*</c>.</summary>
public sealed record InstanceMatch
{
    public string Engine { get; init; } = "postgres";

    public ImmutableArray<string> Identifiers { get; init; } = [];

    public ImmutableArray<string> Exclude { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

public sealed record InstanceMoveTarget
{
    public required string Region { get; init; }

    public string? RoleArn { get; init; }

    public string? ExternalId { get; init; }

    /// <summary>Template of the new identifier; <c>{identifier}</c> stands for the source's.</summary>
    public string Identifier { get; init; } = "{identifier}-migrated";

    public string? KmsKeyId { get; init; }

    public string? InstanceClass { get; init; }

    public string? ParameterGroup { get; init; }

    public string? SubnetGroup { get; init; }

    public ImmutableArray<string> SecurityGroups { get; init; } = [];

    public bool MultiAz { get; init; }

    public string? AvailabilityZone { get; init; }

    public bool PubliclyAccessible { get; init; }

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
