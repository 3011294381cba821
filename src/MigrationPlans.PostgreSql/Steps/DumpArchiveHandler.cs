using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Snapshots;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Writes the archive. A finished one is found again; a torn one is thrown away; a changed one is refused.</summary>
internal sealed class DumpArchiveHandler(PostgresConnector connector, SourceSnapshots snapshots, ArchiveSpace space, string baseDirectory)
    : PostgresStepHandler<DumpArchiveStep>(connector)
{
    /// <summary>The number that Linux and macOS give a full disk; the runtime passes it on.</summary>
    private const int NoSpaceLeft = 28;

    protected override async Task<StepObservation> LookAsync(DumpArchiveStep step, StepContext context, CancellationToken cancellationToken)
    {
        var directory = ArchivePlace.Of(context, baseDirectory);
        if (Read(directory, context) is not { } archive)
        {
            return StepObservation.NotDone("there is no archive yet");
        }

        if (archive.FinishedAt is null)
        {
            return StepObservation.NotDone("the archive is torn");
        }

        await RefuseChangedAsync(directory, archive, context, cancellationToken);
        return StepObservation.Done($"the archive is there: {Describe(archive)}");
    }

    protected override async Task<StepResult> DoAsync(DumpArchiveStep step, StepContext context, CancellationToken cancellationToken)
    {
        var directory = ArchivePlace.Of(context, baseDirectory);
        await context.RecordCreatedAsync(new CreatedResource("archive", context.Mapping.To.Endpoint, directory));
        MakeRoom(directory, context);
        try
        {
            var dump = new ArchiveDump(Connector, snapshots, space, step, context);
            var archive = await dump.WriteAsync(directory, cancellationToken);
            return new StepResult(Describe(archive))
            {
                Notes = dump.LargeObjectsLeft > 0 ? [CopyDiagnostics.LargeObjectsStay(context.Mapping.From.ToString(), dump.LargeObjectsLeft)] : [],
            };
        }
        catch (Exception exception) when (exception is StepFailedException or IOException or UnauthorizedAccessException)
        {
            // The disk may be needed; a run that is killed leaves it to the next one.
            ArchiveFiles.Clear(directory);
            throw Translate(exception, directory, context);
        }
    }

    /// <summary>It was hashed a moment ago.</summary>
    protected override Task CheckAsync(DumpArchiveStep step, StepContext context, CancellationToken cancellationToken) =>
        ArchiveDocument.TryRead(ArchivePlace.Of(context, baseDirectory)) is { FinishedAt: not null }
            ? Task.CompletedTask
            : throw StepFailedException.EffectMissing(step, "the archive is not finished");

    /// <exception cref="StepFailedException">A file is not what it was.</exception>
    internal static async Task RefuseChangedAsync(string directory, ArchiveDocument archive, StepContext context, CancellationToken cancellationToken)
    {
        if (await ArchiveFiles.FindChangeAsync(directory, archive, context.Parallelism, cancellationToken) is { } change)
        {
            throw new StepFailedException(ArchiveDiagnostics.ArchiveChanged(context.Mapping.From.ToString(), directory, change), FailureClass.Permanent);
        }
    }

    private static ArchiveDocument? Read(string directory, StepContext context)
    {
        try
        {
            return ArchiveDocument.TryRead(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Else it would be taken for a connection's.
            throw Translate(exception, directory, context);
        }
    }

    private static void MakeRoom(string directory, StepContext context)
    {
        try
        {
            RefuseForeign(directory, context);
            ArchiveFiles.Clear(directory);
            ArchiveFiles.MakeDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Translate(exception, directory, context);
        }
    }

    private static void RefuseForeign(string directory, StepContext context)
    {
        if (ArchiveFiles.HoldsForeign(directory, context.Plan.Name, context.Lineage))
        {
            throw new StepFailedException(
                ArchiveDiagnostics.DirectoryUnusable(context.Mapping.From.ToString(), directory, "it holds something that this run did not write"),
                FailureClass.Permanent);
        }
    }

    private static StepFailedException Translate(Exception exception, string directory, StepContext context)
    {
        var subject = context.Mapping.From.ToString();
        return exception switch
        {
            StepFailedException failed => failed,
            { HResult: NoSpaceLeft } =>
                new StepFailedException(ArchiveDiagnostics.DiskFull(subject, directory, exception.Message), FailureClass.Permanent, exception),
            _ => new StepFailedException(ArchiveDiagnostics.DirectoryUnusable(subject, directory, exception.Message), FailureClass.Permanent, exception),
        };
    }

    private static string Describe(ArchiveDocument archive) =>
        $"{Counts.Of(archive.Tables.Length, "table")} in {Counts.Of(archive.Files.Length, "file")}, {ArchiveSpace.Megabytes(archive.Files.Sum(file => file.Bytes))}";
}
