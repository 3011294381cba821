using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Dumps a database's schema with pg_dump and turns the archive into entries with pg_restore. The archive stays in
/// memory: it can hold passwords of user mappings, which must not be left in a file.
/// </summary>
/// <param name="subject">The database, for messages.</param>
internal sealed class SchemaDump(PostgresInstallation tools, string subject)
{
    /// <summary>How the list names what is said of large objects.</summary>
    private static readonly string[] Remarks = ["COMMENT - LARGE OBJECT", "ACL - LARGE OBJECT", "SECURITY LABEL - LARGE OBJECT"];

    /// <summary>Begins what pg_dump asked: a list of all tables can be a hundred kilobytes long.</summary>
    private const string Query = "detail: Query was: ";

    public int MajorVersion => tools.MajorVersion;

    /// <summary>The newest programs that can read the server.</summary>
    /// <exception cref="StepFailedException">None is installed.</exception>
    public static async Task<SchemaDump> ForServerAsync(int serverMajor, string subject, CancellationToken cancellationToken)
    {
        var installations = await PostgresInstallations.FindDumpToolsAsync(cancellationToken);
        var tools = installations.FirstOrDefault(candidate => candidate.MajorVersion >= serverMajor);
        return tools is not null
            ? new SchemaDump(tools, subject)
            : throw new StepFailedException(
                SchemaDiagnostics.ToolMissing(subject, serverMajor, string.Join(", ", installations.Select(candidate => candidate.Version))),
                FailureClass.Permanent);
    }

    /// <param name="environment">Where to connect; see <see cref="ToolConnection"/>.</param>
    public async Task<ImmutableArray<SchemaEntry>> ReadAsync(
        ImmutableDictionary<string, string?> environment, string snapshot, CancellationToken cancellationToken)
    {
        var archive = new ToolOutput();
        // Quoting every name keeps the script right on a target with more keywords than the source, as pg_upgrade does it.
        await RunAsync(
            "pg_dump",
            [
                "--format=custom",
                "--compress=0",
                "--schema-only",
                "--encoding=UTF8",
                "--quote-all-identifiers",
                "--no-password",
                "--no-subscriptions",
                $"--snapshot={snapshot}",
            ],
            environment,
            ReadOnlySequence<byte>.Empty,
            archive.Add,
            cancellationToken);
        return await ReadAsync([], [], archive.Content, cancellationToken);
    }

    /// <summary>Reads the schema, and the large objects without their contents, out of an archive on disk, which may hold rows too.</summary>
    public async Task<ImmutableArray<SchemaEntry>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var schema = await ReadAsync(["--section=pre-data", "--section=post-data"], [path], ReadOnlySequence<byte>.Empty, cancellationToken);
        // From 17 on, large objects stand in the data section.
        var largeObjects = (await ListAsync(["--section=data", path], ReadOnlySequence<byte>.Empty, cancellationToken)).FindAll(IsLargeObject);
        return largeObjects.Count == 0 ? schema : [.. schema, .. await ReadSomeAsync(path, largeObjects, cancellationToken)];
    }

    /// <summary>Reads only the listed entries of an archive on disk.</summary>
    internal Task<ImmutableArray<SchemaEntry>> ReadSomeAsync(string path, IReadOnlyCollection<TocLine> lines, CancellationToken cancellationToken)
    {
        var list = string.Concat(lines.Select(line => string.Create(
            CultureInfo.InvariantCulture, $"{line.Id}; {line.CatalogOid} {line.ObjectOid} {line.Rest}\n")));
        return CutAsync(new TocCutter(lines, []), ["--use-list=/dev/stdin", path], new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(list)), cancellationToken);
    }

    private static bool IsLargeObject(TocLine line) =>
        line.Rest.StartsWith("BLOB ", StringComparison.Ordinal) || Remarks.Any(start => line.Rest.StartsWith(start, StringComparison.Ordinal));

    /// <summary>All entries of an archive on disk with what each depends on, as pg_restore lists them.</summary>
    public async Task<string> ListFileAsync(string path, CancellationToken cancellationToken)
    {
        var list = new ToolOutput();
        await RestoreAsync(["--list", "--verbose", path], ReadOnlySequence<byte>.Empty, list.Add, cancellationToken);
        return Encoding.UTF8.GetString(list.Content);
    }

    /// <param name="sections">What of it; all where none is named.</param>
    /// <param name="file">The archive's path; empty when it comes from memory.</param>
    private async Task<ImmutableArray<SchemaEntry>> ReadAsync(
        ImmutableArray<string> sections, ImmutableArray<string> file, ReadOnlySequence<byte> archive, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(
            ListAsync(["--section=pre-data", .. file], archive, cancellationToken),
            ListAsync(["--section=post-data", .. file], archive, cancellationToken));
        return await CutAsync(new TocCutter(lists[0], lists[1]), [.. sections, .. file], archive, cancellationToken);
    }

    private async Task<List<TocLine>> ListAsync(ImmutableArray<string> arguments, ReadOnlySequence<byte> archive, CancellationToken cancellationToken)
    {
        var listed = new List<TocLine>();
        var lines = new ToolLines(line => listed.AddRange(TocLine.TryParse(Encoding.UTF8.GetString(line)) is { } entry ? [entry] : []));
        await RestoreAsync(["--list", .. arguments], archive, lines.Add, cancellationToken);
        lines.End();
        return listed;
    }

    private async Task<ImmutableArray<SchemaEntry>> CutAsync(
        TocCutter cutter, ImmutableArray<string> arguments, ReadOnlySequence<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            var lines = new ToolLines(cutter.Take);
            await RestoreAsync(["--verbose", "--file=-", .. arguments], input, lines.Add, cancellationToken);
            lines.End();
            return cutter.End();
        }
        catch (TocMismatchException exception)
        {
            throw new StepFailedException(SchemaDiagnostics.TocMismatch(subject, exception.Message), FailureClass.Permanent, exception);
        }
    }

    // The server checks what it sends: bytes of a SQL_ASCII database that are no UTF-8 fail in pg_dump already.
    private Task RestoreAsync(
        ImmutableArray<string> arguments, ReadOnlySequence<byte> archive, Action<ReadOnlySpan<byte>> output, CancellationToken cancellationToken) =>
        RunAsync("pg_restore", arguments, ImmutableDictionary<string, string?>.Empty, archive, output, cancellationToken);

    private async Task RunAsync(
        string program,
        ImmutableArray<string> arguments,
        ImmutableDictionary<string, string?> environment,
        ReadOnlySequence<byte> input,
        Action<ReadOnlySpan<byte>> output,
        CancellationToken cancellationToken)
    {
        // Messages in English, so that they can be looked up.
        var command = new ToolCommand(tools.Program(program), arguments) { Environment = environment.SetItem("LC_ALL", "C"), Input = input };
        var (exitCode, error) = await ToolProcess.RunAsync(command, output, cancellationToken);
        if (exitCode != 0)
        {
            throw new StepFailedException(
                SchemaDiagnostics.ToolFailed(subject, program, exitCode, LastLines(error), ToolFailure.HelpFor(error)),
                ToolFailure.ClassOf(error));
        }
    }

    private static string LastLines(string error) =>
        string.Join(
            " · ",
            error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.Contains(Query, StringComparison.Ordinal))
                .TakeLast(3));
}
