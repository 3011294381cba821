namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: extensions that a mapping skips.</summary>
public static class SkippedExtensionDiagnostics
{
    private static readonly DiagnosticDescriptor NeededDescriptor = new(
        "MP4101", Severity.Error, "a skipped extension is needed",
        "`extensions.skip` names an extension whose types, functions or operators are used by what is carried over. Without the extension these objects can't be created on the target. Leave them out of the pick, change them on the source, or don't skip the extension.");

    /// <param name="objects">That need it, for people.</param>
    public static Diagnostic Needed(string mapping, string extension, string objects, SourceSpan? span) => new()
    {
        Descriptor = NeededDescriptor,
        Message = $"extension `{extension}` is skipped, and what `{mapping}` takes needs it: {objects}",
        Help = $"take `{extension}` out of `extensions.skip`, or leave these objects out",
        Subject = mapping,
        Span = span,
    };
}
