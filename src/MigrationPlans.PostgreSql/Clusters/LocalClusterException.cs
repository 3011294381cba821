namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>A local server can't be created or started; the message says why.</summary>
public sealed class LocalClusterException(string message) : Exception(message);
