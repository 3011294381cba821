namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: what users did with extensions, and what a run can't repeat.</summary>
public static class ExtensionDiagnostics
{
    private static readonly DiagnosticDescriptor ChangesLeftDescriptor = new(
        "MP6250", Severity.Warning, "what somebody changed of an extension stays behind",
        """
        CREATE EXTENSION makes an extension's objects as its author wrote them. pg_dump does not say what was changed of them afterwards (`ALTER FUNCTION … IMMUTABLE`,
        `ALTER TEXT SEARCH DICTIONARY`), nor which indexes, triggers, columns or policies somebody put on its tables. Repeat the change on the target where it is still wanted.
        """);

    private static readonly DiagnosticDescriptor NotImmutableDescriptor = new(
        "MP6251", Severity.Error, "an index or a generated column calls a function that is not immutable",
        """
        Only immutable functions may be called there. On the source, somebody declared one of an extension immutable (`ALTER FUNCTION unaccent(text) IMMUTABLE`), or a function was
        replaced by one that is not, after the index was made; CREATE EXTENSION makes it as its author declared it. Declare it so on the target as well, and run the same command again: it goes on.
        Where PostgreSQL's own function is not immutable any more in the target's version (MP4175), take the run back (`migplan rollback`), and on the source let a function of your own that is declared immutable do what it does.
        """);

    private static readonly DiagnosticDescriptor TableChangedDescriptor = new(
        "MP6252", Severity.Error, "an extension's table is another one in the target's version",
        """
        Rows of an extension's configuration tables are carried over, and the target's version of the extension does without a table, or a column, that has such rows on the source (pg_partman 5 did so).
        Bring the extension on the source to the target's version (`ALTER EXTENSION … UPDATE`), whose scripts know how the rows change; or take the run back (`migplan rollback`), leave the rows behind under `exclude: { tableData: … }`, and
        configure the extension anew on the target.
        """);

    private static readonly DiagnosticDescriptor IndexMemoryDescriptor = new(
        "MP6253", Severity.Error, "an index takes more memory than it is given",
        """
        Some indexes of extensions are built in memory or not at all (IVFFlat of pgvector). A worker gives them its share, or the target's own `maintenance_work_mem` where that is more. Raise it for the login of the run, and
        run the same command again, which goes on. That helps those too that are merely slow in less (HNSW). Where the server speaks of another limit than memory (how many dimensions), it is the extension's own.

        ```sql
        ALTER ROLE migrator SET maintenance_work_mem = '2GB';
        ```
        """);

    private static readonly DiagnosticDescriptor TableDeniedDescriptor = new(
        "MP6254", Severity.Error, "rows of an extension's table can't be brought by this login",
        """
        Somebody added rows to a table that an extension brings (coordinate systems of one's own, in `spatial_ref_sys` of PostGIS; jobs of pg_cron). The message says which server refused: on the source the login of the run may not
        read them; or on the target, where a superuser owns the extension's tables, as on RDS, it may not write them. Let somebody who may give it the right, and run the same command again. Where a table's row security is what
        refuses (`cron.job` shows and takes only a login's own jobs), only a login that owns the table or has BYPASSRLS will do. Or leave the rows behind under `exclude: { tableData: … }` and bring them otherwise (`cron.schedule`).
        """);

    private static readonly DiagnosticDescriptor JobsAsleepDescriptor = new(
        "MP6255", Severity.Note, "jobs of pg_cron are left asleep",
        """
        Jobs of pg_cron arrive inactive, so that none runs on half of the data, and the run's last step makes those active that are so on the source at that moment. The others stay
        inactive: somebody put them to sleep on the source, maybe for the time of the move, or the login may not change the table.

        ```sql
        UPDATE cron.job SET active = true WHERE …;
        ```
        """);

    /// <param name="why">For people.</param>
    public static Diagnostic JobsAsleep(string subject, long count, string why) => new()
    {
        Descriptor = JobsAsleepDescriptor,
        Message = $"{(count == 1 ? "1 job" : $"{count} jobs")} of pg_cron of {subject} {(count == 1 ? "is" : "are")} left inactive: {why}",
        Help = "UPDATE cron.job SET active = true WHERE … on the target, for those that are to run",
        Subject = subject,
    };

    /// <param name="target">The target database, which refused.</param>
    /// <param name="privileges">That it takes to write the rows.</param>
    public static Diagnostic TableDenied(string target, string extension, string table, string privileges, string message) => new()
    {
        Descriptor = TableDeniedDescriptor,
        Message = $"rows that were added to {table} of extension `{extension}` can't be brought to target {target}: {message}",
        Help = $"on the target, as its owner: GRANT {privileges} ON {table} TO the login of the run (BYPASSRLS, where row security is what refuses); or `exclude: {{ tableData: [{table}] }}`",
        Subject = target,
    };

    /// <param name="source">The source database, which refused.</param>
    public static Diagnostic TableUnreadable(string source, string extension, string table, string message) => new()
    {
        Descriptor = TableDeniedDescriptor,
        Message = $"rows that were added to {table} of extension `{extension}` can't be read on source {source}: {message}",
        Help = $"on the source, as its owner: GRANT SELECT ON {table} TO the login of the run (BYPASSRLS, where row security is what refuses); or `exclude: {{ tableData: [{table}] }}`",
        Subject = source,
    };

    /// <param name="index">For people.</param>
    /// <param name="message">The server's, which says how much.</param>
    public static Diagnostic IndexMemory(string subject, string index, string message) => new()
    {
        Descriptor = IndexMemoryDescriptor,
        Message = $"{subject}: {index} can't be built: {message}",
        Help = "on the target, `ALTER ROLE … SET maintenance_work_mem = …` for the login of the run; then the same command goes on",
        Subject = subject,
    };

    /// <param name="lacking">What the target lacks, for people.</param>
    public static Diagnostic TableChanged(string subject, string extension, string table, string lacking) => new()
    {
        Descriptor = TableChangedDescriptor,
        Message = $"extension `{extension}` of {subject} does without {lacking}: {table} has rows on the source",
        Help = $"ALTER EXTENSION {extension} UPDATE on the source, or `exclude: {{ tableData: [{table}] }}`",
        Subject = subject,
    };

    /// <param name="first">One of them, for people.</param>
    public static Diagnostic ChangesLeft(string subject, string first, int count) => new()
    {
        Descriptor = ChangesLeftDescriptor,
        Message = $"{(count == 1 ? "1 change" : $"{count} changes")} of extensions of {subject} {(count == 1 ? "is" : "are")} not on the target: {first}",
        Help = "`migplan verify` lists them as left out; repeat those that are wanted",
        Subject = subject,
    };

    /// <param name="place">The index or table, for people.</param>
    public static Diagnostic NotImmutable(string subject, string place, string message) => new()
    {
        Descriptor = NotImmutableDescriptor,
        Message = $"{subject}: {place} can't be created: {message}",
        Help = "ALTER FUNCTION … IMMUTABLE on the target, as it is on the source; then the same command goes on. If it is PostgreSQL's own function, see `migplan explain MP4175`",
        Subject = subject,
    };
}
