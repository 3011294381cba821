using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>What the AWS API tells about the instance behind an endpoint, and its server can't.</summary>
public sealed record RdsFacts
{
    public required string Instance { get; init; }

    public required string Region { get; init; }

    /// <summary>Twelve digits; null where the API named no ARN.</summary>
    public string? Account { get; init; }

    /// <summary>Storage that the instance has, in bytes; 0 where the API did not say.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>How far storage autoscaling may grow it, in bytes; null where that is off.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Ids of the VPC security groups that let connections in.</summary>
    public ImmutableArray<string> SecurityGroups { get; init; } = [];

    /// <summary>The role that we act as in its account; null for the credentials that migplan was started with.</summary>
    public string? Principal { get; init; }

    /// <summary>What <c>rds-db:connect</c> must be allowed on; null where the login is no IAM token.</summary>
    public string? TokenResource { get; init; }

    /// <summary>Whether its name resolves to a public address from outside its VPC.</summary>
    public bool IsPublic { get; init; }
}
