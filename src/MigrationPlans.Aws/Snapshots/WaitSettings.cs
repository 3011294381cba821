namespace MigrationPlans.Aws.Snapshots;

/// <summary>How to wait for what RDS does.</summary>
public sealed record WaitSettings
{
    /// <summary>Between the first two looks; grows by half each time.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For each operation; large copies between regions take hours.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(24);
}
