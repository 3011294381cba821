using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>Finds PostgreSQL programs on this machine, in the places where packages put them and on PATH.</summary>
public static partial class PostgresInstallations
{
    private static readonly ConcurrentDictionary<(string Program, DateTime Written), Lazy<Task<string?>>> Versions = new();

    private static readonly (string Parent, string Pattern, string Bin)[] PackagePlaces =
    [
        ("/usr/lib/postgresql", "*", "bin"),
        ("/usr", "pgsql-*", "bin"),
        ("/opt/homebrew/opt", "postgresql@*", "bin"),
        ("/usr/local/opt", "postgresql@*", "bin"),
        ("/Applications/Postgres.app/Contents/Versions", "*", "bin"),
    ];

    /// <summary>Every installation that has the program, newest first; empty when there is none.</summary>
    /// <param name="program"><c>pg_dump</c>, <c>initdb</c> …</param>
    /// <param name="cancellationToken">Ends the <c>--version</c> calls.</param>
    public static async Task<ImmutableArray<PostgresInstallation>> FindAsync(string program, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(Candidates().Distinct(StringComparer.Ordinal).Select(directory => ReadAsync(directory, program, cancellationToken)));
        return [.. found.OfType<PostgresInstallation>().OrderByDescending(installation => installation.MajorVersion)];
    }

    /// <summary>Every installation that can write an archive and read it back, newest first: pg_dump and pg_restore beside each other.</summary>
    public static async Task<ImmutableArray<PostgresInstallation>> FindDumpToolsAsync(CancellationToken cancellationToken) =>
        [.. (await FindAsync("pg_dump", cancellationToken)).Where(installation => installation.Has("pg_restore"))];

    /// <summary>The installation in this directory; null when the program is not there, or says no version.</summary>
    public static async Task<PostgresInstallation?> ReadAsync(string directory, string program, CancellationToken cancellationToken)
    {
        var path = Path.Combine(directory, program);
        if (!File.Exists(path) || await ReadVersionAsync(path, cancellationToken) is not { } version)
        {
            return null;
        }

        return new PostgresInstallation(directory, int.Parse(version.Split('.')[0], CultureInfo.InvariantCulture), version);
    }

    private static IEnumerable<string> Candidates()
    {
        foreach (var (parent, pattern, bin) in PackagePlaces)
        {
            if (Directory.Exists(parent))
            {
                foreach (var directory in Directory.EnumerateDirectories(parent, pattern))
                {
                    yield return Path.Combine(directory, bin);
                }
            }
        }

        foreach (var directory in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return directory;
        }
    }

    /// <summary>Asks each program once: many databases need the same, and some packages put a slow script before it.</summary>
    private static Task<string?> ReadVersionAsync(string program, CancellationToken cancellationToken) =>
        Versions.GetOrAdd((program, File.GetLastWriteTimeUtc(program)), key => new Lazy<Task<string?>>(() => AskVersionAsync(key.Program)))
            .Value.WaitAsync(cancellationToken);

    private static async Task<string?> AskVersionAsync(string program)
    {
        var result = await ToolProcess.RunAsync(new ToolCommand(program, ["--version"]), CancellationToken.None);
        var match = VersionPattern().Match(result.Output);
        return result.ExitCode == 0 && match.Success ? match.Value : null;
    }

    [GeneratedRegex(@"\d+(\.\d+)?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex VersionPattern();
}
