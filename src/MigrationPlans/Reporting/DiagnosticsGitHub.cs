using System.Text;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>
/// Findings as workflow commands, which GitHub shows beside the lines of a pull request:
/// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
/// </summary>
public static class DiagnosticsGitHub
{
    public static string Write(IEnumerable<Diagnostic> diagnostics)
    {
        var text = new StringBuilder();
        foreach (var diagnostic in diagnostics)
        {
            var command = diagnostic.Severity switch
            {
                Severity.Error => "error",
                Severity.Warning => "warning",
                _ => "notice",
            };
            var place = diagnostic.Span is { } span
                ? $"file={Property(span.File)},line={span.Line},col={span.Column},endLine={span.EndLine},endColumn={span.EndColumn},"
                : "";
            var message = diagnostic.Help is { } help ? $"{diagnostic.Message}\n{help}" : diagnostic.Message;
            text.Append($"::{command} {place}title={Property($"{diagnostic.Code}: {diagnostic.Descriptor.Summary}")}::{Data(message)}\n");
        }

        return text.ToString();
    }

    private static string Data(string text) => text
        .Replace("%", "%25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal)
        .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) => Data(text)
        .Replace(":", "%3A", StringComparison.Ordinal)
        .Replace(",", "%2C", StringComparison.Ordinal);
}
