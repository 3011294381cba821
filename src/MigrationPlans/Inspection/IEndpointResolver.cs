using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>Finds out where an endpoint is and how to log in.</summary>
public interface IEndpointResolver
{
    /// <exception cref="Diagnostics.DiagnosticException">The endpoint or its secret can't be had.</exception>
    Task<ResolvedEndpoint> ResolveAsync(Endpoint endpoint, CancellationToken cancellationToken);
}
