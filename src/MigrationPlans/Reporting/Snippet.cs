using System.Text;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>One line of a file, fit for a terminal, and where in it the marks go.</summary>
/// <param name="Start">Columns before the marks.</param>
/// <param name="Length">Number of marks, at least one.</param>
internal sealed record Snippet(string Text, int Start, int Length)
{
    /// <summary>Tabs become one blank, other control characters a dot; a long line is cut around its marked stretch.</summary>
    public static Snippet Of(string line, SourceSpan span, int longest)
    {
        var text = new string([.. line.EnumerateRunes().SelectMany(Printable)]);
        var from = Math.Clamp(span.Column - 1, 0, text.Length);
        var to = span.EndLine > span.Line ? text.TrimEnd().Length : Math.Clamp(span.EndColumn - 1, from, text.Length);
        if (text.Length > longest)
        {
            var cut = Math.Clamp(from - (longest / 4), 0, text.Length - longest);
            text = text.Substring(cut, longest);
            (from, to) = (from - cut, Math.Min(to - cut, longest));
        }

        return new Snippet(text.TrimEnd(), from, Math.Max(1, to - from));
    }

    /// <summary>As many characters as the rune has in UTF-16, so that columns still fit.</summary>
    private static IEnumerable<char> Printable(Rune rune)
    {
        if (rune.Value == '\t')
        {
            return " ";
        }

        return Quoting.IsPrintable(rune) ? rune.ToString() : new string('.', rune.Utf16SequenceLength);
    }
}
