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
        "The program that reads the schema ended with an error. What it said is in the message. Missing privileges on the source are the usual cause: the login must be able to lock and read every table. `invalid byte sequence` comes from a database with encoding `SQL_ASCII` whose names or texts are not UTF-8: correct them on the source.");

    private static readonly DiagnosticDescriptor TocMismatchDescriptor = new(
        "MP6203", Severity.Error, "the schema dump could not be cut into its entries",
        "`pg_restore` prints the schema as one script. It is cut into entries, and the cut is checked against the archive's own list. They disagree, so nothing was run. This is a bug of ours, or a version of the programs that we do not know.");

    private static readonly DiagnosticDescriptor EntryFailedDescriptor = new(
        "MP6205", Severity.Error, "the target refused an object of the schema",
        "The statement that creates the object failed on the target; the transaction it was in was rolled back, so nothing of it is there. The five-character code is PostgreSQL's SQLSTATE. Correct the cause and run the same command again: it goes on with this object.");

    private static readonly DiagnosticDescriptor ForeignLedgerDescriptor = new(
        "MP6206", Severity.Error, "the target database is being filled by another plan",
        "The schema `migplan_ledger` in the target database belongs to an unfinished run of another plan. Two plans must never fill one database. Finish or roll back the other plan first.");

    private static readonly DiagnosticDescriptor CrossingKeyDescriptor = new(
        "MP6207", Severity.Error, "a foreign key leads out of what is carried over",
        "A picked table refers to a table that is not picked, or whose rows, or some of whose partitions' rows, stay behind. The key could not hold on the target. Pick the other table too, or write `crossBoundaryForeignKeys: drop`.");

    private static readonly DiagnosticDescriptor LeftBehindDescriptor = new(
        "MP6208", Severity.Warning, "picked objects stay behind",
        "Views, functions and other objects that need a table which is not picked can't exist on the target. They are not carried over. Pick those tables too, or leave the objects out by `exclude`.");

    private static readonly DiagnosticDescriptor DroppedKeysDescriptor = new(
        "MP6209", Severity.Note, "foreign keys that lead out of the pick are dropped",
        "The mapping says `crossBoundaryForeignKeys: drop`: keys to tables that are not picked, or whose rows or some of whose partitions' rows stay behind, are not carried over.");

    private static readonly DiagnosticDescriptor NotCarriedDescriptor = new(
        "MP6210", Severity.Note, "objects that belong to one server are not carried over",
        "Publications have subscribers that know the source (`publications: copy` creates them on the target, those of all tables or of whole schemas only where its login is a superuser), and two subscribers to one slot would lose changes: create subscriptions anew after the move, or switched off by `subscriptions: copy`. Indexes that a failed `CREATE INDEX CONCURRENTLY` left invalid are not carried over either. A target below 17 can't be told the expression that a child table's generated column has instead of its parent's. Where the target's login is no superuser, privileges on system objects stay behind too, and, where the schema public belongs to another superuser, or one that was made with extensions beforehand to a role that the login can't act for, its owner, privileges and comment.");

    private static readonly DiagnosticDescriptor TablespaceMissingDescriptor = new(
        "MP6211", Severity.Warning, "a tablespace is missing on the target",
        "Tables or indexes, or the database itself, are in a tablespace that the target server does not have, or in which neither the run's login nor an owner that it acts for may create. Tables and indexes are created in the database's own tablespace, the database in the server's default one. On RDS all tablespaces are on one volume. Create the tablespace on the target beforehand, or grant CREATE on it to the login, if it matters. `plan` foretells it.");

    private static readonly DiagnosticDescriptor MembershipDescriptor = new(
        "MP6212", Severity.Error, "the target login may not act for an owner",
        "To give an object to its owner, a login that is no superuser must be a member of the owner's role. It grants itself this membership for the run where it may. Here it may not. Grant the role to the login on the target, or map the owner to another role by `roles.map`.");

    private static readonly DiagnosticDescriptor LabelsLeftDescriptor = new(
        "MP6213", Severity.Warning, "security labels stay behind",
        "A security label means something only to the library that provides it, and PostgreSQL refuses labels of a provider that is not loaded. Everything else is carried over, and `verify` does not compare these labels. Where they are wanted, load the provider's library on the target (`shared_preload_libraries`, or `session_preload_libraries` for the login of the run) before the run, or set the labels afterwards.");

    private static readonly DiagnosticDescriptor MultirangeLeftDescriptor = new(
        "MP6260", Severity.Note, "a multirange type does not get its owner or privileges",
        """
        A range type brings a multirange type. Below 17 it does not follow when the range type is given to somebody else, so that it often belongs to whoever made the range type
        long ago. Where the target login may not act for that role, or the role is not there, the multirange type stays as pg_restore leaves it: with the login.
        """);

    private static readonly DiagnosticDescriptor SubscriptionsOffDescriptor = new(
        "MP6214", Severity.Note, "subscriptions are created switched off",
        """
        The mapping says `subscriptions: copy`. Nothing connects to a publisher: each subscription is disabled, has no slot, and its
        connection string has no password. The target takes over from the source like this, where `slot` is the source's:
        on the source `ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE);`, and only then on the target
        `ALTER SUBSCRIPTION s CONNECTION '… password=…'; ALTER SUBSCRIPTION s SET (slot_name = 'slot'); ALTER SUBSCRIPTION s ENABLE;`
        `ALTER SUBSCRIPTION s REFRESH PUBLICATION WITH (copy_data = false);`. What the source received after the copy's snapshot is
        not on the target, and the slot does not send it again: disable the source's subscription before the copy.
        """);

    private static readonly DiagnosticDescriptor CheckBrokenDescriptor = new(
        "MP6215", Severity.Warning, "rows that were copied break a check, which stays NOT VALID",
        """
        A check that a table has from its parent was not valid at the moment of the copy, and the source was rid of the rows that break it since, and validated it there. The target has these rows, as the source had them, so that the
        check holds for new rows only, and `verify` tells the difference.
        """);

    public static Diagnostic CheckBroken(string subject, string table, string check) => new()
    {
        Descriptor = CheckBrokenDescriptor,
        Message = $"the check {check} of {table} stays NOT VALID in {subject}: the source was rid of the rows that break it after the copy's snapshot",
        Subject = subject,
        Help = $"delete or change them on the target too, then: ALTER TABLE {table} VALIDATE CONSTRAINT {check}",
    };

    public static Diagnostic CrossingKey(string subject, string key) => new()
    {
        Descriptor = CrossingKeyDescriptor,
        Message = $"the foreign key {key} leads out of what {subject} takes",
        Subject = subject,
        Help = "pick the other table too, or write `crossBoundaryForeignKeys: drop`",
    };

    public static Diagnostic LeftBehind(string subject, string objects) => new()
    {
        Descriptor = LeftBehindDescriptor,
        Message = $"they need tables that are not picked, and stay behind: {objects}",
        Subject = subject,
    };

    public static Diagnostic DroppedKeys(string subject, string keys) => new()
    {
        Descriptor = DroppedKeysDescriptor,
        Message = $"dropped, because they lead out of the pick: {keys}",
        Subject = subject,
    };

    public static Diagnostic NotCarried(string subject, string objects) => new()
    {
        Descriptor = NotCarriedDescriptor,
        Message = $"not carried over: {objects}",
        Subject = subject,
    };

    /// <param name="names">Each with its slot on the source's publisher.</param>
    public static Diagnostic SubscriptionsOff(string subject, string names) => new()
    {
        Descriptor = SubscriptionsOffDescriptor,
        Message = $"created on {subject} disabled, without slot and password: {names}",
        Subject = subject,
        Help = "once the source's is disabled and has `slot_name = NONE`: ALTER SUBSCRIPTION … CONNECTION, SET (slot_name = …), ENABLE, REFRESH PUBLICATION WITH (copy_data = false)",
    };

    /// <param name="what">What was not done, in words.</param>
    /// <param name="reason">The server's.</param>
    public static Diagnostic MultirangeLeft(string subject, string what, string reason) => new()
    {
        Descriptor = MultirangeLeftDescriptor,
        Message = $"multirange type {what}: {reason}",
        Subject = subject,
    };

    /// <param name="objects">What is labelled.</param>
    public static Diagnostic LabelsLeft(string subject, string provider, string objects) => new()
    {
        Descriptor = LabelsLeftDescriptor,
        Message = $"{subject} has no provider `{provider}` of security labels loaded; those of {objects} stay behind",
        Subject = subject,
    };

    public static Diagnostic TablespaceMissing(string subject, string tablespace) => new()
    {
        Descriptor = TablespaceMissingDescriptor,
        Message = $"{subject} has no tablespace `{tablespace}` in which the run may create; what is in it on the source goes into the database's own",
        Subject = subject,
    };

    public static Diagnostic DatabaseTablespaceMissing(string subject, string tablespace) => new()
    {
        Descriptor = TablespaceMissingDescriptor,
        Message = $"{subject} is created in the default tablespace: its server has no `{tablespace}` in which the run's login may create",
        Subject = subject,
    };

    /// <param name="isCircle">The role is a member of the login.</param>
    /// <param name="hasOptions">The server is one on which memberships have options.</param>
    public static Diagnostic MembershipRefused(string subject, string login, string role, string reason, bool isCircle, bool hasOptions) => new()
    {
        Descriptor = MembershipDescriptor,
        Message = $"`{login}` can't become a member of `{role}` on {subject}: {reason}",
        Subject = subject,
        Help = isCircle
            ? $"take the role out of the login for the time of the run, as an administrator of the target: REVOKE \"{login}\" FROM \"{role}\"; or log in there as another role"
            : $"run as an administrator of the target: GRANT \"{role}\" TO \"{login}\"{(hasOptions ? " WITH INHERIT TRUE, SET TRUE" : "")}",
    };

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

    /// <param name="help">A way out, where it is known.</param>
    public static Diagnostic ToolFailed(string subject, string program, int exitCode, string error, string? help) => new()
    {
        Descriptor = ToolFailedDescriptor,
        Message = $"{program} ended with exit code {exitCode} on {subject}: {error}",
        Subject = subject,
        Help = help,
    };

    public static Diagnostic TocMismatch(string subject, string reason) => new()
    {
        Descriptor = TocMismatchDescriptor,
        Message = $"the schema of {subject} could not be cut into its entries: {reason}",
        Subject = subject,
        Help = "please report it, with the versions of pg_dump and of the server",
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
