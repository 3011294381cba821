using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Tests.Manifest.Malformed;

/// <summary>
/// One malformed manifest of a <c>.cases</c> file. A case starts with <c>=== name</c>; lines that start with <c>#~</c> are the
/// findings about the line above, with their columns, and are no part of the manifest. In a case whose name ends in
/// <c>(escaped)</c>, <c>\t</c>, <c>\r</c> and <c>\0</c> stand for what editors and version control would change.
/// </summary>
internal sealed record MalformedCase(string File, string Name, string Source)
{
    private const string Head = "=== ";
    private const string Finding = "#~";

    public string Yaml => Name.EndsWith("(escaped)", StringComparison.Ordinal)
        ? Source.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\0", "\0", StringComparison.Ordinal)
        : Source;

    public static IReadOnlyList<MalformedCase> ReadAll(string folder) =>
        [.. Directory.GetFiles(folder, "*.cases").Order(StringComparer.Ordinal).SelectMany(Read)];

    /// <summary>The case with its findings under their lines.</summary>
    public string Annotate(IEnumerable<Diagnostic> diagnostics)
    {
        var byLine = diagnostics.ToLookup(diagnostic => Math.Min(diagnostic.Span!.Line, SourceLines.Split(Source).Count));
        var text = new System.Text.StringBuilder($"{Head}{Name}\n");
        var lines = Source.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            // The last piece of a text that ends with a line break is not a line.
            text.Append(lines[i]).Append(i == lines.Length - 1 && lines[i].Length == 0 ? "" : "\n");
            foreach (var diagnostic in byLine[i + 1])
            {
                text.Append($"{Finding} {Columns(diagnostic.Span!)} {diagnostic.Severity.ToString().ToLowerInvariant()}[{diagnostic.Code}] {diagnostic.Message}{Part(" | ", diagnostic.Label)}{Part(" = ", diagnostic.Help)}\n");
            }
        }

        return text.ToString();
    }

    public override string ToString() => $"{Path.GetFileNameWithoutExtension(File)}: {Name}";

    private static string Columns(SourceSpan span) =>
        span.Line == span.EndLine ? $"{span.Column}-{span.EndColumn}" : $"{span.Column}-{span.EndLine}:{span.EndColumn}";

    private static string Part(string mark, string? text) => text is null ? "" : mark + text;

    private static IEnumerable<MalformedCase> Read(string file) => System.IO.File.ReadAllText(file)
        .Split($"\n{Head}")
        .Select(text => text.StartsWith(Head, StringComparison.Ordinal) ? text[Head.Length..] : text)
        .Where(text => text.Trim().Length > 0)
        .Select(text => text.EndsWith('\n') ? text : text + "\n")
        .Select(text => new MalformedCase(file, text[..text.IndexOf('\n')], WithoutFindings(text[(text.IndexOf('\n') + 1)..])));

    private static string WithoutFindings(string text) =>
        string.Concat(text.Split('\n').SkipLast(1).Where(line => !line.StartsWith(Finding, StringComparison.Ordinal)).Select(line => line + "\n"));
}
