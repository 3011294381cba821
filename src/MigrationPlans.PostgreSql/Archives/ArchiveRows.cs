using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Tools;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Brings an archive's rows, positions of sequences and large objects' contents to the target by pg_restore.</summary>
internal sealed class ArchiveRows(PostgresConnector connector, PostgresInstallation tools, ComputingSettings settings, Step step, StepContext context)
{
    private const string ListName = "restore.list";

    /// <param name="entries">Ids of the archive's entries.</param>
    /// <param name="isOrdered">One after another, as they are given.</param>
    /// <param name="denied">What to say where the login may not, instead of pg_restore's words alone, which it is given.</param>
    /// <exception cref="StepFailedException">pg_restore failed; what it brought until then stays.</exception>
    public async Task RestoreAsync(
        string directory,
        ArchiveDocument archive,
        ImmutableArray<int> entries,
        bool isOrdered,
        Func<string, Diagnostic>? denied,
        CancellationToken cancellationToken)
    {
        if (entries.IsEmpty)
        {
            return;
        }

        var jobs = isOrdered ? 1 : context.Parallelism;
        var list = Path.Combine(directory, ListName);
        DurableFile.Replace(list, Encoding.ASCII.GetBytes(string.Concat(entries.Select(id => string.Create(CultureInfo.InvariantCulture, $"{id};\n")))));
        var (endpoint, to) = (Sides.Target(context), context.Mapping.To);
        var resolved = await connector.ResolveAsync(endpoint, to.Database, SessionKind.Target, cancellationToken);
        using var connection = await ToolConnection.OpenAsync(
            endpoint, resolved, to.Database, SessionKind.Target, ArchiveDump.ApplicationName, cancellationToken);
        var report = new ToolReport(step, context, archive.Tables, jobs);
        var command = new ToolCommand(tools.Program("pg_restore"), Arguments(to.Database, list, ArchiveFiles.ContentOf(directory), jobs))
        {
            Environment = connection.Environment.SetItem("LC_ALL", "C")
                .SetItem("PGOPTIONS", $"{connection.Environment["PGOPTIONS"]} {settings.Options}"),
        };
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, context.Stopping);
        var exitCode = await SupervisedTool.RunAsync(command, report.Hear, ending.Token);
        File.Delete(list);
        if (exitCode != 0)
        {
            connection.TellMissingPassword(report.Said);
            resolved.PasswordRefused?.Invoke();
            var diagnostic = denied is not null && ToolFailure.IsDenied(report.Said)
                ? denied(report.Said)
                : ArchiveDiagnostics.RestoreFailed(to.ToString(), exitCode, report.Said, ToolFailure.HelpFor(report.Said) ?? report.Hint);
            throw new StepFailedException(diagnostic, ToolFailure.ClassOf(report.Said));
        }
    }

    private static ImmutableArray<string> Arguments(string database, string list, string content, int jobs) =>
    [
        // A bare name with an equals sign in it would be read as a whole connection string.
        $"--dbname=dbname={ConnectionText.Value(database)}",
        "--section=data",
        $"--use-list={list}",
        string.Create(CultureInfo.InvariantCulture, $"--jobs={jobs}"),
        "--exit-on-error",
        "--no-password",
        "--verbose",
        content,
    ];
}
