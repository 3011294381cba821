using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Cli.Runs;

/// <summary>Finds what a manifest may say and this version can't do yet, before anything is touched.</summary>
internal static class NotYetCarriedOut
{
    /// <param name="endpointsAreReplaced">Local servers stand in for all endpoints, so it does not matter what those are.</param>
    public static IEnumerable<Diagnostic> Find(MigrationManifest manifest, bool endpointsAreReplaced = false)
    {
        foreach (var mapping in manifest.Databases.Where(mapping => mapping.Strategy != Strategy.Stream))
        {
            yield return ExecutionDiagnostics.NotYetCarriedOut(mapping.Address, $"strategy `{mapping.Strategy.ToString().ToLowerInvariant()}` of {mapping.Address}");
        }

        foreach (var instances in manifest.Instances)
        {
            yield return ExecutionDiagnostics.NotYetCarriedOut(instances.Path, $"the move of whole instances in `{instances.Path}`");
        }

        if (endpointsAreReplaced)
        {
            yield break;
        }

        foreach (var endpoint in manifest.Sources.Concat(manifest.Targets))
        {
            if (endpoint.Rds is not null)
            {
                yield return ExecutionDiagnostics.NotYetCarriedOut(endpoint.Path, $"the `rds` endpoint `{endpoint.Name}`");
            }
            else if (endpoint.Credentials is not PasswordCredentials { Password: null or { SecretArn: null } })
            {
                yield return ExecutionDiagnostics.NotYetCarriedOut(endpoint.Path, $"a login of `{endpoint.Name}` that is kept in AWS");
            }
        }
    }
}
