namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, second half: what a schema can't say about moves of whole instances.</summary>
public static class InstanceRuleDiagnostics
{
    private static readonly DiagnosticDescriptor IdentifierTemplateDescriptor = new(
        "MP2122", Severity.Error, "the new instances' identifier can't be made",
        "`{identifier}` stands for the source instance's identifier; nothing else may stand in braces. Where more than one instance may match, the template must hold it, or all would get one name; in the same region and account it must add something.");

    private static readonly DiagnosticDescriptor ZoneWithMultiAzDescriptor = new(
        "MP2123", Severity.Error, "an availability zone is set for a multi-AZ instance",
        "RDS chooses the zones of a multi-AZ instance itself and refuses a restore that names one.");

    public static Diagnostic BadIdentifierTemplate(SourceSpan span) => new()
    {
        Descriptor = IdentifierTemplateDescriptor,
        Message = "only `{identifier}` may stand in braces",
        Span = span,
    };

    public static Diagnostic OneIdentifierForMany(SourceSpan span) => new()
    {
        Descriptor = IdentifierTemplateDescriptor,
        Message = "all instances that match would get the same identifier",
        Span = span,
        Help = "put `{identifier}` into it",
    };

    public static Diagnostic InstanceOntoItself(SourceSpan span) => new()
    {
        Descriptor = IdentifierTemplateDescriptor,
        Message = "the copy would have the identifier of the instance that it is a copy of",
        Span = span,
        Help = "add something to it, such as `{identifier}-migrated`",
    };

    public static Diagnostic ZoneWithMultiAz(SourceSpan span) => new()
    {
        Descriptor = ZoneWithMultiAzDescriptor,
        Message = "`availabilityZone` can't be set together with `multiAz`",
        Span = span,
        Help = "remove one of the two",
    };

    public static Diagnostic IdentifierNeverFits(SourceSpan span) => new()
    {
        Descriptor = IdentifierTemplateDescriptor,
        Message = "RDS takes no identifier that this makes",
        Span = span,
        Help = "1 to 63 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen",
    };
}
