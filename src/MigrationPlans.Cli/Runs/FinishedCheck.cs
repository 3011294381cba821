using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>Looks for what was done before, at its targets alone. What has gone is named, and not done again.</summary>
/// <param name="resources">What the state says was made.</param>
internal sealed class FinishedCheck(CommandHost host, MigrationManifest manifest, IRunParts parts, IEnumerable<ResourceState> resources)
{
    /// <param name="moves">The steps of each instance that was moved as a whole.</param>
    /// <returns>The exit code where a target is gone or can't be looked at; null where all is there.</returns>
    public async Task<int?> RefuseIfGoneAsync(ImmutableArray<DatabaseMapping> mappings, ImmutableArray<ImmutableArray<InstanceStep>> moves)
    {
        var targets = manifest.Targets.Where(target => mappings.Any(mapping => mapping.To.Endpoint == target.Name)).ToImmutableArray();
        var facts = await parts.Inspector.InspectAsync(manifest with { Sources = [], Targets = targets, Databases = mappings, Instances = [] }, host.Stopping);
        var errors = facts.Diagnostics.Where(finding => finding.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
        {
            ManifestInput.Report(host, errors);
            return ExitCode.Failed;
        }

        var instances = await CompareInstancesAsync(moves);
        var gone = mappings.Where(mapping => facts.FindTarget(mapping) is not { Exists: true })
            .Select(mapping => ExecutionDiagnostics.TargetMissing(mapping.Address))
            .Concat(mappings.Where(mapping => facts.FindTarget(mapping) is { Exists: true } target && IsAnother(mapping, target, facts))
                .Select(mapping => ExecutionDiagnostics.TargetMissing(mapping.Address, "another database of its name was made in its place")))
            .Concat(instances.Where(instance => !instance.Exists).Select(instance => ExecutionDiagnostics.TargetMissing(instance.Instance, instance.Facts)))
            .ToList();
        if (gone.Count > 0)
        {
            ManifestInput.Report(host, gone);
            return ExitCode.Stale;
        }

        ManifestInput.Report(host, instances.Where(instance => !instance.IsEqual).Select(instance =>
            VerifyCommandDiagnostics.InstanceChanged(instance.Instance, instance.ComparedWith, string.Join("; ", instance.Differences))));
        return null;
    }

    /// <summary>On a server that was upgraded since, or restored, numbers tell nothing; nor where nobody knows whether it is the same server.</summary>
    private bool IsAnother(DatabaseMapping mapping, DatabaseFacts found, InspectedFacts facts) =>
        resources.LastOrDefault(resource => resource.DatabaseOid is not null
            && resource.Endpoint == mapping.To.Endpoint
            && resource.Name == mapping.To.Database) is { } made
        && found.Oid is { } oid && oid != made.DatabaseOid
        && facts.FindEndpoint(EndpointRole.Target, mapping.To.Endpoint)?.Identity?.SystemIdentifier is { } server && made.SystemIdentifier == server;

    private async Task<List<InstanceVerification>> CompareInstancesAsync(ImmutableArray<ImmutableArray<InstanceStep>> moves)
    {
        var found = new List<InstanceVerification>();
        foreach (var steps in moves)
        {
            found.Add(await parts.InstanceVerifier.VerifyAsync(manifest, steps, host.Stopping));
        }

        return found;
    }
}
