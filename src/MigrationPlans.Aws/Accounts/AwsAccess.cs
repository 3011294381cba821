namespace MigrationPlans.Aws.Accounts;

/// <summary>As whom to act, and where.</summary>
/// <param name="Subject">What it is for: an endpoint's name. Part of the session name that CloudTrail shows.</param>
/// <param name="RoleArn">The role to assume; null acts as what the process was started with.</param>
public sealed record AwsAccess(string Subject, string Region, string? RoleArn, string? ExternalId)
{
    /// <summary>Without the external id.</summary>
    public override string ToString() => $"{RoleArn ?? "own credentials"} in {Region}";
}
