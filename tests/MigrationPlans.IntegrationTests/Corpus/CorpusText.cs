using System.Globalization;
using System.Text.RegularExpressions;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>
/// Files of the corpus as a server of some version can run them: what stands between <c>/*from 14*/</c> and <c>/*end*/</c> is left out
/// for older ones, what stands after <c>/*below 14*/</c> for others.
/// </summary>
internal static partial class CorpusText
{
    public static string For(int majorVersion, string path) => Of(majorVersion, File.ReadAllText(path));

    public static string Of(int majorVersion, string text) => Marked().Replace(text, match =>
    {
        var isNewEnough = majorVersion >= int.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture);
        return isNewEnough == (match.Groups["word"].Value == "from") ? match.Groups["text"].Value : "";
    });

    /// <summary>A dump of a newer pg_dump as an older server can run it, and without what a server keeps for itself.</summary>
    public static string ForOlder(string dump)
    {
        // The provider is the default one, by which servers below 15 have no name for it.
        var known = dump.Replace("SET transaction_timeout = 0;", "", StringComparison.Ordinal).Replace(" LOCALE_PROVIDER = libc", "", StringComparison.Ordinal);
        return Among().Replace(Alone().Replace(known, " RESET (n_distinct)"), "");
    }

    // In place of a server's own option, one that is not set is taken back: nothing happens.
    [GeneratedRegex(@" SET \(pg_attver=\d+\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alone();

    [GeneratedRegex(@"(?<=[( ])pg_attver=\d+, ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Among();

    [GeneratedRegex(@"/\*(?<word>from|below) (?<version>\d+)\*/(?<text>.*?)/\*end\*/", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Marked();
}
