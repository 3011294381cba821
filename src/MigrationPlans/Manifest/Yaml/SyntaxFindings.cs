using MigrationPlans.Diagnostics;
using YamlDotNet.Core;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>Turns the YAML library's exceptions into findings that stand where the mistake is.</summary>
internal static class SyntaxFindings
{
    public static Diagnostic From(YamlException exception, string file, string text, IReadOnlyCollection<SourceSpan> openFlows)
    {
        var span = Span(file, text, exception.Start, exception.Start);
        if (FindIndentingTab(file, text, exception) is { } tab)
        {
            return ManifestDiagnostics.TabIndent(tab);
        }

        var reason = Reason(exception.Message);
        if (openFlows.Count > 0 && reason.Contains("flow", StringComparison.Ordinal))
        {
            return ManifestDiagnostics.Unclosed(
                openFlows.First(),
                span,
                SourceLines.Split(text).ElementAtOrDefault(span.Line - 1)?.Contains("${", StringComparison.Ordinal) == true);
        }

        return ManifestDiagnostics.Syntax(Widen(span), reason);
    }

    public static Diagnostic Unexpected(Exception exception, SourceSpan here, IReadOnlyCollection<SourceSpan> openFlows) =>
        openFlows.Count > 0
            ? ManifestDiagnostics.Unclosed(openFlows.First(), here, hasReference: false)
            : ManifestDiagnostics.Syntax(Widen(here), $"the text can't be read as YAML ({exception.GetType().Name})");

    /// <summary>The library counts from 1; a mark past the end is brought back into the text.</summary>
    public static SourceSpan Span(string file, string text, Mark start, Mark end)
    {
        // An unknown mark is all zero.
        var line = Math.Max(1, (int)start.Line);
        var column = Math.Max(1, (int)start.Column);
        var endLine = Math.Max(line, (int)end.Line);
        var endColumn = endLine == line ? Math.Max(column, (int)end.Column) : Math.Max(1, (int)end.Column);
        return new SourceSpan(file, line, column, endLine, endColumn);
    }

    /// <summary>A tab as indentation is reported at the start of the mapping around it; look for the tab itself.</summary>
    private static SourceSpan? FindIndentingTab(string file, string text, YamlException exception)
    {
        if (!exception.Message.Contains("tab", StringComparison.OrdinalIgnoreCase)
            && !exception.Message.Contains("cannot start any token", StringComparison.Ordinal))
        {
            return null;
        }

        var lines = SourceLines.Split(text);
        for (var i = Math.Max(0, (int)exception.Start.Line - 1); i < lines.Count; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var tab = lines[i].AsSpan(0, indent).IndexOf('\t');
            if (tab >= 0 && indent < lines[i].Length && lines[i][indent] != '#')
            {
                return new SourceSpan(file, i + 1, tab + 1, i + 1, indent + 1);
            }
        }

        return null;
    }

    private static string Reason(string message)
    {
        // "(Line: 1, Col: 4, Idx: 3) - (…): While scanning …, found …" in some versions, the plain sentence in others.
        var cut = message.StartsWith("(Line", StringComparison.Ordinal) ? message.IndexOf("): ", StringComparison.Ordinal) : -1;
        var reason = (cut < 0 ? message : message[(cut + 3)..]).Split('\n')[0].Trim().TrimEnd('.');
        return reason.Length == 0 ? "the text can't be read as YAML" : char.ToLowerInvariant(reason[0]) + reason[1..];
    }

    private static SourceSpan Widen(SourceSpan span) =>
        span.Line == span.EndLine && span.EndColumn <= span.Column ? span with { EndColumn = span.Column + 1 } : span;
}
