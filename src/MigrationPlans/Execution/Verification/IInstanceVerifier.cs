using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Execution.Verification;

/// <summary>Compares an instance that was moved by snapshot with what it came from, as both are now. Changes nothing.</summary>
public interface IInstanceVerifier
{
    /// <summary>Whether the moves still lead to the accounts that they were planned for.</summary>
    /// <returns>What does not; null where all do.</returns>
    /// <exception cref="DiagnosticException">Who calls can't be found out.</exception>
    Task<Diagnostic?> FindOtherAccountAsync(MigrationManifest manifest, IEnumerable<InstanceStep> steps, CancellationToken cancellationToken);

    /// <param name="steps">All steps of one move.</param>
    /// <exception cref="DiagnosticException">A side can't be looked at, or is another account than it was planned for.</exception>
    Task<InstanceVerification> VerifyAsync(MigrationManifest manifest, ImmutableArray<InstanceStep> steps, CancellationToken cancellationToken);
}
