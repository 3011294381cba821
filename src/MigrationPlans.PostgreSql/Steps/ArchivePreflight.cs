using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Refuses an archive for which there is no place, no room or no program, before roles and databases are made for it.</summary>
internal sealed class ArchivePreflight(PostgresConnector connector, ArchiveSpace space, string baseDirectory) : IPreflightCheck
{
    public async Task CheckAsync(StepContext context, int sourceMajor, CancellationToken cancellationToken)
    {
        if (context.Mapping.Strategy != Strategy.Archive)
        {
            return;
        }

        var subject = context.Mapping.From.ToString();
        ArchiveDump.CheckCompression(context, await ArchiveTools.FindForDumpAsync(sourceMajor, subject, cancellationToken));
        var directory = ArchivePlace.Of(context, baseDirectory);
        if (Directory.Exists(directory))
        {
            // Of an earlier try: what is torn of it makes room for the next one.
            return;
        }

        ArchiveRoom.Try(subject, directory);
        await using var source = await connector.OpenAsync(Sides.Source(context), context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        space.Check(context, directory, (await ArchiveSelection.ReadAsync(source, context.Mapping, cancellationToken)).Bytes);
    }
}
