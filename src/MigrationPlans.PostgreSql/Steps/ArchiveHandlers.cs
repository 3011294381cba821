using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Snapshots;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>What the <c>archive</c> strategy adds to the handlers that all strategies share.</summary>
public static class ArchiveHandlers
{
    /// <param name="baseDirectory">What relative directories start from: the manifest's.</param>
    /// <param name="freeBytes">Room on the file system that a directory is on; null asks this machine.</param>
    public static (ImmutableArray<IStepHandler> Handlers, IPreflightCheck Preflight) Create(
        PostgresConnector connector, SourceSnapshots snapshots, string baseDirectory, Func<string, long>? freeBytes = null)
    {
        var space = freeBytes is null ? ArchiveSpace.OfThisMachine : new ArchiveSpace(freeBytes);
        return (
            StreamHandlers.Watched(
                connector,
                new DumpArchiveHandler(connector, snapshots, space, baseDirectory),
                new RestoreArchiveHandler(connector, baseDirectory)),
            new ArchivePreflight(connector, space, baseDirectory));
    }
}
