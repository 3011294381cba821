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
                SchemaDiagnostics.ToolMissing(subject, serverMajor, string.Join(", ", installations.Select(candidate => candidate.Version))), FailureClass.Permanent);
    }

    /// <param name="environment">Where to connect; see <see cref="ToolConnection"/>.</param>
    public async Task<ImmutableArray<SchemaEntry>> ReadAsync(ImmutableDictionary<string, string?> environment, string snapshot, CancellationToken cancellationToken)
    {
        // Quoting every name keeps the script right on a target with more keywords than the source, as pg_upgrade does it.
        var archive = await RunAsync(
            "pg_dump",
            ["--format=custom", "--compress=0", "--schema-only", "--encoding=UTF8", "--quote-all-identifiers", "--no-password", "--no-subscriptions", $"--snapshot={snapshot}"],
            environment,
            ReadOnlySequence<byte>.Empty,
            cancellationToken);
        return await CutAsync(["--verbose", "--file=-"], [], archive, cancellationToken);
    }

    /// <summary>Reads the schema, and the large objects without their contents, out of an archive on disk, which may hold rows too.</summary>
    public async Task<ImmutableArray<SchemaEntry>> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var schema = await CutAsync(["--verbose", "--file=-", "--section=pre-data", "--section=post-data", path], [path], ReadOnlySequence<byte>.Empty, cancellationToken);
        // From 17 on, large objects stand in the data section.
        var list = await RestoreAsync(["--list", "--section=data", path], ReadOnlySequence<byte>.Empty, cancellationToken);
        var largeObjects = TocLine.ParseAll(list).Where(IsLargeObject).ToList();
        return largeObjects.Count == 0 ? schema : [.. schema, .. await ReadSomeAsync(path, largeObjects, cancellationToken)];
    }

    /// <summary>Reads only the listed entries of an archive on disk.</summary>
    internal async Task<ImmutableArray<SchemaEntry>> ReadSomeAsync(string path, IEnumerable<TocLine> lines, CancellationToken cancellationToken)
    {
        var list = string.Join('\n', lines.Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Id}; {line.CatalogOid} {line.ObjectOid} {line.Rest}")));
        return Cut(await RestoreAsync(["--verbose", "--file=-", "--use-list=/dev/stdin", path], new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(list + '\n')), cancellationToken), list, "");
    }

    private static bool IsLargeObject(TocLine line) =>
        line.Rest.StartsWith("BLOB ", StringComparison.Ordinal) || Remarks.Any(start => line.Rest.StartsWith(start, StringComparison.Ordinal));

    /// <summary>All entries of an archive on disk with what each depends on, as pg_restore lists them.</summary>
    public Task<string> ListFileAsync(string path, CancellationToken cancellationToken) =>
        RestoreAsync(["--list", "--verbose", path], ReadOnlySequence<byte>.Empty, cancellationToken);

    /// <param name="print">What makes pg_restore print the schema.</param>
    /// <param name="file">The archive's path; empty when it comes from memory.</param>
    private async Task<ImmutableArray<SchemaEntry>> CutAsync(
        ImmutableArray<string> print, ImmutableArray<string> file, ReadOnlySequence<byte> archive, CancellationToken cancellationToken)
    {
        var script = RestoreAsync(print, archive, cancellationToken);
        var preData = RestoreAsync(["--list", "--section=pre-data", .. file], archive, cancellationToken);
        var postData = RestoreAsync(["--list", "--section=post-data", .. file], archive, cancellationToken);
        await Task.WhenAll(script, preData, postData);
        return Cut(await script, await preData, await postData);
    }

    private ImmutableArray<SchemaEntry> Cut(string script, string preData, string postData)
    {
        try
        {
            return TocCutter.Cut(script, preData, postData);
        }
        catch (TocMismatchException exception)
        {
            throw new StepFailedException(SchemaDiagnostics.TocMismatch(subject, exception.Message), FailureClass.Permanent, exception);
        }
    }

    private async Task<string> RestoreAsync(ImmutableArray<string> arguments, ReadOnlySequence<byte> archive, CancellationToken cancellationToken)
    {
        // The server checks what it sends: bytes of a SQL_ASCII database that are no UTF-8 fail in pg_dump already.
        var text = await RunAsync("pg_restore", arguments, ImmutableDictionary<string, string?>.Empty, archive, cancellationToken);
        return Encoding.UTF8.GetString(text);
    }

    private async Task<ReadOnlySequence<byte>> RunAsync(
        string program, ImmutableArray<string> arguments, ImmutableDictionary<string, string?> environment, ReadOnlySequence<byte> input, CancellationToken cancellationToken)
    {
        using var output = new ToolOutput();
        // Messages in English, so that they can be looked up.
        var command = new ToolCommand(tools.Program(program), arguments) { Environment = environment.SetItem("LC_ALL", "C"), Input = input };
        var (exitCode, error) = await ToolProcess.RunAsync(command, output, cancellationToken);
        return exitCode == 0
            ? output.Content
            : throw new StepFailedException(SchemaDiagnostics.ToolFailed(subject, program, exitCode, LastLines(error), ToolFailure.HelpFor(error)), ToolFailure.ClassOf(error));
    }

    private static string LastLines(string error) =>
        string.Join(" · ", error.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => !line.Contains(Query, StringComparison.Ordinal)).TakeLast(3));
}
