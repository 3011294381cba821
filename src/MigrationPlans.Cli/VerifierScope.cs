using MigrationPlans.Aws.Snapshots;
using MigrationPlans.Execution.Verification;
using MigrationPlans.PostgreSql.Verification;

namespace MigrationPlans.Cli;

/// <summary>Verifiers together with what has to be let go after them.</summary>
/// <param name="Instances">Null where no manifest with instances will come.</param>
internal sealed record VerifierScope(IDatabaseVerifier Verifier, IInstanceVerifier? Instances = null, IAsyncDisposable? Owned = null) : IAsyncDisposable
{
    /// <param name="directory">The manifest's directory.</param>
    public static VerifierScope Open(string directory)
    {
        var servers = new ManifestServers(directory);
        return new VerifierScope(new PostgresVerifier(servers.Connector), new InstanceVerifier(servers.Aws), servers);
    }

    public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
