namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6, MP62xx: carrying a database's schema over.</summary>
public static class SchemaDiagnostics
{
    private static readonly DiagnosticDescriptor ToolMissingDescriptor = new(
        "MP6201", Severity.Error, "PostgreSQL's client programs are missing or too old",
        """
        The schema is read with `pg_dump` and `pg_restore`, which must be at least as new as the source server. They are looked
        for where packages put them (`/usr/lib/postgresql/*/bin`, `/usr/pgsql-*/bin`, Homebrew) and on `PATH`. Install the
        client package of the server's version or of a newer one: `postgresql-client-NN` on Debian and Ubuntu (from
        apt.postgresql.org), `postgresqlNN` on Red Hat (from yum.postgresql.org), `brew install postgresql@NN` on macOS.
        """);

    private static readonly DiagnosticDescriptor ToolFailedDescriptor = new(
        "MP6202", Severity.Error, "pg_dump or pg_restore failed",
        "The program that reads the schema ended with an error. What it said is in the message. Missing privileges on the source are the usual cause: the login must be able to lock and read every table.");

    private static readonly DiagnosticDescriptor TocMismatchDescriptor = new(
        "MP6203", Severity.Error, "the schema dump could not be cut into its entries",
        "`pg_restore` prints the schema as one script. It is cut into entries, and the cut is checked against the archive's own list. They disagree, so nothing was run. This is a bug of ours, or a version of the programs that we do not know.");

    private static readonly DiagnosticDescriptor NotUnicodeDescriptor = new(
        "MP6204", Severity.Error, "the schema holds text that is not valid UTF-8",
        "The schema is read as UTF-8. A database with encoding `SQL_ASCII` can hold any bytes in names, comments and function bodies; such bytes can't be carried over without guessing. Rename the objects or correct the texts on the source.");

    private static readonly DiagnosticDescriptor EntryFailedDescriptor = new(
        "MP6205", Severity.Error, "the target refused an object of the schema",
        "The statement that creates the object failed on the target; the transaction it was in was rolled back, so nothing of it is there. The five-character code is PostgreSQL's SQLSTATE. Correct the cause and run the same command again: it goes on with this object.");

    private static readonly DiagnosticDescriptor ForeignLedgerDescriptor = new(
        "MP6206", Severity.Error, "the target database is being filled by another plan",
        "The schema `migplan_ledger` in the target database belongs to an unfinished run of another plan. Two plans must never fill one database. Finish or roll back the other plan first.");

    /// <param name="found">Versions that were found: <c>13.4, 12.9</c>; empty when there is none.</param>
    public static Diagnostic ToolMissing(string subject, int neededMajor, string found) => new()
    {
        Descriptor = ToolMissingDescriptor,
        Message = found.Length == 0
            ? $"{subject} runs PostgreSQL {neededMajor}, and pg_dump and pg_restore are not installed here"
            : $"{subject} runs PostgreSQL {neededMajor}, and pg_dump and pg_restore are here only as {found}",
        Subject = subject,
        Help = $"install PostgreSQL's client programs, version {neededMajor} or newer (Debian, Ubuntu: postgresql-client-{neededMajor}; Red Hat: postgresql{neededMajor}; macOS: brew install postgresql@{neededMajor})",
    };

    public static Diagnostic ToolFailed(string subject, string program, int exitCode, string error) => new()
    {
        Descriptor = ToolFailedDescriptor,
        Message = $"{program} ended with exit code {exitCode} on {subject}: {error}",
        Subject = subject,
    };

    public static Diagnostic TocMismatch(string subject, string reason) => new()
    {
        Descriptor = TocMismatchDescriptor,
        Message = $"the schema of {subject} could not be cut into its entries: {reason}",
        Subject = subject,
        Help = "please report it, with the versions of pg_dump and of the server",
    };

    public static Diagnostic NotUnicode(string subject) => new()
    {
        Descriptor = NotUnicodeDescriptor,
        Message = $"the schema of {subject} holds text that is not valid UTF-8",
        Subject = subject,
        Help = "look for objects, comments and function bodies with other bytes, and correct them on the source",
    };

    /// <param name="entry">Kind and name: <c>TABLE public.orders</c>.</param>
    public static Diagnostic EntryFailed(string subject, string entry, string sqlState, string message, string? detail, string? hint) => new()
    {
        Descriptor = EntryFailedDescriptor,
        Message = $"{entry} could not be restored to {subject}: {message} (SQLSTATE {sqlState})",
        Detail = detail,
        Help = hint,
        Subject = subject,
    };

    public static Diagnostic ForeignLedger(string subject, string plan) => new()
    {
        Descriptor = ForeignLedgerDescriptor,
        Message = $"{subject} is being filled by the plan `{plan}`",
        Subject = subject,
        Help = $"finish or roll back `{plan}`, or choose another target database",
    };
}
