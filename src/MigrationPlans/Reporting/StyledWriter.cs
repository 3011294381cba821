namespace MigrationPlans.Reporting;

/// <summary>What a piece of text means; the writer decides how it looks.</summary>
public enum TextStyle
{
    Plain,
    Heading,
    Good,
    Changed,
    Warning,
    Bad,
    Faint,
}

/// <summary>Writes text with meaning: in colour where that is welcome, plain elsewhere.</summary>
/// <remarks>Names come from servers. Control characters in them are shown, never sent: they could drive the terminal.</remarks>
public sealed class StyledWriter(TextWriter writer, bool isColor)
{
    private const string Reset = "\u001b[0m";

    public StyledWriter Write(string text, TextStyle style = TextStyle.Plain)
    {
        var code = isColor ? Code(style) : "";
        writer.Write(code.Length == 0 || text.Length == 0 ? Visible(text) : $"{code}{Visible(text)}{Reset}");
        return this;
    }

    public StyledWriter WriteLine(string text = "", TextStyle style = TextStyle.Plain)
    {
        Write(text, style);
        // The same line break everywhere, so that output can be compared.
        writer.Write('\n');
        return this;
    }

    /// <summary>The text with control characters as their Unicode pictures.</summary>
    internal static string Visible(string text) =>
        text.Any(IsHarmful) ? string.Concat(text.Select(Picture)) : text;

    private static bool IsHarmful(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    private static char Picture(char c) => c switch
    {
        < ' ' => (char)('\u2400' + c),
        '\u007f' => '\u2421',
        _ when IsHarmful(c) => '\ufffd',
        _ => c,
    };

    private static string Code(TextStyle style) => style switch
    {
        TextStyle.Heading => "\u001b[1m",
        TextStyle.Good => "\u001b[32m",
        TextStyle.Changed => "\u001b[36m",
        TextStyle.Warning => "\u001b[33m",
        TextStyle.Bad => "\u001b[31m",
        TextStyle.Faint => "\u001b[2m",
        _ => "",
    };
}
