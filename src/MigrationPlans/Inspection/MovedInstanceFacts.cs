using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>An RDS instance that bears the identifier which a moved one is to get: as a rule the one that an earlier run has made.</summary>
public sealed record MovedInstanceFacts
{
    /// <summary>The instance whose data it holds, <c>region/account/identifier</c>; null where nothing says so.</summary>
    public string? Origin { get; init; }

    public string? Status { get; init; }

    public string? InstanceClass { get; init; }

    public bool IsMultiAz { get; init; }

    public string? AvailabilityZone { get; init; }

    public bool IsPublic { get; init; }

    public string? ParameterGroup { get; init; }

    public string? SubnetGroup { get; init; }

    public ImmutableArray<string> SecurityGroups { get; init; } = [];

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
