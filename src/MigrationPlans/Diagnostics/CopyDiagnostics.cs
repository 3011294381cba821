namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: what the copy of rows meets.</summary>
public static class CopyDiagnostics
{
    private static readonly DiagnosticDescriptor TargetTableMissingDescriptor = new(
        "MP6101", Severity.Error, "a table to copy is missing on the target",
        "The table is picked by the mapping and holds rows on the source, but the target has no table of that name. Something dropped or renamed it after the schema was restored.");

    private static readonly DiagnosticDescriptor TargetColumnMissingDescriptor = new(
        "MP6102", Severity.Error, "a column to copy is missing on the target",
        "The target's table lacks a column of the source's, or computes it itself (a generated column). Copying on would lose its values.");

    private static readonly DiagnosticDescriptor TableRewrittenDescriptor = new(
        "MP6103", Severity.Error, "a table was rewritten, exchanged or dropped before the copy had read it",
        """
        After the moment that is copied (the snapshot), a TRUNCATE, a rewriting ALTER TABLE, CLUSTER or VACUUM FULL gave the table a new file, it was
        dropped, or another table took its name. Such a table can look empty to an older snapshot, so nothing that was read of it counts. The copy
        keeps such jobs away once it holds the table, unless somebody ends the session that does. The step is tried again with a new snapshot.
        """);

    private static readonly DiagnosticDescriptor LargeObjectsStayDescriptor = new(
        "MP6104", Severity.Warning, "large objects stay behind when only a part of a database is picked",
        "Large objects belong to no schema, so `include` and `exclude` can't say which of them are wanted. Map the whole database to carry them along.");

    private static readonly DiagnosticDescriptor SessionsRemainDescriptor = new(
        "MP6105", Severity.Error, "sessions of a killed run are still at work on the target",
        "A run that was killed left sessions on the target, which were told to end and have not yet. What they are at could still be committed, and then be done twice. The step is tried again by itself.");

    private static readonly DiagnosticDescriptor TableAwaitedDescriptor = new(
        "MP6106", Severity.Error, "somebody waits to change a table that is being copied",
        """
        A TRUNCATE, ALTER TABLE, CLUSTER or the like on the source waits until the copy is done with the table, and the copy's other readers would
        wait behind it: both for ever. So the copy gives way. It lets go of all tables, and the step is tried again with a new snapshot; what has
        arrived and still agrees is not copied again.
        """);

    private static readonly DiagnosticDescriptor TriggersThereDescriptor = new(
        "MP6107", Severity.Error, "a table would have to be copied again, and has its triggers already",
        """
        An earlier attempt got as far as triggers and foreign keys, and the source's rows have changed since. With triggers in place, rows
        would not arrive as they are, and a table that others refer to can't be emptied. So the copy has to begin anew, in an empty database.
        """);

    public static Diagnostic TriggersThere(string database, string table) => new()
    {
        Descriptor = TriggersThereDescriptor,
        Message = $"{table} in {database} would have to be copied again, and has triggers or foreign keys already",
        Subject = database,
        Help = "roll back, drop the database if it is still there, and run the same command again",
    };

    private static readonly DiagnosticDescriptor AttributesReorderedDescriptor = new(
        "MP6108", Severity.Error, "values would have their parts exchanged",
        """
        A table that was attached to its parent later (`ALTER TABLE … INHERIT`) has its inherited columns first when it is created anew. Where a column
        is of its row type, be it within an array, a domain or another type, its values are sent by position and not by name, so that each part
        would arrive as another one. No row was copied by this try. `plan` says so before (MP4096), except of a table whose order changes only
        because its parent's does, and where the inheritance came after the plan.
        """);

    public static Diagnostic AttributesReordered(string database, string table, string column, string type) => new()
    {
        Descriptor = AttributesReorderedDescriptor,
        Message = $"column \"{column}\" of {table} holds values of {type}, whose columns come in another order in {database}",
        Subject = database,
        Help = CompletenessDiagnostics.ReorderedValuesHelp,
    };

    private static readonly DiagnosticDescriptor RowsBelongElsewhereDescriptor = new(
        "MP6109", Severity.Error, "rows belong into another partition on the target, and the table has a foreign one",
        """
        Where a row's partition follows from the hash of an enum or of an expression, or from how a library sorts text, it may be another one on the
        target. Such tables are filled through their root, and the server finds each row's place. Not where a partition is a foreign table:
        rows could end on a third server. These are filled partition by partition, and here is a row that does not belong into the one that it
        came from. Nothing was written to the foreign server. With a partition of the target's own in the place of the foreign one, the table is
        filled through its root.
        """);

    private static readonly DiagnosticDescriptor MarkMissingDescriptor = new(
        "MP6110", Severity.Error, "the target database is not the one that this plan marked as its own",
        """
        When a run begins to fill a database, it marks it with the schema `migplan_ledger`, which stays until the database is verified. This one does
        not bear the mark: a run of the plan with another state (another `--state`, or another copy of the directory) has gone on with the database and finished it, somebody dropped the database and made another one in
        its place, or dropped the schema. What is in it is not this run's, so nothing of it is changed, and `rollback` leaves it alone and names it.
        """);

    private static readonly DiagnosticDescriptor TakenOverDescriptor = new(
        "MP6114", Severity.Warning, "a target database was taken over from a run of the plan with another state",
        """
        The mark in the database (the schema `migplan_ledger`) names the state of a run that began to fill it, and this run has another one: that state was lost, or somebody else applies the manifest from another copy.
        What is there is gone on with, and the mark names this run's state from here on. The other state is out of date: its `apply` is refused (MP6115), and its `rollback` leaves the database alone.
        """);

    private static readonly DiagnosticDescriptor TakenByOtherDescriptor = new(
        "MP6115", Severity.Error, "a run with another state has taken the target database over",
        """
        This state's run began to fill the database. Since then, a run of the same plan with another state (another `--state`, or another copy of the directory) has gone on with it (MP6114). Two that take turns would undo each
        other's work, so nothing was changed. Use the other run's state from now on.
        """);

    public static Diagnostic TakenOver(string database) => new()
    {
        Descriptor = TakenOverDescriptor,
        Message = $"{database} was begun by a run of this plan with another state, and is this run's from now on",
        Subject = database,
        Help = "remove the other state directory; it is out of date",
    };

    public static Diagnostic TakenByOther(string database) => new()
    {
        Descriptor = TakenByOtherDescriptor,
        Message = $"a run with another state has taken over {database}",
        Subject = database,
        Help = "use that run's state (`--state`), and remove this one, which is out of date; its `rollback` leaves the database alone",
    };

    public static Diagnostic MarkMissing(string database) => new()
    {
        Descriptor = MarkMissingDescriptor,
        Message = $"{database} is not the database that this plan began to fill: the mark in it is missing",
        Subject = database,
        Help = "if a run with another state has finished it, use that state and remove this one; if what is in it may go, drop it yourself; then roll back, which leaves this database alone, and run the same command again",
    };

    private static readonly DiagnosticDescriptor UnloggedEmptiedDescriptor = new(
        "MP6111", Severity.Warning, "unlogged tables were filled again, which a crash of the target had emptied",
        """
        When a server crashes or fails over, it empties its unlogged tables. Here that happened after their rows had been copied. They were filled again, with what the source had then: where it is not fenced, that may be newer than the
        rows of other tables. What does not fit these (a row refers to another one that came later) is refused (MP6131). A crash after the run has ended empties them for good.
        """);

    private static readonly DiagnosticDescriptor UnloggedLostDescriptor = new(
        "MP6131", Severity.Error, "unlogged tables that a crash of the target had emptied can't be filled again",
        """
        When a server crashes or fails over, it empties its unlogged tables. Here that happened after their rows had been copied. What the source has now does not go in: where it is not fenced, a row may refer to another one that came
        later and stays behind; foreign keys that are NOT VALID, or go in circles, may hold rows off that were there before them. Where rows go in through a partitioned table, some of whose parts are unlogged and others not, and where they
        came from an archive, it is not tried. Nothing was changed. Fill the tables yourself, and the same command goes on: it takes each for filled as soon as it has a row. Or roll back and apply again.
        """);

    private static readonly DiagnosticDescriptor TargetClaimedDescriptor = new(
        "MP6112", Severity.Error, "another run fills the target database",
        """
        A run of the same plan with another state (another `--state`, or another copy of the directory) is filling this database. Two that do so at once
        would undo each other's work. The step is tried again by itself a few times. Where that run was killed and its state is lost, its session on the
        target may still be at work: it goes when its statement ends, or when you end it.
        """);

    private static readonly DiagnosticDescriptor RowTooLongDescriptor = new(
        "MP6280", Severity.Error, "a row is too long to be sent",
        """
        A server sends a row as one message, and no message is longer than 1 GB. A row whose values are longer than that together can't be copied (nor
        dumped by pg_dump); one value that comes close to it may be too long by itself where its type is sent as text. Leave the table's rows behind, and
        carry them over yourself, the long values one by one.
        """);

    public static Diagnostic RowTooLong(string database, string table, string message, string? detail) => new()
    {
        Descriptor = RowTooLongDescriptor,
        Message = $"a row of {table} in {database} is too long to be sent: {message}",
        Subject = database,
        Detail = detail,
        Help = $"roll back, add `exclude: {{ tableData: [{table}] }}` to the mapping, apply again, and carry that table's rows over yourself; or shorten the row on the source",
    };

    public static Diagnostic UnloggedEmptied(string database, string table, int count) => new()
    {
        Descriptor = UnloggedEmptiedDescriptor,
        Message = $"{database} had lost the rows of {Counts.Of(count, "unlogged table")}, {table} among them, as the server crashed after they were copied: filled again from what the source has now",
        Subject = database,
    };

    /// <param name="reason">Why they can't be filled again.</param>
    public static Diagnostic UnloggedLost(string database, string table, int count, string reason, string? detail) => new()
    {
        Descriptor = UnloggedLostDescriptor,
        Message = $"{database} has lost the rows of {Counts.Of(count, "unlogged table")}, {table} among them, as the server crashed after they were copied, and they can't be filled again: {reason}",
        Subject = database,
        Detail = detail,
        Help = "fill them yourself and run the same command again, or roll back and apply again",
    };

    public static Diagnostic TargetClaimed(string database, int pid) => new()
    {
        Descriptor = TargetClaimedDescriptor,
        Message = $"a run with another state is filling {database} (session {pid})",
        Subject = database,
        Help = "let it end, and use its state directory (`--state`) from then on; end the session (pg_terminate_backend) only where that run is dead",
    };

    public static Diagnostic RowsBelongElsewhere(string database, string table) => new()
    {
        Descriptor = RowsBelongElsewhereDescriptor,
        Message = $"rows of {table} belong into another partition in {database}, maybe a foreign one",
        Subject = database,
        Help = "put a partition of its own in the place of the foreign one on the target, and run the same command again",
    };

    public static Diagnostic SessionsRemain(string database, int count) => new()
    {
        Descriptor = SessionsRemainDescriptor,
        Message = $"{Counts.Of(count, "session")} of a killed run {Counts.Word(count, "is", "are")} still open on {database}",
        Subject = database,
        Help = "end them (pg_terminate_backend), or wait",
    };

    public static Diagnostic TableAwaited(string tables) => new()
    {
        Descriptor = TableAwaitedDescriptor,
        Message = $"another session waits for an exclusive lock on {tables}",
        Subject = tables,
        Help = "keep such jobs away while the database is copied, or set `fence: read-only`",
    };

    public static Diagnostic TargetTableMissing(string database, string table) => new()
    {
        Descriptor = TargetTableMissingDescriptor,
        Message = $"{database} has no table {table}",
        Subject = database,
        Help = "put it back, or take this target back with `migplan rollback MANIFEST --target ENDPOINT/DATABASE` and apply again",
    };

    public static Diagnostic TargetColumnMissing(string database, string table, string column) => new()
    {
        Descriptor = TargetColumnMissingDescriptor,
        Message = $"{table} in {database} has no column \"{column}\" that can be written",
        Subject = database,
        Help = "make the tables alike, or take this target back with `migplan rollback MANIFEST --target ENDPOINT/DATABASE` and apply again",
    };

    public static Diagnostic TableRewritten(string database, string table) => new()
    {
        Descriptor = TableRewrittenDescriptor,
        Message = $"{table} in {database} was truncated, rewritten, exchanged or dropped after the snapshot was taken",
        Subject = database,
        Help = "keep such jobs away while the database is copied, or set `fence: read-only`",
    };

    public static Diagnostic LargeObjectsStay(string database, long count) => new()
    {
        Descriptor = LargeObjectsStayDescriptor,
        Message = $"{count} large objects of {database} are not copied: the mapping picks a part of the database",
        Subject = database,
    };
}
