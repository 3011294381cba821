namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, second half: what a schema can't say about a manifest as a whole.</summary>
public static class ValidationDiagnostics
{
    private static readonly DiagnosticDescriptor NotDnsLabelDescriptor = new(
        "MP2119", Severity.Error, "the plan's name is not a DNS label",
        "`metadata.name` names the state and appears in resource names: lower-case letters, digits and hyphens, at most 63, with a letter or digit at both ends.");

    private static readonly DiagnosticDescriptor NothingToDoDescriptor = new(
        "MP2121", Severity.Warning, "the manifest asks for nothing",
        "There is nothing under `databases` and `instances`, or neither is there, so there is nothing to plan.");

    public static Diagnostic NotDnsLabel(SourceSpan span, string name) => new()
    {
        Descriptor = NotDnsLabelDescriptor,
        Message = $"`{Quoting.Plain(name)}` can't name a plan",
        Span = span,
        Label = name.Length > 63 ? $"{name.Length} characters, and 63 are the most" : "lower-case letters, digits and hyphens only",
    };

    public static Diagnostic NothingToDo(SourceSpan span) => new()
    {
        Descriptor = NothingToDoDescriptor,
        Message = "the manifest names neither databases nor instances to move",
        Span = span,
    };
}
