using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Reporting;

/// <summary>Writes findings for people: the message, the line it is about with the stretch marked, and the way out.</summary>
/// <param name="texts">Texts of files by the name that spans use; a finding in another file is written without a snippet.</param>
/// <param name="color">Use ANSI colours.</param>
public sealed class DiagnosticsText(IReadOnlyDictionary<string, string> texts, bool color)
{
    private const int LongestLine = 160;
    private readonly Dictionary<string, IReadOnlyList<string>> lines = new(StringComparer.Ordinal);

    public void Write(TextWriter writer, IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            Write(writer, diagnostic);
            writer.WriteLine();
        }
    }

    private void Write(TextWriter writer, Diagnostic diagnostic)
    {
        var name = diagnostic.Severity.ToString().ToLowerInvariant();
        writer.WriteLine($"{Paint($"{name}[{diagnostic.Code}]", SeverityColor(diagnostic.Severity))}: {StyledWriter.Visible(diagnostic.Message)}");
        var gutter = 0;
        if (diagnostic.Span is { } span)
        {
            gutter = span.Line.ToString(CultureInfo.InvariantCulture).Length;
            writer.WriteLine($"{new string(' ', gutter)} {Paint("-->", Ansi.Blue)} {StyledWriter.Visible(span.ToString())}");
            WriteSnippet(writer, diagnostic, span, gutter);
        }

        if (diagnostic.Detail is { } detail)
        {
            writer.WriteLine($"{new string(' ', gutter + 1)}{Paint("=", Ansi.Blue)} why: {StyledWriter.Visible(detail)}");
        }

        if (diagnostic.Help is { } help)
        {
            writer.WriteLine($"{new string(' ', gutter + 1)}{Paint("=", Ansi.Blue)} help: {StyledWriter.Visible(help)}");
        }
    }

    private void WriteSnippet(TextWriter writer, Diagnostic diagnostic, SourceSpan span, int gutter)
    {
        if (LineAt(span) is not { } line)
        {
            return;
        }

        var snippet = Snippet.Of(line, span, LongestLine);
        var bar = Paint("|", Ansi.Blue);
        var blank = new string(' ', gutter);
        var marks = Paint(new string('^', snippet.Length), SeverityColor(diagnostic.Severity));
        writer.WriteLine($"{blank} {bar}");
        writer.WriteLine($"{Paint(span.Line.ToString(CultureInfo.InvariantCulture), Ansi.Blue)} {bar} {snippet.Text}");
        writer.WriteLine($"{blank} {bar} {new string(' ', snippet.Start)}{marks}{(diagnostic.Label is { } label ? $" {StyledWriter.Visible(label)}" : "")}");
    }

    private string? LineAt(SourceSpan span)
    {
        if (!lines.TryGetValue(span.File, out var split))
        {
            if (!texts.TryGetValue(span.File, out var text))
            {
                return null;
            }

            split = SecretMask.Apply(SourceLines.Split(text));
            lines.Add(span.File, split);
        }

        return split.ElementAtOrDefault(span.Line - 1);
    }

    private string Paint(string text, string ansi) => color ? $"{ansi}{text}{Ansi.Reset}" : text;

    private static string SeverityColor(Severity severity) => severity switch
    {
        Severity.Error => Ansi.Red,
        Severity.Warning => Ansi.Yellow,
        _ => Ansi.Cyan,
    };

    private static class Ansi
    {
        public const string Red = "\u001b[1;31m";
        public const string Yellow = "\u001b[1;33m";
        public const string Cyan = "\u001b[1;36m";
        public const string Blue = "\u001b[1;34m";
        public const string Reset = "\u001b[0m";
    }
}
