namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3, told by the manifest alone: what AWS would refuse of a move of whole instances.</summary>
public static class InstanceValueDiagnostics
{
    private static readonly DiagnosticDescriptor UnfitDescriptor = new(
        "MP3620", Severity.Error, "a value of a move is none that AWS takes",
        "AWS would refuse it, some of them only when the snapshot has been taken and copied.");

    private static readonly DiagnosticDescriptor TagReservedDescriptor = new(
        "MP3621", Severity.Error, "a tag of a move is reserved",
        "AWS keeps tags that begin with `aws:` for itself. By those that begin with `migplan:` a run knows what it has made, so they are not the manifest's to set.");

    private static readonly DiagnosticDescriptor ExternalIdWithoutRoleDescriptor = new(
        "MP3622", Severity.Error, "an external id without a role",
        "The external id is what the trust policy of a role asks for when it is assumed. Without `roleArn` no role is.");

    private static readonly DiagnosticDescriptor EngineNotMovedDescriptor = new(
        "MP3623", Severity.Error, "an engine whose instances can't be moved",
        "The storage of Aurora belongs to a cluster, whose snapshots are others than those of instances. Copy its databases as those of a `postgres` endpoint.");

    /// <param name="what">What it should be: <c>an external id</c>.</param>
    /// <param name="form">What AWS takes.</param>
    public static Diagnostic Unfit(SourceSpan span, string what, string form) => new()
    {
        Descriptor = UnfitDescriptor,
        Message = $"{what} can't be called so",
        Span = span,
        Help = form,
    };

    public static Diagnostic TagReserved(SourceSpan span, string tag) => new()
    {
        Descriptor = TagReservedDescriptor,
        Message = $"the tag `{tag}` is reserved",
        Span = span,
        Help = "give it another name",
    };

    public static Diagnostic ExternalIdWithoutRole(SourceSpan span) => new()
    {
        Descriptor = ExternalIdWithoutRoleDescriptor,
        Message = "`externalId` is used only where a role is assumed",
        Span = span,
        Help = "add `roleArn`, or remove it",
    };

    public static Diagnostic EngineNotMoved(SourceSpan span, string engine) => new()
    {
        Descriptor = EngineNotMovedDescriptor,
        Message = $"instances of `{engine}` can't be moved by snapshot",
        Span = span,
        Help = "name the cluster's writer as a `postgres` endpoint, and copy its databases",
    };
}
