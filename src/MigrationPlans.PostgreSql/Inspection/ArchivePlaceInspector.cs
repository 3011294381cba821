using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>
/// Looks at databases, and whether a file is where the manifest wants archives. What else may be wrong with a directory shows when something is
/// written there, which a preflight does.
/// </summary>
/// <param name="baseDirectory">What a relative directory starts from: the manifest's.</param>
public sealed class ArchivePlaceInspector(IInspector databases, string baseDirectory) : IInspector
{
    public async Task<InspectedFacts> InspectAsync(MigrationManifest manifest, CancellationToken cancellationToken)
    {
        var facts = await databases.InspectAsync(manifest, cancellationToken);
        return facts with { Diagnostics = [.. facts.Diagnostics, .. FindObstacles(manifest)] };
    }

    /// <summary>A finished mapping, whose source is not looked at, needs no archive any more.</summary>
    private ImmutableArray<Diagnostic> FindObstacles(MigrationManifest manifest) =>
    [
        .. from mapping in manifest.Databases
           where mapping is { Strategy: Strategy.Archive, Archive.Directory: not null } && manifest.FindSource(mapping.From.Endpoint) is not null
           let directory = Path.GetFullPath(mapping.Archive.Directory!, baseDirectory)
           let file = FileInTheWay.Find(directory)
           where file is not null
           select ArchiveDiagnostics.DirectoryUnusable(mapping.From.ToString(), directory, FileInTheWay.Describe(file, directory)),
    ];
}
