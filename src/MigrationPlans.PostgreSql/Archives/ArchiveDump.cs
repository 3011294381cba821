using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Writes one mapping's archive: one pg_dump at one snapshot, hashed and recorded when it is whole.</summary>
internal sealed class ArchiveDump(PostgresConnector connector, SourceSnapshots snapshots, ArchiveSpace space, Step step, StepContext context)
{
    /// <summary>Begins the name of the programs' sessions. Told from our own, which a resumed run must not end.</summary>
    public const string ApplicationName = "migplan-archive";

    private const string Unencoded = Copy.CopySql.Unencoded;

    /// <summary>Large objects that the mapping leaves behind; known when the archive is written.</summary>
    public long LargeObjectsLeft { get; private set; }

    private string Subject => context.Mapping.From.ToString();

    private ArchiveSettings Settings => context.Mapping.Archive;

    /// <param name="directory">Ours, and empty.</param>
    /// <exception cref="StepFailedException">There is no room or no program for it, or pg_dump failed.</exception>
    public async Task<ArchiveDocument> WriteAsync(string directory, CancellationToken cancellationToken)
    {
        try
        {
            var snapshot = await snapshots.HoldAsync(context, cancellationToken);
            return await WriteAsync(directory, snapshot, cancellationToken);
        }
        finally
        {
            await snapshots.ReleaseAsync(context.Mapping.Address);
        }
    }

    private async Task<ArchiveDocument> WriteAsync(string directory, SourceSnapshot snapshot, CancellationToken cancellationToken)
    {
        var (selection, major, encoding) = await LookAsync(snapshot, cancellationToken);
        var tools = await ArchiveTools.FindForDumpAsync(major, Subject, cancellationToken);
        CheckCompression(context, tools);
        space.Check(context, directory, selection.Bytes);
        LargeObjectsLeft = selection.LargeObjectsLeft;
        var begun = new ArchiveDocument
        {
            Plan = context.Plan.Name,
            Lineage = context.Lineage,
            Source = Subject,
            ToolMajor = tools.MajorVersion,
            ToolVersion = tools.Version,
            StartedAt = context.Clock.GetUtcNow(),
            Tables = selection.Tables,
        };
        begun.Write(directory);
        var arguments = new DumpArguments
        {
            Settings = Settings,
            Selection = selection,
            ToolMajor = tools.MajorVersion,
            Jobs = context.Parallelism,
            Snapshot = snapshot.Id,
            Encoding = encoding == Unencoded ? await TargetEncodingAsync(cancellationToken) : "UTF8",
        };
        await RunAsync(tools, arguments, directory, cancellationToken);
        ArchiveFiles.HideAll(directory);
        var finished = begun with
        {
            Files = await ArchiveFiles.ReadAsync(directory, context.Parallelism, cancellationToken),
            FinishedAt = context.Clock.GetUtcNow(),
        };
        finished.Write(directory);
        return finished;
    }

    /// <exception cref="StepFailedException">This pg_dump lacks the method that the mapping asks for.</exception>
    public static void CheckCompression(StepContext context, PostgresInstallation tools)
    {
        if (context.Mapping.Archive.Compression is { } text && !DumpArguments.Supports(tools.MajorVersion, ArchiveCompression.TryParse(text)))
        {
            throw new StepFailedException(ArchiveDiagnostics.CompressionUnknown(context.Mapping.From.ToString(), text, tools.Version), FailureClass.Permanent);
        }
    }

    private async Task<(ArchiveSelection Selection, int Major, string Encoding)> LookAsync(SourceSnapshot snapshot, CancellationToken cancellationToken)
    {
        var opened = await connector.OpenAsync(
            context.Manifest.FindSource(context.Mapping.From.Endpoint)!, context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        await using var source = await SnapshotImport.BeginAsync(opened, it => it.ExecuteAsync(SnapshotImport.Begin(snapshot.Id), cancellationToken), Subject);
        var selection = await ArchiveSelection.ReadAsync(source, context.Mapping, cancellationToken);
        await source.ExecuteAsync("COMMIT", cancellationToken);
        return (selection, source.PostgreSqlVersion.Major, source.PostgresParameters.GetValueOrDefault("server_encoding", "UTF8"));
    }

    /// <summary>
    /// Text without an encoding is dumped as text of the target's, so that what is none is refused; the restore would take it.
    /// Null where the target has none, or is made like the source.
    /// </summary>
    private async Task<string?> TargetEncodingAsync(CancellationToken cancellationToken)
    {
        var (endpoint, database) = (context.Manifest.FindTarget(context.Mapping.To.Endpoint)!, context.Mapping.To.Database);
        await using var server = await MaintenanceDatabase.OpenAsync(connector, endpoint, database, SessionKind.Target, cancellationToken);
        var found = await server.QueryAsync(
            "SELECT pg_catalog.pg_encoding_to_char(encoding)::pg_catalog.text FROM pg_catalog.pg_database WHERE datname = $1",
            row => row.GetString(0),
            cancellationToken,
            database);
        return found.FirstOrDefault(encoding => encoding != Unencoded);
    }

    private async Task RunAsync(PostgresInstallation tools, DumpArguments arguments, string directory, CancellationToken cancellationToken)
    {
        var (endpoint, database) = (Sides.Source(context), context.Mapping.From.Database);
        var resolved = await connector.ResolveAsync(endpoint, database, SessionKind.SourceRead, cancellationToken);
        using var connection = await ToolConnection.OpenAsync(endpoint, resolved, database, SessionKind.SourceRead, ApplicationName, cancellationToken);
        var report = new ToolReport(step, context, arguments.Selection.Tables, arguments.Settings.Format == ArchiveFormat.Directory ? arguments.Jobs : 1);
        var command = new ToolCommand(tools.Program("pg_dump"), arguments.To(ArchiveFiles.ContentOf(directory)))
        {
            Environment = connection.Environment.SetItem("LC_ALL", "C"),
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Stopping);
        var exitCode = await SupervisedTool.RunAsync(command, report.Hear, ending.Token);
        if (exitCode != 0)
        {
            connection.TellMissingPassword(report.Said);
            // It may have been the password, which may have rotated: the next attempt asks anew.
            resolved.PasswordRefused?.Invoke();
            throw report.IsDiskFull
                ? new StepFailedException(ArchiveDiagnostics.DiskFull(Subject, directory, report.Said), FailureClass.Permanent)
                : new StepFailedException(
                    ArchiveDiagnostics.DumpFailed(Subject, exitCode, report.Said, ToolFailure.HelpFor(report.Said) ?? report.Hint),
                    ClassOf(report));
        }
    }

    /// <summary>
    /// Tables are locked at the beginning, which costs little to try again. Where rows came already, the room for locks was taken
    /// up by the dump itself, and the next one would end there, too.
    /// </summary>
    private static FailureClass ClassOf(ToolReport report) =>
        report.HasBegun && ToolFailure.IsOutOfLocks(report.Said) ? FailureClass.Permanent : ToolFailure.ClassOf(report.Said);
}
