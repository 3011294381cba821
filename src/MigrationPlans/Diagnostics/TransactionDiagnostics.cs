using System.Globalization;

namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: transactions on a source that outlast the look at it.</summary>
public static class TransactionDiagnostics
{
    private static readonly DiagnosticDescriptor LongOpenDescriptor = new(
        "MP4009", Severity.Warning, "long transactions are open on a source database",
        """
        Transactions that are open for longer than a minute may hold locks that the dump of the schema waits for, and what they write is not
        in the copy unless they commit before the snapshot. `fence: read-only` ends the sessions that could still write, theirs too.
        """);

    private static readonly DiagnosticDescriptor PreparedDescriptor = new(
        "MP4070", Severity.Warning, "prepared transactions wait on a source database",
        """
        A transaction that was prepared for a two-phase commit holds its locks without a session, across restarts, until somebody commits
        or rolls it back. What it wrote is not in the copy, and no fence ends it. `SELECT * FROM pg_prepared_xacts` lists them.
        """);

    public static Diagnostic LongOpen(string mapping, string source, int count, TimeSpan oldest, bool isFenced, SourceSpan? span) => new()
    {
        Descriptor = LongOpenDescriptor,
        Message = $"{Counts.Of(count, "transaction has", "transactions have")} been open for over a minute on `{source}`{(oldest > TimeSpan.Zero ? $", the oldest for {Age(oldest)}" : "")}",
        Detail = isFenced
            ? "the fence ends their sessions, and what they have not committed is lost"
            : "the run may wait for their locks, and what they have not committed is not copied",
        Help = "let them end, or end them, before `apply`: SELECT pid, usename, application_name, xact_start FROM pg_stat_activity ORDER BY xact_start",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic Prepared(string mapping, string source, int count, SourceSpan? span) => new()
    {
        Descriptor = PreparedDescriptor,
        Message = $"{Counts.Of(count, "prepared transaction waits", "prepared transactions wait")} on `{source}`",
        Detail = "what they wrote is not copied, and the run may wait for their locks",
        Help = "COMMIT PREPARED or ROLLBACK PREPARED each of pg_prepared_xacts before `apply`",
        Subject = mapping,
        Span = span,
    };

    private static string Age(TimeSpan age) => age.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h {age.Minutes:00} min")
        : $"{age.Minutes} min";
}
