using MigrationPlans.Execution.Verification;
using MigrationPlans.PostgreSql.Verification;

namespace MigrationPlans.Cli;

/// <summary>A verifier together with what has to be let go after it.</summary>
internal sealed record VerifierScope(IDatabaseVerifier Verifier, IAsyncDisposable? Owned = null) : IAsyncDisposable
{
    /// <param name="directory">The manifest's directory.</param>
    public static VerifierScope Open(string directory)
    {
        var servers = new ManifestServers(directory);
        return new VerifierScope(new PostgresVerifier(servers.Connector), servers);
    }

    public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
