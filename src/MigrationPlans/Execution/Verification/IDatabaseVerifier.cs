using MigrationPlans.Manifest;

namespace MigrationPlans.Execution.Verification;

/// <summary>Compares a mapping's source and target as they are now. Changes nothing.</summary>
public interface IDatabaseVerifier
{
    /// <param name="parallelism">Connections to each side at once, beside those that look at objects.</param>
    /// <param name="report">Hears how many bytes of the tables were read, on an average of both sides. Called from many threads.</param>
    /// <param name="tell">Hears what a long wait is for.</param>
    /// <exception cref="StepFailedException">A side can't be read.</exception>
    Task<VerificationReport> VerifyAsync(
        MigrationManifest manifest,
        DatabaseMapping mapping,
        VerificationLevel level,
        int parallelism,
        Action<StepProgress> report,
        Action<LongWait>? tell,
        CancellationToken cancellationToken);
}
