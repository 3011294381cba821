using System.Collections.Immutable;
using MigrationPlans.Aws.Accounts;

namespace MigrationPlans.Aws.Policies;

/// <summary>What one principal may do, and who may act as it.</summary>
public sealed record PrincipalPolicy
{
    /// <summary>Twelve digits; null for the account that migplan runs in, which the manifest does not name.</summary>
    public required string? Account { get; init; }

    /// <summary>A role's ARN; null for the principal that migplan itself runs as.</summary>
    public required string? RoleArn { get; init; }

    /// <summary>By purpose.</summary>
    public required ImmutableArray<PolicyStatement> Permissions { get; init; }

    /// <summary>What the role's trust policy must ask for; empty where it asks for nothing but the principal.</summary>
    public ImmutableArray<string> ExternalIds { get; init; } = [];

    /// <summary>What the role's ARN has before its name, from slash to slash; null where it has no path.</summary>
    public string? Path
    {
        get
        {
            var role = Arn.Resource(RoleArn) ?? "";
            var (start, end) = (role.IndexOf('/', StringComparison.Ordinal), role.LastIndexOf('/'));
            return start < end ? role[start..(end + 1)] : null;
        }
    }

    /// <summary>The last part of the role's ARN.</summary>
    public string Name => RoleArn?.Split('/')[^1] ?? "MigrationHostRole";
}
