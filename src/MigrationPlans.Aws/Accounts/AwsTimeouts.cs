namespace MigrationPlans.Aws.Accounts;

/// <param name="Connect">For a connection to be made; 5 s unless told.</param>
/// <param name="Answer">For each attempt, answer included; 30 s unless told.</param>
public sealed record AwsTimeouts(TimeSpan Connect, TimeSpan Answer)
{
    public static AwsTimeouts Default { get; } = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30));
}
