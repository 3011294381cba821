using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Rehearsal;

/// <summary>Creates the source databases of a rehearsal and fills them from SQL files: <c>DIRECTORY/ENDPOINT/DATABASE.sql</c>.</summary>
public sealed partial class SourceData(StandInServers servers, PostgresInstallation tools, string directory)
{
    /// <summary>Fills every source database that the manifest names.</summary>
    /// <returns>A warning for each database that stays empty because it has no file, a note for each that needed roles.</returns>
    /// <exception cref="DiagnosticException">A file has an error.</exception>
    public async Task<ImmutableArray<Diagnostic>> LoadAsync(MigrationManifest manifest, CancellationToken cancellationToken)
    {
        var loading = manifest.Sources.Select(source => LoadAsync(
            source,
            [.. manifest.Databases.Select(mapping => mapping.From).Where(from => from.Endpoint == source.Name).Distinct()],
            cancellationToken));
        return [.. (await Task.WhenAll(loading)).SelectMany(warnings => warnings)];
    }

    /// <summary>Where the data of a source database is looked for.</summary>
    public string FileFor(DatabaseAddress address) =>
        Path.Combine(directory, FileName(address.Endpoint), $"{FileName(address.Database)}.sql");

    // One server's files run one after another: two that create the same role would be in each other's way.
    private async Task<ImmutableArray<Diagnostic>> LoadAsync(Endpoint source, ImmutableArray<DatabaseAddress> databases, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var database in databases)
        {
            var file = FileFor(database);
            await CreateDatabaseAsync(source, database, cancellationToken);
            if (File.Exists(file))
            {
                findings.AddRange(await LoadFileAsync(source, database, file, cancellationToken));
            }
            else
            {
                findings.Add(RehearsalDiagnostics.DataMissing(database.ToString(), file));
            }
        }

        return findings.ToImmutable();
    }

    private async Task CreateDatabaseAsync(Endpoint source, DatabaseAddress database, CancellationToken cancellationToken)
    {
        if (!IsThereFromTheStart(database))
        {
            await ExecuteAsync(source, database, $"CREATE DATABASE {SqlText.Identifier(database.Database)}", cancellationToken);
        }
    }

    /// <summary>
    /// A dump of one database names roles and does not hold them. Those are made as they turn out to be missing, and the file is loaded
    /// again from its beginning; a file that makes roles is taken to make all that it needs.
    /// </summary>
    private async Task<ImmutableArray<Diagnostic>> LoadFileAsync(Endpoint source, DatabaseAddress database, string file, CancellationToken cancellationToken)
    {
        var made = ImmutableArray<string>.Empty;
        while (true)
        {
            var result = await RunPsqlAsync(source, database.Database, ["-f", file], Path.GetDirectoryName(file)!, cancellationToken);
            if (result.ExitCode == 0)
            {
                return made.IsEmpty ? [] : [RehearsalDiagnostics.RolesMade(database.ToString(), made)];
            }

            if (MissingRole(result) is not { } role || made.Contains(role) || IsThereFromTheStart(database) || MakesRoles(file))
            {
                throw new DiagnosticException(Describe(result, database, file));
            }

            made = made.Add(role);
            await ExecuteAsync(source, database, $"CREATE ROLE {SqlText.Identifier(role)}", cancellationToken);
            await ExecuteAsync(source, database, $"DROP DATABASE {SqlText.Identifier(database.Database)}", cancellationToken);
            await CreateDatabaseAsync(source, database, cancellationToken);
        }
    }

    private async Task ExecuteAsync(Endpoint source, DatabaseAddress database, string statement, CancellationToken cancellationToken)
    {
        var result = await RunPsqlAsync(source, "postgres", ["-c", statement], "/", cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new DiagnosticException(RehearsalDiagnostics.DataFailed(database.ToString(), FileFor(database), line: null, result.Error.Trim()));
        }
    }

    private static bool IsThereFromTheStart(DatabaseAddress database) => database.Database is "postgres" or "template1";

    private static bool MakesRoles(string file) => File.ReadLines(file).Any(CreateRolePattern().IsMatch);

    private static string? MissingRole(ToolResult result) =>
        ErrorPattern().Match(result.Error) is { Success: true } error
        && MissingRolePattern().Match(error.Groups["message"].Value.Trim()) is { Success: true } missing
            ? missing.Groups["role"].Value
            : null;

    private static Diagnostic Describe(ToolResult result, DatabaseAddress database, string file)
    {
        // psql:FILE:LINE: ERROR:  message
        var match = ErrorPattern().Match(result.Error);
        return match.Success
            ? RehearsalDiagnostics.DataFailed(
                database.ToString(),
                match.Groups["file"].Value,
                int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture),
                match.Groups["message"].Value.Trim())
            : RehearsalDiagnostics.DataFailed(database.ToString(), file, line: null, result.Error.Trim());
    }

    private Task<ToolResult> RunPsqlAsync(
        Endpoint source, string database, ImmutableArray<string> arguments, string workingDirectory, CancellationToken cancellationToken)
    {
        var cluster = servers.For(source);
        var command = new ToolCommand(tools.Program("psql"), ["-X", "-q", "-o", "/dev/null", "-v", "ON_ERROR_STOP=1", .. arguments])
        {
            WorkingDirectory = workingDirectory,
            Environment = ImmutableDictionary<string, string?>.Empty.AddRange(
            [
                new("PGHOST", LocalCluster.Host),
                new("PGPORT", cluster.Port.ToString(CultureInfo.InvariantCulture)),
                new("PGUSER", LocalCluster.Superuser),
                new("PGPASSWORD", cluster.Password),
                new("PGDATABASE", database),
                new("PGSSLMODE", "disable"),
                new("PGCLIENTENCODING", "UTF8"),
                new("PGOPTIONS", "-c client_min_messages=warning"),
                new("LC_ALL", "C"),
                .. new[] { "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGTARGETSESSIONATTRS", "PGREQUIREAUTH", "PGCHANNELBINDING" }
                    .Select(name => new KeyValuePair<string, string?>(name, value: null)),
            ]),
        };
        return ToolProcess.RunAsync(command, cancellationToken);
    }

    // A database's name may hold a slash; a file's may not.
    private static string FileName(string name) => name.Replace("/", "%2F", StringComparison.Ordinal);

    [GeneratedRegex(
        @"^psql:(?<file>.*?):(?<line>\d+): (ERROR|FATAL|PANIC|error):\s+(?<message>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex ErrorPattern();

    [GeneratedRegex("""^role "(?<role>.*)" does not exist$""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex MissingRolePattern();

    [GeneratedRegex(
        @"\bCREATE\s+(ROLE|GROUP|USER(?!\s+MAPPING))\b",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex CreateRolePattern();
}
