namespace MigrationPlans.Aws.ThinClients.Rds;

/// <summary>Configuration of <see cref="AmazonRDSClient"/>.</summary>
public sealed class AmazonRDSConfig() : ThinClientConfig("RDS", "rds", ApiVersion)
{
    internal const string ApiVersion = "2014-10-31";
}
