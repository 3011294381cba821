namespace MigrationPlans.Diagnostics;

/// <summary>
/// Stage 4: what the facts say against the plan. Those about logins are in <see cref="PrivilegeDiagnostics"/>, those
/// about saved plans in <see cref="PlanFileDiagnostics"/>.
/// </summary>
public static class PlanningDiagnostics
{
    private static readonly DiagnosticDescriptor SourceMissingDescriptor = new(
        "MP4001", Severity.Error, "a source database is not there",
        "A mapping's `from` names a database that the source server does not have, or that accepts no connections. Names are case-sensitive.");

    private static readonly DiagnosticDescriptor TargetNotEmptyDescriptor = new(
        "MP4002", Severity.Error, "a target database exists and holds something",
        """
        migplan never mixes what it carries over with what is there. A target database that is absent or empty is always fine, also where extensions have been created in it;
        one that holds something else, or rows that somebody added to a table of an extension (a job of pg_cron), is refused, unless the mapping says `onExisting: replace`, which drops it first, and one that holds only extensions as well.
        """);

    private static readonly DiagnosticDescriptor TargetOfAnotherPlanDescriptor = new(
        "MP4003", Severity.Error, "a target database belongs to another plan's unfinished run",
        """
        The target holds the schema `migplan_ledger` of a run under another manifest name, which has not ended. Finish that run,
        roll it back, or give the mapping another target.
        """);

    private static readonly DiagnosticDescriptor FinishedChangedDescriptor = new(
        "MP4019", Severity.Error, "a mapping was changed after it was finished",
        """
        A plan of this state has filled the target database and was finished, under this name or, on the same server, under another one: servers are known by their place in the manifest and by
        their `system_identifier`. By now the mapping asks for something else (of its properties all count but `archive`, `fence`, `onExisting`,
        `parallelism` and `verify`, of its endpoints where they are), or the state no longer knows what it asked for, because a plan without it came in between. The database may be in use, so it
        is neither mixed with something else nor dropped, whatever `onExisting` says. Put the mapping back as it was, and it stays as it is: where `defaults` were changed for other mappings, write
        the old values into this one. Or leave it out of the manifest. To have it anew, drop the database yourself, or take back what filled it: `migplan rollback MANIFEST` for the last plan, with
        `--earlier` for all.
        """);

    private static readonly DiagnosticDescriptor DowngradeDescriptor = new(
        "MP4004", Severity.Error, "the target server is older than the source server",
        "A schema of a newer PostgreSQL major version can use what an older one does not know. Going back is not supported by PostgreSQL's own tools either. Choose a target of the same or a newer major version.");

    private static readonly DiagnosticDescriptor FactsMissingDescriptor = new(
        "MP4005", Severity.Error, "a database could not be inspected",
        "Without facts about both sides there is no plan. The findings before this one say what went wrong; `plan --offline` needs no server.");

    private static readonly DiagnosticDescriptor ExtensionUnavailableDescriptor = new(
        "MP4006", Severity.Error, "an extension is not available on the target server",
        "The source database uses an extension that the target server can't create. Install it there, or, if nothing that is carried over needs it, name it under `extensions.skip`.");

    private static readonly DiagnosticDescriptor NoConnectionsDescriptor = new(
        "MP4007", Severity.Error, "a server has no room for the connections of a run",
        "A run needs at least three connections to each side: one that holds the snapshot or watches, one for the schema, one for rows. Free some, or raise `max_connections`.");

    private static readonly DiagnosticDescriptor FewConnectionsDescriptor = new(
        "MP4008", Severity.Warning, "a server has less room for connections than the plan could use",
        "The run may take fewer connections than `parallelism` allows and be slower, or fail to connect when others take the rest.");

    private static readonly DiagnosticDescriptor ConnectionLimitDescriptor = new(
        "MP4016", Severity.Error, "a database lets in fewer connections than a run needs",
        "`ALTER DATABASE … CONNECTION LIMIT` holds for every login that is no superuser. A run needs one connection that holds the snapshot, one for the schema, one to look with, and one for each worker, of which it takes as many as there is room for, unless `parallelism` says how many.");

    private static readonly DiagnosticDescriptor PickMatchesNothingDescriptor = new(
        "MP4010", Severity.Error, "a pick matches nothing",
        "A name or pattern under `include` or `exclude` fits no schema or table of the source database. Patterns are case-sensitive; tables are written `schema.table`; `*` stands for any run of characters.");

    private static readonly DiagnosticDescriptor NothingPickedDescriptor = new(
        "MP4011", Severity.Error, "a mapping picks nothing",
        "What `exclude` takes away leaves nothing of what `include` picks, so the target would stay empty.");

    private static readonly DiagnosticDescriptor CrossBoundaryDescriptor = new(
        "MP4012", Severity.Error, "a foreign key crosses the boundary of a selection",
        """
        The referencing table's rows are carried over, those of the referenced table, or of one of its partitions, are not, so the
        foreign key can't hold on the target. Pick the referenced table with its partitions too, leave the referencing one out, or say `crossBoundaryForeignKeys: drop`, which
        leaves such keys behind and lists each.
        """);

    private static readonly DiagnosticDescriptor OverlapDescriptor = new(
        "MP4013", Severity.Warning, "two mappings take the same table",
        "Both mappings read the same source database and pick the same table, so its rows arrive twice, in two databases. That can be meant; when a database is split it seldom is.");

    private static readonly DiagnosticDescriptor PartitionsLeftOutDescriptor = new(
        "MP4015", Severity.Warning, "partitions are not picked",
        "A partition is picked by its own name, not with its parent. A partitioned table that comes without its partitions arrives empty. A pattern such as `sales.orders*` takes both.");

    private static readonly DiagnosticDescriptor ExtensionToSkipUnknownDescriptor = new(
        "MP4014", Severity.Warning, "an extension to skip is not there",
        "`extensions.skip` names an extension that the source database does not have.");

    public static Diagnostic SourceMissing(string mapping, string database, string? nearest, SourceSpan? span) => new()
    {
        Descriptor = SourceMissingDescriptor,
        Message = $"source database `{database}` is not there, or accepts no connections",
        Help = nearest is null ? "check the name after the slash in `from`" : $"did you mean `{nearest}`?",
        Subject = mapping,
        Span = span,
    };

    /// <param name="table">Of an extension, where rows in it are all that there is.</param>
    public static Diagnostic TargetNotEmpty(string mapping, string? table, SourceSpan? span) => new()
    {
        Descriptor = TargetNotEmptyDescriptor,
        Message = $"target database `{mapping}` exists and is not empty",
        Detail = table is null
            ? "what is there would get mixed with what is carried over"
            : $"beside extensions it holds rows in {table}, which would get mixed with the source's",
        Help = "name another database, empty this one, or say `onExisting: replace` to drop what is there",
        Subject = mapping,
        Span = span,
    };

    /// <param name="filled">What the database was called when it was filled.</param>
    public static Diagnostic FinishedChanged(string mapping, string filled, SourceSpan? span) => new()
    {
        Descriptor = FinishedChangedDescriptor,
        Message = mapping == filled
            ? $"`{mapping}` was finished before, and its mapping asks for something else now"
            : $"`{mapping}` is the database that was finished before as `{filled}`",
        Help = $"{(mapping == filled ? "put the mapping back as it was (if `defaults` changed, keep the old values in this mapping), or leave it out" : $"call it `{filled}` again, or check host, port and tunnel (`connect`) of the endpoint, or name another target database")}; to have it anew, drop the database yourself or take it back with `migplan rollback`",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic TargetOfAnotherPlan(string mapping, string plan, SourceSpan? span) => new()
    {
        Descriptor = TargetOfAnotherPlanDescriptor,
        Message = $"target database `{mapping}` belongs to the unfinished run of plan `{plan}`",
        Help = $"finish or roll back `{plan}` first, or name another target database",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic Downgrade(string mapping, string source, int sourceMajor, string target, int targetMajor, SourceSpan? span) => new()
    {
        Descriptor = DowngradeDescriptor,
        Message = $"`{source}` runs PostgreSQL {sourceMajor}, but `{target}` only {targetMajor}",
        Detail = "a schema of the newer version can use what the older one does not know",
        Help = $"choose a target that runs PostgreSQL {sourceMajor} or newer",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic FactsMissing(string mapping, string what, SourceSpan? span) => new()
    {
        Descriptor = FactsMissingDescriptor,
        Message = $"`{mapping}` can't be planned: nothing is known about {what}",
        Help = "solve the findings above, or look at the plan with `--offline`",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic ExtensionUnavailable(string mapping, string extension, string target, SourceSpan? span) => new()
    {
        Descriptor = ExtensionUnavailableDescriptor,
        Message = $"extension `{extension}` is not available on `{target}`",
        Detail = "objects that use it can't be created there",
        Help = $"install it on the target server, or say `extensions: {{ skip: [{extension}] }}` if nothing needs it",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic NoConnections(string mapping, string endpoint, int free, int needed, SourceSpan? span) => new()
    {
        Descriptor = NoConnectionsDescriptor,
        Message = $"`{endpoint}` has room for {free} more connections, and a run needs at least {needed}",
        Help = "close some, or raise max_connections on the server",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic FewConnections(string mapping, string endpoint, int free, int wanted, SourceSpan? span) => new()
    {
        Descriptor = FewConnectionsDescriptor,
        Message = $"`{endpoint}` has room for {free} more connections; {wanted} would be used",
        Help = "lower `parallelism`, or make room on the server",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic ConnectionLimit(string mapping, string database, string name, int limit, int needed, SourceSpan? span) => new()
    {
        Descriptor = ConnectionLimitDescriptor,
        Message = $"`{database}` lets in {Counts.Of(limit, "connection")}, and the run needs at least {needed}",
        Help = $"as its owner: ALTER DATABASE {name} CONNECTION LIMIT …; the target gets the limit that the source has when all is done",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic PickMatchesNothing(string mapping, string key, string pattern, string source, string? nearest, SourceSpan? span) => new()
    {
        Descriptor = PickMatchesNothingDescriptor,
        Message = $"`{key}: {pattern}` of `{mapping}` matches nothing in `{source}`",
        Help = nearest is null ? "check the spelling, or take it out" : $"did you mean `{nearest}`?",
        Label = "matches nothing",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic NothingPicked(string mapping, string source, SourceSpan? span) => new()
    {
        Descriptor = NothingPickedDescriptor,
        Message = $"`include` and `exclude` of `{mapping}` together leave nothing of `{source}`",
        Help = "widen `include` or narrow `exclude`",
        Subject = mapping,
        Span = span,
    };

    /// <param name="left">The referenced table, or the partition of it, whose rows stay behind.</param>
    public static Diagnostic CrossBoundary(string mapping, string key, string table, string referenced, string left, SourceSpan? span) => new()
    {
        Descriptor = CrossBoundaryDescriptor,
        Message = $"foreign key `{key}` of `{table}` refers to `{referenced}`, {(left == referenced ? $"whose rows `{mapping}` does not take" : $"and `{mapping}` does not take the rows of its partition `{left}`")}",
        Detail = "the key can't hold on the target",
        Help = $"pick `{left}` too, or say `crossBoundaryForeignKeys: drop`",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic Overlap(string first, string second, string example, int others, SourceSpan? span) => new()
    {
        Descriptor = OverlapDescriptor,
        Message = $"`{first}` and `{second}` both take `{example}`{(others > 0 ? $" and {others} more" : "")}",
        Detail = "the rows arrive in both",
        Help = "exclude them from one of the two, if that is not meant",
        Subject = second,
        Span = span,
    };

    public static Diagnostic PartitionsLeftOut(string mapping, string table, string partition, int others, SourceSpan? span) => new()
    {
        Descriptor = PartitionsLeftOutDescriptor,
        Message =
            $"`{mapping}` takes the partitioned table `{table}`, but not the partition `{partition}`{(others > 0 ? $" and {others} more in its schema" : "")}",
        Detail = "rows in partitions that are not picked stay behind",
        Help = $"pick the partitions too: `{table}*`, or the whole schema",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic ExtensionToSkipUnknown(string mapping, string extension, string? nearest, SourceSpan? span) => new()
    {
        Descriptor = ExtensionToSkipUnknownDescriptor,
        Message = $"extension `{extension}` is to be skipped, but the source database does not have it",
        Help = nearest is null ? "take it out of `extensions.skip`" : $"did you mean `{nearest}`?",
        Subject = mapping,
        Span = span,
    };
}
