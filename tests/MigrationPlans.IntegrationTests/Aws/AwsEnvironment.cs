namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The variables that lead the SDK to a test server, put back at the end.</summary>
internal sealed class AwsEnvironment : IDisposable
{
    public const string SecretKey = "kQ7secretkey/never+shown";

    private readonly Dictionary<string, string?> before = new(StringComparer.Ordinal);

    public AwsEnvironment(Uri address, string attempts = "3")
    {
        Set("AWS_ENDPOINT_URL", address.ToString());
        Set("AWS_ACCESS_KEY_ID", "AKIAOWNOWNOWNOWNOWN1");
        Set("AWS_SECRET_ACCESS_KEY", SecretKey);
        Set("AWS_SESSION_TOKEN", null);
        Set("AWS_PROFILE", null);
        Set("AWS_EC2_METADATA_DISABLED", "true");
        Set("AWS_MAX_ATTEMPTS", attempts);
    }

    public void Set(string name, string? value)
    {
        before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose()
    {
        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
