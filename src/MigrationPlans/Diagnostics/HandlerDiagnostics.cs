namespace MigrationPlans.Diagnostics;

/// <summary>Stage 6: what stands around the copy: checks before it, roles, fence, database, settings.</summary>
public static class HandlerDiagnostics
{
    private static readonly DiagnosticDescriptor RightMissingDescriptor = new(
        "MP6300", Severity.Error, "the login lacks a right that the run needs",
        "Checked before anything is changed. On RDS the master user has these rights; elsewhere a superuser can grant them.");

    private static readonly DiagnosticDescriptor TablesUnreadableDescriptor = new(
        "MP6301", Severity.Error, "the login can't read every table, sequence or materialized view",
        "A table (or a sequence, or a materialized view, which is compared) that can't be read, or whose rows row-level security filters, can't be carried over whole; one that can't be read can't be locked by pg_dump either, which locks all tables of the database, copied or not. `pg_read_all_data` (from 14 on) gives the first; BYPASSRLS, ownership without FORCE, or membership in the owner the second.");

    private static readonly DiagnosticDescriptor TargetNotEmptyDescriptor = new(
        "MP6302", Severity.Error, "the target database holds something already",
        "A target database may be absent or empty, or hold an unfinished run of this same plan. `onExisting: replace` drops it first, with all that is in it.");

    private static readonly DiagnosticDescriptor OtherPlanDescriptor = new(
        "MP6303", Severity.Error, "the target database belongs to another unfinished plan",
        "The ledger in the target database names another plan. Two plans may not fill one database.");

    private static readonly DiagnosticDescriptor ToolMissingDescriptor = new(
        "MP6304", Severity.Error, "no pg_dump that is new enough",
        "pg_dump refuses servers that are newer than itself. Install the PostgreSQL client programs of the source's major version or newer; they are looked for in the places where packages put them and on PATH.");

    private static readonly DiagnosticDescriptor NoRoomDescriptor = new(
        "MP6305", Severity.Error, "too few free connections",
        "The server has fewer free connection slots than this mapping needs.");

    private static readonly DiagnosticDescriptor LocaleMissingDescriptor = new(
        "MP6306", Severity.Error, "the target server does not know the source's locale",
        "A database can only be created with a locale that the target's operating system (libc), ICU or server version has. Another locale changes sort order, so this is a decision to take: create an empty target database with the locale of your choice, and run again.");

    private static readonly DiagnosticDescriptor FenceDeniedDescriptor = new(
        "MP6307", Severity.Error, "the source can't be fenced with this login",
        "Fencing sets `default_transaction_read_only` on the source database, which takes its owner or a superuser, and ends other sessions, which takes `pg_signal_backend` (a superuser's sessions only a superuser can end).");

    private static readonly DiagnosticDescriptor FenceLeakDescriptor = new(
        "MP6308", Severity.Warning, "some roles can write in spite of the fence",
        "The fence makes transactions read-only by default. A setting of a role outranks it, and a session may set it off for itself.");

    private static readonly DiagnosticDescriptor SubscriptionEnabledDescriptor = new(
        "MP6113", Severity.Error, "a subscription of the source is enabled, which no fence stops",
        "The workers of a subscription write what its publisher sends, whatever the fence says. `plan` says so before (MP4180); this one was enabled since, or nobody looked. The step changed nothing. Disable the subscription, and run the same command again.");

    private static readonly DiagnosticDescriptor FenceLapsedDescriptor = new(
        "MP6318", Severity.Error, "the fence was lifted after the rows had been copied",
        """
        An earlier run fenced the source and copied its rows. Somebody took the fence away since, so what was written in between would stay
        behind unseen. The copy has to begin anew.
        """);

    private static readonly DiagnosticDescriptor SessionsRemainDescriptor = new(
        "MP6309", Severity.Error, "sessions on the source did not end",
        "Sessions that began before the fence may still write, and workers of subscriptions that were disabled may be at their last transaction. They were told to end and did not within the time.");

    private static readonly DiagnosticDescriptor PasswordsLeftDescriptor = new(
        "MP6310", Severity.Note, "passwords of roles are not carried over",
        "Password hashes are unreadable on RDS, and a copied secret is one more secret to guard. Roles are created without a password.");

    private static readonly DiagnosticDescriptor AttributeLeftDescriptor = new(
        "MP6311", Severity.Note, "something was left out that this login may not set",
        "Only a superuser (or, from 16 on, a role that has the attribute itself) can set it. On RDS nobody can set SUPERUSER.");

    private static readonly DiagnosticDescriptor ExistingDiffersDescriptor = new(
        "MP6312", Severity.Warning, "the existing target database differs from the source",
        "The target database was there, empty, and is used as it is. Another encoding or locale can change what fits and how text sorts.");

    private static readonly DiagnosticDescriptor NotAnalyzedDescriptor = new(
        "MP6313", Severity.Note, "some tables were not analyzed",
        "ANALYZE skips tables that the login does not own. Autovacuum will analyze them in time.");

    private static readonly DiagnosticDescriptor ConnectKeptDescriptor = new(
        "MP6314", Severity.Note, "the login keeps CONNECT on the target database",
        "On the source not everybody may connect. The login of this run needs to, until the database is verified.");

    private static readonly DiagnosticDescriptor PreparedTransactionsDescriptor = new(
        "MP6315", Severity.Warning, "prepared transactions are open on the source",
        "A prepared transaction can still commit after the fence, and its changes may be missed.");

    private static readonly DiagnosticDescriptor LocksScarceDescriptor = new(
        "MP6317", Severity.Warning, "the source may run out of locks",
        "pg_dump locks every table at once; the server has room for about max_locks_per_transaction × (max_connections + max_prepared_transactions) locks in all.");

    private static readonly DiagnosticDescriptor LocksMissingDescriptor = new(
        "MP6291", Severity.Error, "the source has no room for the locks of a dump",
        """
        pg_dump locks every table of a database at once, whatever of it is picked, and the server's room for locks is for all its sessions together:
        max_locks_per_transaction × (max_connections + max_prepared_transactions), and somewhat more. Where the database has more relations than that, a run tries beforehand
        whether its tables can be locked, for an instant and in a mode that keeps no reader or writer away; here the server had no room, and several tries later still none. Raise `max_locks_per_transaction`, which takes a restart
        (on RDS: in the instance's parameter group), or run when other sessions hold fewer locks.
        """);

    private static readonly DiagnosticDescriptor SourceWouldGoDescriptor = new(
        "MP6319", Severity.Error, "the database to be replaced is a source",
        """
        `onExisting: replace` drops the target database. Before it does, both servers are asked once more who they are, because a
        name or a tunnel may lead elsewhere since the plan was made. They are the same server, so nothing was dropped.
        """);

    private static readonly DiagnosticDescriptor MembersLeftDescriptor = new(
        "MP6241", Severity.Warning, "what somebody added to an extension stays behind",
        """
        `ALTER EXTENSION … ADD` makes an object a member of an extension. pg_dump carries no members over, because CREATE EXTENSION brings them; those that
        were added it does not bring, and rows of added tables are lost with them. Take them out of the extension on the source
        (`ALTER EXTENSION … DROP`) and copy again, or carry them over yourself.
        """);

    public static Diagnostic RightMissing(string subject, string login, string right, string help) =>
        Make(RightMissingDescriptor, subject, $"`{login}` lacks {right} on {subject}", help);

    /// <summary>For servers below 16.</summary>
    public static Diagnostic InheritMissing(string subject, string login, string owner) =>
        RightMissing(subject, login, $"INHERIT (to have the rights of {owner} as its member)", $"as a superuser: ALTER ROLE {login} INHERIT");

    public static Diagnostic TablesUnreadable(string subject, string login, int count, string examples) =>
        Make(
            TablesUnreadableDescriptor,
            subject,
            $"`{login}` can't read {Counts.Of(count, "relation")} of {subject} whole: {examples}",
            $"GRANT pg_read_all_data TO {login} and, for row-level security, ALTER ROLE {login} BYPASSRLS; or use the owner of these tables, sequences and materialized views");

    public static Diagnostic TablesNotLockable(string subject, string login, int count, string examples) =>
        Make(
            TablesUnreadableDescriptor,
            subject,
            $"`{login}` can't read {Counts.Of(count, "table")} of {subject} that {Counts.Word(count, "is", "are")} not copied, but that pg_dump must lock: {examples}",
            $"GRANT pg_read_all_data TO {login}, or grant SELECT and the schema's USAGE; or use the tables' owner");

    public static Diagnostic TargetNotEmpty(string subject) =>
        Make(
            TargetNotEmptyDescriptor,
            subject,
            $"the target database {subject} is not empty",
            "choose another name, drop it yourself, or write `onExisting: replace` in the mapping");

    public static Diagnostic OtherPlan(string subject, string plan) =>
        Make(
            OtherPlanDescriptor,
            subject,
            $"the target database {subject} is being filled by the plan `{plan}`",
            $"finish or roll back `{plan}` first, or choose another target database");

    public static Diagnostic ToolMissing(string subject, int needed, string found) =>
        Make(
            ToolMissingDescriptor,
            subject,
            $"{subject} runs PostgreSQL {needed}, and {found}",
            $"install the PostgreSQL {needed} client programs (package postgresql-client-{needed})");

    public static Diagnostic NoRoom(string subject, int needed, int free) =>
        Make(
            NoRoomDescriptor,
            subject,
            $"{subject} has {Counts.Of(free, "free connection")}, and the run needs {needed}",
            "lower `parallelism`, end idle sessions, or raise max_connections");

    public static Diagnostic DatabaseLimit(string subject, int limit, int needed) =>
        Make(
            NoRoomDescriptor,
            subject,
            $"{subject} lets in {Counts.Of(limit, "connection")} (ALTER DATABASE … CONNECTION LIMIT), and the run needs {needed}",
            "lower `parallelism`, or raise the limit: the target gets the source's when all is done");

    public static Diagnostic LocaleMissing(string subject, string locale, string message) =>
        Make(
            LocaleMissingDescriptor,
            subject,
            $"{subject} can't be created with the source's {locale}: {message}",
            "install the locale on the target server, or create an empty database with the locale you want and run the same command again");

    public static Diagnostic MembersLeft(string subject, string first, int count) =>
        Make(
            MembersLeftDescriptor,
            subject,
            $"{Counts.Of(count, "member of an extension of", "members of extensions of")} {subject} {Counts.Word(count, "is", "are")} not on the target: {first}",
            "`migplan verify` lists them as left out; ALTER EXTENSION … DROP on the source makes them come along");

    public static Diagnostic FenceDenied(string subject, string login, string message) =>
        Make(
            FenceDeniedDescriptor,
            subject,
            $"`{login}` can't fence {subject}: {message}",
            "log in as the database's owner with pg_signal_backend, or write `fence: none` and keep writers out yourself");

    public static Diagnostic FenceLeak(string subject, string roles) =>
        Make(
            FenceLeakDescriptor,
            subject,
            $"roles with default_transaction_read_only = off of their own can write to {subject} in spite of the fence: {roles}",
            "keep these roles out while the database is copied");

    public static Diagnostic SubscriptionEnabled(string subject, string subscriptions) =>
        Make(
            SubscriptionEnabledDescriptor,
            subject,
            $"subscriptions go on writing to {subject} in spite of the fence: {subscriptions}",
            "disable them (ALTER SUBSCRIPTION … DISABLE; where the fence stands, within BEGIN READ WRITE) and run the same command again, or roll back and say `fence: none`");

    public static Diagnostic FenceLapsed(string subject) =>
        Make(
            FenceLapsedDescriptor,
            subject,
            $"{subject} was open for writers after its rows had been copied behind a fence",
            "`migplan rollback MANIFEST --target ENDPOINT/DATABASE`, then apply again");

    public static Diagnostic SessionsRemain(string subject, int count) =>
        Make(
            SessionsRemainDescriptor,
            subject,
            $"{Counts.Of(count, "session")} from before the fence {Counts.Word(count, "is", "are")} still open on {subject}",
            "end them (pg_terminate_backend) and run the same command again");

    public static Diagnostic PasswordsLeft(string subject, string roles) =>
        Make(
            PasswordsLeftDescriptor,
            subject,
            $"created without a password on {subject}: {roles}",
            "set one for each role that logs in with it: \\password ROLE in psql");

    public static Diagnostic AttributeLeft(string subject, string what) =>
        Make(AttributeLeftDescriptor, subject, $"{subject}: {what}", "have a superuser do it, where it is needed");

    public static Diagnostic ExistingDiffers(string subject, string what) =>
        Make(ExistingDiffersDescriptor, subject, $"{subject} was there already, and differs: {what}", null);

    public static Diagnostic NotAnalyzed(string subject, string first, int count) =>
        Make(
            NotAnalyzedDescriptor,
            subject,
            $"{Counts.Of(count, "table")} of {subject} {Counts.Word(count, "was", "were")} not analyzed: {first}",
            "run ANALYZE as their owner");

    public static Diagnostic ConnectKept(string subject, string database, string login) =>
        Make(ConnectKeptDescriptor, subject, $"`{login}` was granted CONNECT on {subject}", $"afterwards: REVOKE CONNECT ON DATABASE {database} FROM {login}");

    public static Diagnostic PreparedTransactions(string subject, long count) =>
        Make(
            PreparedTransactionsDescriptor,
            subject,
            $"{Counts.Of(count, "prepared transaction is", "prepared transactions are")} open on {subject}",
            "commit or roll them back (pg_prepared_xacts lists them)");

    public static Diagnostic LocksScarce(string subject, long tables, long locks) =>
        Make(
            LocksScarceDescriptor,
            subject,
            $"{subject} has {tables} relations and room for about {locks} locks",
            "raise max_locks_per_transaction on the server if the dump fails with `out of shared memory`");

    /// <summary>The way out of a server's room for locks.</summary>
    public static string LocksHelp =>
        "raise max_locks_per_transaction on the server, which takes a restart (on RDS: in its parameter group), or run when other sessions hold fewer locks";

    /// <param name="setting">The server's max_locks_per_transaction.</param>
    /// <param name="enough">What it would have to be.</param>
    public static Diagnostic LocksMissing(string subject, long tables, long setting, long enough) =>
        Make(
            LocksMissingDescriptor,
            subject,
            $"{subject} has {Counts.Of(tables, "table")}, and its server no room for so many locks (max_locks_per_transaction = {setting})",
            $"set max_locks_per_transaction to {enough} or more on the server, which takes a restart (on RDS: in its parameter group), or run when other sessions hold fewer locks");

    public static Diagnostic SourceWouldGo(string subject, string source) =>
        Make(
            SourceWouldGoDescriptor,
            subject,
            $"{subject} would be dropped, and is the source database {source} itself: both endpoints lead to the same server",
            "check host, port and tunnel (`connect`) of both endpoints, or name another target database");

    private static Diagnostic Make(DiagnosticDescriptor descriptor, string subject, string message, string? help) =>
        new() { Descriptor = descriptor, Message = message, Subject = subject, Help = help };
}
