namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: endpoints that lead to one server under two names, so that one database would be two things at once.</summary>
public static class SameDatabaseDiagnostics
{
    private const string WayOut = "check host, port and tunnel (`connect`) of both endpoints, or name another target database";

    private static readonly DiagnosticDescriptor TargetIsSourceDescriptor = new(
        "MP4017", Severity.Error, "a target database is a source database",
        """
        Both endpoints lead to the same server: by an address and a name, by two names, as `rds` and as `postgres`, or through the
        same tunnel. The servers were asked for their `system_identifier` and for when they were started. The source would be
        filled with its own rows, or be dropped first with `onExisting: replace`.
        """);

    private static readonly DiagnosticDescriptor SourceFollowsTargetDescriptor = new(
        "MP4020", Severity.Error, "a database to be replaced may be the one that a source replicates",
        """
        The source is a replica, and the target's server has its `system_identifier`: it is the replica's primary, or was made from it, by restoring a
        snapshot, say. These two can't be told apart by asking. Dropping the database on the primary drops it on the replica too, so
        `onExisting: replace` is refused.
        """);

    private static readonly DiagnosticDescriptor TargetIsTargetDescriptor = new(
        "MP4018", Severity.Error, "two mappings fill one target database under two names",
        "Both target endpoints lead to the same server: the servers were asked for their `system_identifier` and for when they were started. Each target database is filled by exactly one mapping.");

    public static Diagnostic TargetIsSource(string mapping, string source, SourceSpan? span) => new()
    {
        Descriptor = TargetIsSourceDescriptor,
        Message = $"target database `{mapping}` is the source database `{source}` itself: both endpoints lead to the same server",
        Help = WayOut,
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic SourceFollowsTarget(string mapping, string source, SourceSpan? span) => new()
    {
        Descriptor = SourceFollowsTargetDescriptor,
        Message = $"target database `{mapping}` would be dropped, and may be what the source `{source}` replicates: the source is a replica with the system_identifier of the target's server",
        Help = "name another target database; where the target's server is a copy and not the primary, drop the database there by hand",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic TargetIsTarget(string mapping, string first, SourceSpan? span) => new()
    {
        Descriptor = TargetIsTargetDescriptor,
        Message = $"`{mapping}` is already filled as `{first}`: both endpoints lead to the same server",
        Help = WayOut,
        Subject = mapping,
        Span = span,
    };
}
