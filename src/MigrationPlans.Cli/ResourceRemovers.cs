using MigrationPlans.Aws.Snapshots;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Steps;

namespace MigrationPlans.Cli;

/// <summary>Gives each kind of resource to the remover that knows it.</summary>
internal sealed class ResourceRemovers(IResourceRemover databases, ArchiveRemover archives, SnapshotRemover instances) : IResourceRemover
{
    public Task<RemovalResult> RemoveAsync(
        MigrationManifest manifest, string lineage, CreatedResource resource, ResourceStanding standing, CancellationToken cancellationToken)
    {
        IResourceRemover remover = SnapshotRemover.Removes(resource) ? instances : ArchiveRemover.Removes(resource) ? archives : databases;
        return remover.RemoveAsync(manifest, lineage, resource, standing, cancellationToken);
    }
}
