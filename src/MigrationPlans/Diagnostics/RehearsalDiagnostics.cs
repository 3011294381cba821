using System.Collections.Immutable;

namespace MigrationPlans.Diagnostics;

/// <summary>Stage 9: what a rehearsal meets while it sets its stand-in servers up and takes them down.</summary>
public static class RehearsalDiagnostics
{
    private static readonly DiagnosticDescriptor ServerProgramsMissingDescriptor = new(
        "MP9200", Severity.Error, "no PostgreSQL server is installed here",
        """
        A rehearsal starts throw-away PostgreSQL servers on this machine, and the programs for that were not found in the usual
        places or on PATH. `eng/setup.sh` of the source repository installs them; so do the packages `postgresql` and
        `postgresql-contrib` (Debian, Ubuntu, Alpine), `postgresql-server` and `postgresql-contrib` (Fedora, RHEL, Amazon Linux)
        or `postgresql@17` (Homebrew). No running server is needed.
        """);

    private static readonly DiagnosticDescriptor ServerDoesNotStartDescriptor = new(
        "MP9201", Severity.Error, "a stand-in server does not start",
        "PostgreSQL is installed, but a throw-away server could not be created or started. The message has the server's own last lines. Common causes: no space or no shared memory left, or a temporary directory that the server's account can't enter.");

    private static readonly DiagnosticDescriptor DataMissingDescriptor = new(
        "MP9202", Severity.Warning, "a source database has no data for the rehearsal",
        "The rehearsal fills each source database from `data/ENDPOINT/DATABASE.sql` beside the manifest (or under `--data`). Without that file the database is empty, and the rehearsal says little about the real migration. A schema-only dump of the real source is a good start: `pg_dump --schema-only`. It holds no roles; the rehearsal makes those that it names (MP9208).");

    private static readonly DiagnosticDescriptor DataFailedDescriptor = new(
        "MP9203", Severity.Error, "a data file of the rehearsal has an error",
        "psql stopped at the first error in the file that fills a source database. The position is the end of the statement that failed. Roles and other objects that belong to the whole server may be there already when several files are loaded into one server: create those only where they are missing. A dump stops here too when it needs an extension that is not installed on this machine.");

    private static readonly DiagnosticDescriptor DataDirectoryMissingDescriptor = new(
        "MP9204", Severity.Error, "the data directory of the rehearsal does not exist",
        "The directory given with `--data` holds a directory for each source endpoint, and in it a file `DATABASE.sql` for each database.");

    private static readonly DiagnosticDescriptor InstancesLeftOutDescriptor = new(
        "MP9205", Severity.Warning, "whole-instance moves are not rehearsed",
        "Entries under `instances` move RDS instances by snapshot copy. No local server can stand in for that, so the rehearsal leaves them out and carries out `databases` only.");

    private static readonly DiagnosticDescriptor LeftoverRemovedDescriptor = new(
        "MP9206", Severity.Note, "what a killed rehearsal left behind was removed",
        "A rehearsal that is killed can't take its servers down. The next one ends them and removes their directory. It only looks at directories of the same user whose owner no longer runs.");

    private static readonly DiagnosticDescriptor LeftoverStaysDescriptor = new(
        "MP9207", Severity.Warning, "what a killed rehearsal left behind can't be removed",
        "A directory of servers that an earlier rehearsal left behind could not be removed. It does no harm to this rehearsal; remove it by hand.");

    private static readonly DiagnosticDescriptor RolesMadeDescriptor = new(
        "MP9208", Severity.Note, "roles were made for the rehearsal",
        "A dump of one database names the roles that own its objects or are granted something, and does not hold them. The rehearsal made those that were missing, without any right or membership. To rehearse with the real ones, put `CREATE ROLE` statements in front of the file's other statements; a file that makes roles is taken to make all that it needs.");

    public static Diagnostic ServerProgramsMissing() => new()
    {
        Descriptor = ServerProgramsMissingDescriptor,
        Message = "a rehearsal needs PostgreSQL's server programs (initdb, postgres, pg_ctl, psql), and they were not found",
        Help = "run eng/setup.sh, or install the package `postgresql` (and `postgresql-contrib`) of your system",
    };

    public static Diagnostic ServerDoesNotStart(string endpoint, string reason) => new()
    {
        Descriptor = ServerDoesNotStartDescriptor,
        Message = $"the server that stands in for `{endpoint}` does not start",
        Detail = reason,
        Subject = endpoint,
    };

    public static Diagnostic DataMissing(string database, string file) => new()
    {
        Descriptor = DataMissingDescriptor,
        Message = $"`{database}` is empty in this rehearsal: there is no {file}",
        Subject = database,
        Help = "put SQL there that makes its tables and rows; `pg_dump --schema-only` of the real source is a start",
    };

    /// <param name="line">Where psql stopped; null when it did not get as far as the file.</param>
    public static Diagnostic DataFailed(string database, string file, int? line, string reason) => new()
    {
        Descriptor = DataFailedDescriptor,
        Message = $"`{database}` can't be filled: {reason}",
        Subject = database,
        Span = line is { } at ? new SourceSpan(file, at, 1, at, 1) : null,
        Detail = line is null ? $"while loading {file}" : null,
    };

    public static Diagnostic RolesMade(string database, ImmutableArray<string> roles) => new()
    {
        Descriptor = RolesMadeDescriptor,
        Message = $"the file of `{database}` holds no roles; made for it: {string.Join(", ", roles)}",
        Subject = database,
    };

    public static Diagnostic DataDirectoryMissing(string directory) => new()
    {
        Descriptor = DataDirectoryMissingDescriptor,
        Message = $"there is no directory {directory}",
        Help = "leave --data out to use `data` beside the manifest",
    };

    public static Diagnostic InstancesLeftOut(int count) => new()
    {
        Descriptor = InstancesLeftOutDescriptor,
        Message = $"{Counts.Of(count, "instance move is", "instance moves are")} left out of the rehearsal",
    };

    public static Diagnostic LeftoverRemoved(string directory) => new()
    {
        Descriptor = LeftoverRemovedDescriptor,
        Message = $"removed {directory}, which a killed rehearsal left behind",
    };

    public static Diagnostic LeftoverStays(string directory, string reason) => new()
    {
        Descriptor = LeftoverStaysDescriptor,
        Message = $"{directory}, which a killed rehearsal left behind, can't be removed: {reason}",
    };
}
