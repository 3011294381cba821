using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Reporting;

/// <summary>
/// Goes through a file line by line and knows where a secret may stand: under <c>credentials</c>, and under every key that is
/// called like a secret. There, only what is known to be harmless is shown; from the first other thing on, all is hidden to
/// the end of its line and in the lines that belong to it. In doubt a line belongs to it: YAML also knows values that
/// start in the next line, texts of several lines, and brackets that care for no indentation.
/// </summary>
internal sealed partial class SecretPlaces
{
    private const string Hidden = "***";

    /// <summary>Nothing is shown of a longer line; no snippet would.</summary>
    private const int LongestLine = 8192;

    private readonly Stack<Place> places = new();

    /// <summary>Brackets and braces that earlier lines opened.</summary>
    private int depth;

    /// <summary>The quote that a hidden text of an earlier line still lacks.</summary>
    private char? quote;

    /// <summary>The line before ended where its value, or more of it, has to follow.</summary>
    private bool goesOn;

    /// <summary>The next line of the file, fit to be printed.</summary>
    public string Mask(string line)
    {
        if (line.AsSpan().Trim().IsEmpty)
        {
            return line;
        }

        var indent = line.Length - line.TrimStart().Length;
        while (places.TryPeek(out var place) && !Reaches(place, line, indent))
        {
            places.Pop();
        }

        var shown = Shown(line, indent);
        Advance(line, shown);
        return shown == line.Length ? line : line[..shown] + (shown == indent || char.IsWhiteSpace(line[shown - 1]) ? Hidden : $" {Hidden}");
    }

    private bool Reaches(Place place, string line, int indent) =>
        goesOn || quote is not null || indent > place.Indent || depth > place.Depth
        // Items of a list, and the value of a `?` key, may stand right below their key.
        || (indent == place.Indent && place.StartsLine && line[indent] is '-' or ':');

    /// <summary>How much of the line can be shown.</summary>
    private int Shown(string line, int indent)
    {
        var isInside = places.TryPeek(out var place);
        if (place.IsHidden)
        {
            return indent;
        }

        if (line.Length > LongestLine)
        {
            return Hide(new Place(indent, StartsLine: true, depth, IsFlow: false, IsHidden: true), indent);
        }

        var (at, open) = (indent, depth);
        while (true)
        {
            if (!isInside)
            {
                var secret = NextSecret(line, at);
                open = Math.Max(0, open + Brackets(line.AsSpan(at, secret - at)));
                at = secret;
                place = new Place(indent, at == indent, open, open > 0 || OpensBrackets().IsMatch(line, at), IsHidden: false);
            }

            if (at == line.Length)
            {
                return at;
            }

            if (!isInside)
            {
                places.Push(place);
                isInside = true;
            }

            var token = Harmless().Match(line, at);
            if (!token.Success)
            {
                // What looks like a comment may be a password that lacks its quotes; but it says nothing about what follows.
                return line[at] == '#' ? at : Hide(place with { Indent = Math.Max(indent, place.Indent), Depth = open, IsHidden = true }, AfterKey(line, at));
            }

            at += token.Length;
            open = Math.Max(0, open + Brackets(token.ValueSpan));
            if (place.IsFlow && token.ValueSpan is "}" or "]" or "," && open <= place.Depth)
            {
                places.Pop();
                isInside = false;
            }
        }
    }

    private int Hide(Place place, int shown)
    {
        places.Push(place);
        return shown;
    }

    /// <summary>Where the next key stands that a secret may stand under; the line's end when there is none.</summary>
    private static int NextSecret(string line, int from)
    {
        for (var key = Key().Match(line, from); key.Success; key = key.NextMatch())
        {
            var name = key.Groups["name"].Value;
            if ((name == "credentials" || SecretKeys.MayHoldSecret(name)) && !Harmless().Match(line, key.Index).Groups["whole"].Success)
            {
                return key.Index;
            }
        }

        return line.Length;
    }

    /// <summary>A key that is nearly right is shown, because it is the slip that has to be found.</summary>
    private static int AfterKey(string line, int at)
    {
        var key = Key().Match(line, at);
        var name = key.Groups["name"].Value;
        var isShown = key.Success && key.Index == at && name.All(char.IsAsciiLetter)
            && (name == "credentials"
                || SecretKeys.MayHoldSecret(name)
                || DidYouMean.AreNear(name, "username")
                || "username".StartsWith(name, StringComparison.OrdinalIgnoreCase));
        return isShown ? at + key.Length : at;
    }

    private void Advance(string line, int shown)
    {
        var isHidden = places.TryPeek(out var place) && place.IsHidden;
        var closed = quote is { } open ? line.IndexOf(open, StringComparison.Ordinal) : -1;
        depth = Math.Max(0, depth + (quote is null || closed >= 0 ? Brackets(line.AsSpan(closed + 1)) : 0));
        quote = quote is not null && closed < 0 ? quote : isHidden && quote is null ? OpenQuote(line[shown..]) : null;
        var text = WithoutComment(line).TrimEnd();
        if (text.Length > 0)
        {
            goesOn = places.Count > 0 && (text.EndsWith(':') || (isHidden && depth > 0 && text[^1] is not (',' or '}' or ']')));
        }
    }

    private static char? OpenQuote(string hidden)
    {
        var start = hidden.TrimStart(' ', '\t', '-');
        return hidden.Count(c => c == '"') % 2 == 1 ? '"'
            : start.StartsWith('\'') && start.Count(c => c == '\'') % 2 == 1 ? '\''
            : null;
    }

    /// <summary>Brackets and braces that the text opens and leaves open; those in quotes and comments are none.</summary>
    private static int Brackets(ReadOnlySpan<char> text)
    {
        var open = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '{' or '[':
                    open++;
                    break;
                case '}' or ']':
                    open--;
                    break;
                case '"' or '\'' when i == 0 || !char.IsLetterOrDigit(text[i - 1]):
                    var end = text[(i + 1)..].IndexOf(text[i]);
                    i = end < 0 ? text.Length : i + 1 + end;
                    break;
                case '#' when i == 0 || char.IsWhiteSpace(text[i - 1]):
                    return open;
            }
        }

        return open;
    }

    private static string WithoutComment(string line)
    {
        var start = line.StartsWith('#') ? 0 : line.IndexOf(" #", StringComparison.Ordinal);
        return start < 0 ? line : line[..start];
    }

    /// <param name="Indent">Of the line that it starts in.</param>
    /// <param name="StartsLine">Its key is the first thing in that line.</param>
    /// <param name="Depth">Brackets that are open around it.</param>
    /// <param name="IsFlow">It ends with a bracket or a comma, not with a line.</param>
    /// <param name="IsHidden">It holds something that is not known to be harmless, and nothing more of it is shown.</param>
    private readonly record struct Place(int Indent, bool StartsLine, int Depth, bool IsFlow, bool IsHidden);

    [GeneratedRegex(
        "(?<![\\w.:/\"'-])((\\?\\s+)?[\"']?(?<name>[\\w.-]+)[\"']?\\s*:|\\?\\s+[\"']?(?<name>[\\w.-]+)[\"']?\\s*\\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex Key();

    /// <summary>Blanks, brackets, references to where a secret is kept, and the keys that these stand under.</summary>
    [GeneratedRegex(
        "\\G(\\s+|[{}\\[\\],]|-(?=\\s)|<<\\s*:\\s*\\*[\\w-]+"
        + "|(?<whole>([\"']?(username|file)[\"']?\\s*:\\s*(\"[^\"]*\"|'[^']*'|[^\\s\"'{}\\[\\],&*!|>%@#][^\"{}\\[\\],#]*)"
        + "|[\"']?env[\"']?\\s*:\\s*(\"\\w+\"|'\\w+'|\\w+)"
        + "|[\"']?managedSecret[\"']?\\s*:\\s*(true|false)"
        + "|[\"']?passwords[\"']?\\s*:\\s*[\"']?(copy|none)[\"']?"
        + "|[\"']?secretArn[\"']?\\s*:\\s*[\"']?(arn:([\\w:/+=.@-]|\\$\\{env:\\w+\\})+|\\$\\{env:\\w+\\})[\"']?)(?=\\s*([,}\\]#]|\\z)))"
        + "|[\"']?(credentials[\"']?\\s*:(\\s*[&*][\\w-]+)?|(password|iam)[\"']?\\s*:)(?=\\s*([{#]|\\z)))",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        60_000)]
    private static partial Regex Harmless();

    [GeneratedRegex("\\G[\"'\\w.-]+\\s*:\\s*[{\\[]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex OpensBrackets();
}
