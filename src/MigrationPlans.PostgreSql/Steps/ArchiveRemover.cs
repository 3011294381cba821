using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Archives;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Deletes archives that a plan wrote: only a directory that bears the plan's mark, or nothing at all.</summary>
public sealed class ArchiveRemover : IResourceRemover
{
    public static bool Removes(CreatedResource resource) => resource.Kind == "archive";

    public Task<RemovalResult> RemoveAsync(
        MigrationManifest manifest, string lineage, CreatedResource resource, ResourceStanding standing, CancellationToken cancellationToken)
    {
        var directory = resource.Name;
        if (!Directory.Exists(directory))
        {
            return Task.FromResult(new RemovalResult(IsGone: true, "is gone already"));
        }

        if (ArchiveFiles.HoldsForeign(directory, manifest.Name, lineage))
        {
            return Task.FromResult(new RemovalResult(IsGone: false, "it holds something that this plan did not write") { IsOurs = false });
        }

        try
        {
            ArchiveFiles.Remove(directory);
            return Task.FromResult(new RemovalResult(IsGone: true, "archive deleted"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Task.FromResult(new RemovalResult(IsGone: false, exception.Message));
        }
    }
}
