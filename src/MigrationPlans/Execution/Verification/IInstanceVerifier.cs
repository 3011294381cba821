using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Execution.Verification;

/// <summary>Compares an instance that was moved by snapshot with what it came from, as both are now. Changes nothing.</summary>
public interface IInstanceVerifier
{
    /// <param name="steps">All steps of one move.</param>
    /// <exception cref="Diagnostics.DiagnosticException">A side can't be looked at.</exception>
    Task<InstanceVerification> VerifyAsync(MigrationManifest manifest, ImmutableArray<InstanceStep> steps, CancellationToken cancellationToken);
}
