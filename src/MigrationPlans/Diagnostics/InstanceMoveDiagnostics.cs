namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3: instances that can't be moved as the manifest says.</summary>
public static class InstanceMoveDiagnostics
{
    private static readonly DiagnosticDescriptor NothingPickedDescriptor = new(
        "MP3600", Severity.Warning, "a move picks no instance",
        "No instance of the region fits engine, identifiers and tags, or all that do are excluded.");

    private static readonly DiagnosticDescriptor IdentifierUnfitDescriptor = new(
        "MP3601", Severity.Error, "a new identifier is none that RDS takes",
        "An instance identifier has 1 to 63 letters, digits and hyphens, begins with a letter, and neither ends with a hyphen nor holds two in a row.");

    private static readonly DiagnosticDescriptor IdentifierTakenTwiceDescriptor = new(
        "MP3602", Severity.Error, "two instances would get the same identifier",
        "The template of the new identifier gives one name for two instances of one region. Use `{identifier}` in it.");

    private static readonly DiagnosticDescriptor KeyMissingDescriptor = new(
        "MP3603", Severity.Error, "an encrypted instance needs a key of the target",
        "KMS keys belong to a region and an account, so a copy of an encrypted snapshot elsewhere needs a key there: `to.kmsKeyId`.");

    private static readonly DiagnosticDescriptor BothBordersDescriptor = new(
        "MP3604", Severity.Error, "an encrypted snapshot can't cross account and region at once",
        """
        RDS copies a shared encrypted snapshot only within its region. Move in two plans: first to the other region within the
        account (or to the other account within the region), then across the other border.
        """);

    private static readonly DiagnosticDescriptor NotAvailableDescriptor = new(
        "MP3605", Severity.Error, "an instance can't be snapshotted now",
        "RDS takes a snapshot only of an instance that is `available`.");

    public static Diagnostic NothingPicked(string move, string region, SourceSpan? span) => new()
    {
        Descriptor = NothingPickedDescriptor,
        Message = $"{move} picks no instance in {region}",
        Help = "check `match`: engine, identifiers, tags and exclude",
        Subject = move,
        Span = span,
    };

    public static Diagnostic IdentifierUnfit(string instance, string identifier, SourceSpan? span) => new()
    {
        Descriptor = IdentifierUnfitDescriptor,
        Message = $"`{instance}` can't become `{identifier}`: RDS does not take that identifier",
        Help = "1 to 63 letters, digits and single hyphens, beginning with a letter",
        Subject = instance,
        Span = span,
    };

    public static Diagnostic IdentifierTakenTwice(string identifier, string first, string second, SourceSpan? span) => new()
    {
        Descriptor = IdentifierTakenTwiceDescriptor,
        Message = $"`{first}` and `{second}` would both become `{identifier}`",
        Help = "use `{identifier}` in the template",
        Subject = identifier,
        Span = span,
    };

    public static Diagnostic KeyMissing(string instance, string region, SourceSpan? span) => new()
    {
        Descriptor = KeyMissingDescriptor,
        Message = $"`{instance}` is encrypted, and no key of {region} is named for its copy",
        Help = "set `to.kmsKeyId`",
        Subject = instance,
        Span = span,
    };

    public static Diagnostic BothBorders(string instance, SourceSpan? span) => new()
    {
        Descriptor = BothBordersDescriptor,
        Message = $"`{instance}` is encrypted, so its snapshot can't go to another account and another region in one copy",
        Help = "move it in two plans, one border at a time",
        Subject = instance,
        Span = span,
    };

    public static Diagnostic NotAvailable(string instance, string status, SourceSpan? span) => new()
    {
        Descriptor = NotAvailableDescriptor,
        Message = $"`{instance}` is `{status}`, and only an available instance can be snapshotted",
        Help = status is "stopped" ? "start it, or exclude it" : "wait, or exclude it",
        Subject = instance,
        Span = span,
    };
}
