using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MigrationPlans.Planning.Steps;

/// <summary>Makes a new instance from a snapshot.</summary>
public sealed record RestoreInstanceStep : InstanceStep
{
    public const string KindName = "restore-instance";

    [JsonIgnore]
    public override string Kind => KindName;

    public required string Snapshot { get; init; }

    public required string Instance { get; init; }

    public required string InstanceClass { get; init; }

    /// <summary>Null: the default one of engine and version.</summary>
    public string? ParameterGroup { get; init; }

    public string? SubnetGroup { get; init; }

    public ImmutableArray<string> SecurityGroups { get; init; } = [];

    public bool MultiAz { get; init; }

    /// <summary>Only for a single-AZ instance.</summary>
    public string? AvailabilityZone { get; init; }

    public bool PubliclyAccessible { get; init; }

    public bool UsesIamAuthentication { get; init; }

    public bool CopiesTagsToSnapshots { get; init; }

    /// <summary>Names of the logs that go to CloudWatch.</summary>
    public ImmutableArray<string> LogExports { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
