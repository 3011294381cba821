using MigrationPlans.Execution.Verification;

namespace MigrationPlans.Cli;

/// <summary>A verifier together with what has to be let go after it.</summary>
internal sealed record VerifierScope(IDatabaseVerifier Verifier, IAsyncDisposable? Owned = null) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
