using MigrationPlans.Manifest;

namespace MigrationPlans.Execution.Verification;

/// <summary>Compares a mapping's source and target as they are now. Changes nothing.</summary>
public interface IDatabaseVerifier
{
    /// <exception cref="StepFailedException">A side can't be read.</exception>
    Task<VerificationReport> VerifyAsync(MigrationManifest manifest, DatabaseMapping mapping, VerificationLevel level, int parallelism, CancellationToken cancellationToken);
}
