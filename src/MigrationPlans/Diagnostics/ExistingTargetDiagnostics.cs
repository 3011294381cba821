namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: target databases that are there before a run.</summary>
public static class ExistingTargetDiagnostics
{
    private static readonly DiagnosticDescriptor IsFilledDescriptor = new(
        "MP4100", Severity.Note, "an empty target database is filled as it is",
        """
        The target database is there and holds nothing but maybe extensions, so it is not created: encoding, locale and tablespace stay. All else that belongs to the database itself becomes as on the source: owner, comment, connection
        limit, privileges, and settings (`ALTER DATABASE … SET`, `ALTER ROLE … IN DATABASE … SET`). Settings that the source does not have are reset. Set again afterwards what the target shall have of its own;
        `verify` then names it as a difference. Extensions that the source has too keep their version and owner; the others stay, and `verify` lists them as left out.
        """);

    private static readonly DiagnosticDescriptor ExtensionElsewhereDescriptor = new(
        "MP4151", Severity.Error, "an extension is in another schema of the target",
        """
        Somebody created the extension in the target database beforehand, in another schema than the source has it in. What is carried over names its types and functions by the source's schema, and would not find them. Move it,
        where it lets itself be moved (`ALTER EXTENSION … SET SCHEMA`), or drop it and create it in the source's schema; or name it under `extensions.skip` where nothing needs it.
        """);

    /// <param name="schema">Of the source.</param>
    /// <param name="there">The schema on the target.</param>
    public static Diagnostic ExtensionElsewhere(string mapping, string extension, string schema, string there, SourceSpan? span) => new()
    {
        Descriptor = ExtensionElsewhereDescriptor,
        Message = $"extension `{extension}` is in schema `{there}` of target `{mapping}`, and in `{schema}` on the source",
        Help = $"ALTER EXTENSION \"{extension}\" SET SCHEMA \"{schema}\" there, or drop it and CREATE EXTENSION \"{extension}\" SCHEMA \"{schema}\"",
        Subject = mapping,
        Span = span,
    };

    /// <param name="extensions">That are there.</param>
    /// <param name="settings">That the target has, for people.</param>
    public static Diagnostic IsFilled(string mapping, IReadOnlyCollection<string> extensions, IReadOnlyCollection<string> settings, SourceSpan? span) => new()
    {
        Descriptor = IsFilledDescriptor,
        Message = $"target database `{mapping}` is there, and {(extensions.Count == 0 ? "empty" : $"holds nothing but extensions ({string.Join(", ", extensions)})")}: it is filled, not created, and gets the source's properties{(settings.Count == 0 ? "" : $"; its settings become the source's, or are reset: {string.Join(", ", settings)}")}",
        Subject = mapping,
        Span = span,
    };
}
