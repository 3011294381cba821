using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Importing;

/// <summary>One line of a mapping file: <c>old_url@@new_url</c>.</summary>
internal sealed record MappingLine(SourceSpan Span, DatabaseUrl From, DatabaseUrl To)
{
    private const string Separator = "@@";

    /// <summary>The line's mapping; neither mapping nor finding for a blank line or a comment.</summary>
    public static (MappingLine? Line, Diagnostic? Diagnostic) Parse(string text, SourceSpan span)
    {
        var content = WithoutComment(text);
        if (content.Length == 0)
        {
            return (null, null);
        }

        // A password may end with the separator's characters; the new URL tells where it really is.
        var cuts = Enumerable.Range(0, content.Length)
            .Where(at => content.AsSpan(at).StartsWith(Separator, StringComparison.Ordinal)
                && DatabaseUrl.Scheme().IsMatch(content[(at + Separator.Length)..].TrimStart()))
            .ToList();
        if (cuts is not [var cut])
        {
            return (null, ImportDiagnostics.MalformedLine(span, cuts.Count == 0 ? "it is not `old_url@@new_url`" : "it holds more than two URLs"));
        }

        var (from, fromError) = DatabaseUrl.Parse(content[..cut].Trim());
        var (to, toError) = DatabaseUrl.Parse(content[(cut + Separator.Length)..].Trim());
        return from is null || to is null
            ? (null, ImportDiagnostics.MalformedLine(span, fromError is not null ? $"in the old URL, {fromError}" : $"in the new URL, {toError}"))
            : (new MappingLine(span, from, to), null);
    }

    private static string WithoutComment(string text)
    {
        var content = text.Trim();
        if (content.StartsWith('#'))
        {
            return "";
        }

        var comment = content.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? content : content[..comment]).Trim();
    }
}
