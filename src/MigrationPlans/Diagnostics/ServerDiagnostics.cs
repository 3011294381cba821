using System.Globalization;

namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: server settings that a run would trip over.</summary>
public static class ServerDiagnostics
{
    private static readonly DiagnosticDescriptor TargetIsReplicaDescriptor = new(
        "MP4063", Severity.Error, "a target is a read replica",
        "A server in recovery takes no writes. Name the primary, or promote the replica first.");

    private static readonly DiagnosticDescriptor SourceIsReplicaDescriptor = new(
        "MP4064", Severity.Warning, "a source is a read replica that may end long queries",
        """
        A replica ends queries that hold up the replay of the primary's changes for longer than `max_standby_streaming_delay`. A copy reads
        one snapshot from begin to end, so a replica under load can end it half-way; it then has to begin anew. Set the delay to -1 for
        the time of the run, or copy from the primary.
        """);

    private static readonly DiagnosticDescriptor FenceOnReplicaDescriptor = new(
        "MP4065", Severity.Error, "a read replica can't be fenced",
        "A fence is a setting of the database, and a replica takes no writes. Fence the primary: name it as the source, or say `fence: none` and keep writers out yourself.");

    private static readonly DiagnosticDescriptor SubscriptionEnabledDescriptor = new(
        "MP4180", Severity.Error, "a subscription of the source goes on writing behind a fence",
        """
        A fence makes sessions read-only, and the workers of a subscription take no heed of it: what its publisher sends goes on changing the source while it is copied. Disable the subscription
        (`ALTER SUBSCRIPTION … DISABLE`); its slot keeps what the publisher has for it meanwhile. `migplan` does not touch it, neither before the run nor after it.
        """);

    private static readonly DiagnosticDescriptor UnloggedOnReplicaDescriptor = new(
        "MP4110", Severity.Error, "an unlogged table can't be read on a read replica",
        "What is written to an unlogged table is not sent to replicas, which refuse to read it. Name the primary as the source, or leave the table's rows behind (`exclude: { tableData: … }`).");

    private static readonly DiagnosticDescriptor SnapshotTooOldDescriptor = new(
        "MP4066", Severity.Warning, "a source may throw an old snapshot away",
        """
        With `old_snapshot_threshold` set, the server may remove rows that a snapshot of that age still needs, and a query that meets one
        fails (`snapshot too old`). A copy holds one snapshot from begin to end. Set it to -1, which takes a restart, or make sure that the copy takes less time.
        """);

    private static readonly DiagnosticDescriptor ExtensionOlderDescriptor = new(
        "MP4067", Severity.Warning, "an extension is older on the target",
        "The target server would create the extension in an older version than the source has. What the newer one brought (functions, types, columns) is missing there, and what uses it fails to restore.");

    private static readonly DiagnosticDescriptor ExtensionNotAllowedDescriptor = new(
        "MP4068", Severity.Error, "an RDS instance does not allow an extension",
        "The parameter `rds.allowed_extensions` of the target lists the extensions that can be created there, and this one is not among them. Add it to the parameter group, or name it under `extensions.skip`.");

    private static readonly DiagnosticDescriptor ExtensionNotLoadedDescriptor = new(
        "MP4069", Severity.Error, "an extension needs a library that the target does not preload",
        "The extension can only be created where its library is in `shared_preload_libraries`. Add it there and restart the server (on RDS: in the parameter group, then reboot), or name the extension under `extensions.skip`.");

    private static readonly DiagnosticDescriptor CronElsewhereDescriptor = new(
        "MP4130", Severity.Error, "pg_cron belongs into another database of the target",
        "pg_cron can be created in one database of a server only, which the parameter `cron.database_name` names. Set it to the name of the target database and restart the server (on RDS: in the parameter group, then reboot), or name the extension under `extensions.skip` and schedule its jobs anew: `cron.schedule_in_database` runs them in other databases.");

    public static Diagnostic TargetIsReplica(string mapping, string server, SourceSpan? span) =>
        Make(TargetIsReplicaDescriptor, mapping, $"target `{server}` is a read replica", null, "name its primary", span);

    /// <param name="delay">In milliseconds.</param>
    public static Diagnostic SourceIsReplica(string mapping, string server, int delay, SourceSpan? span) => Make(
        SourceIsReplicaDescriptor,
        mapping,
        $"source `{server}` is a read replica that ends queries {(delay == 0 ? "as soon as they conflict" : string.Create(CultureInfo.InvariantCulture, $"after {delay / 1000.0:0.###} s of conflict"))} with the replay",
        "the copy reads one snapshot from begin to end", "set `max_standby_streaming_delay` to -1 for the time of the run, or copy from the primary", span);

    public static Diagnostic FenceOnReplica(string mapping, string server, SourceSpan? span) =>
        Make(
            FenceOnReplicaDescriptor,
            mapping,
            $"source `{server}` is a read replica, and can't be fenced",
            null,
            "name its primary, or say `fence: none`",
            span);

    /// <param name="subscriptions">Their names.</param>
    public static Diagnostic SubscriptionEnabled(string mapping, string database, string subscriptions, SourceSpan? span) => Make(
        SubscriptionEnabledDescriptor, mapping, $"subscriptions go on writing to {database} in spite of the fence: {subscriptions}",
        null, "disable them for the time of the run (ALTER SUBSCRIPTION … DISABLE), or say `fence: none`", span);

    /// <param name="tables">One of them, and how many more.</param>
    public static Diagnostic UnloggedOnReplica(string mapping, string server, string tables, SourceSpan? span) => Make(
        UnloggedOnReplicaDescriptor, mapping, $"source `{server}` is a read replica, which can't read the unlogged table {tables}",
        null, "name its primary, or leave the rows behind with `exclude: { tableData: … }`", span);

    public static Diagnostic SnapshotTooOld(string mapping, string server, int minutes, SourceSpan? span) => Make(
        SnapshotTooOldDescriptor, mapping, $"source `{server}` throws snapshots away that are older than {minutes} min",
        "the copy holds one from begin to end", "set `old_snapshot_threshold` to -1 and restart, or make sure that the copy takes less time", span);

    public static Diagnostic ExtensionOlder(string mapping, string extension, string source, string server, string target, SourceSpan? span) => Make(
        ExtensionOlderDescriptor, mapping, $"extension `{extension}` is {source} on the source, and `{server}` has only {target}",
        null, "upgrade the target server, or make sure that nothing uses what is newer", span);

    public static Diagnostic ExtensionNotAllowed(string mapping, string extension, string server, SourceSpan? span) => Make(
        ExtensionNotAllowedDescriptor, mapping, $"`{server}` does not allow extension `{extension}`", "`rds.allowed_extensions` leaves it out",
        $"add `{extension}` to `rds.allowed_extensions` in the parameter group, or to `extensions.skip`", span);

    public static Diagnostic ExtensionNotLoaded(string mapping, string extension, string server, SourceSpan? span) => Make(
        ExtensionNotLoadedDescriptor, mapping, $"extension `{extension}` must be in `shared_preload_libraries` of `{server}`", null,
        $"add it there and restart the server, or name it under `extensions.skip`", span);

    public static Diagnostic CronElsewhere(string mapping, string database, string target, string server, SourceSpan? span) => Make(
        CronElsewhereDescriptor, mapping, $"`{server}` has pg_cron in database `{database}` (`cron.database_name`), and the target is `{target}`", null,
        $"set `cron.database_name` to `{target}` there and restart the server, or say `extensions: {{ skip: [pg_cron] }}`", span);

    private static Diagnostic Make(DiagnosticDescriptor descriptor, string mapping, string message, string? detail, string help, SourceSpan? span) =>
        new() { Descriptor = descriptor, Message = message, Detail = detail, Help = help, Subject = mapping, Span = span };
}
