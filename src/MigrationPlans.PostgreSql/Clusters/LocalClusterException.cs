namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>A local server can't be created or started; the message says why.</summary>
public sealed class LocalClusterException(string message) : Exception(message)
{
    /// <summary>There are no server programs on this machine: installing them is the way out.</summary>
    public bool IsNotInstalled { get; init; }
}
