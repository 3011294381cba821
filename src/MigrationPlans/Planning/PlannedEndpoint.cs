using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>A server that the plan reads from or writes to.</summary>
public sealed record PlannedEndpoint
{
    public required EndpointRole Role { get; init; }

    public required string Name { get; init; }

    /// <summary><c>host:port</c>, or <c>rds:region/instance</c>.</summary>
    public required string Location { get; init; }

    /// <summary>PostgreSQL's major version; null when the plan was made offline.</summary>
    public int? MajorVersion { get; init; }

    /// <summary>The role that the run logs in as; null when the plan was made offline.</summary>
    public string? Login { get; init; }

    public ImmutableArray<PlanNote> Notes { get; init; } = [];
}
