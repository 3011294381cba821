namespace MigrationPlans.Aws.ThinClients.SecretsManager;

/// <summary>Configuration of <see cref="AmazonSecretsManagerClient"/>.</summary>
public sealed class AmazonSecretsManagerConfig() : ThinClientConfig("Secrets Manager", "secretsmanager", ApiVersion)
{
    internal const string ApiVersion = "2017-10-17";
}
