using System.Globalization;
using System.Text.RegularExpressions;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>A line of <c>pg_restore --list</c>: the check on what is cut out of pg_restore's script.</summary>
/// <param name="Rest">Kind, schema, tag and owner, joined by spaces; each may hold spaces itself.</param>
internal sealed partial record TocLine(int Id, uint CatalogOid, uint ObjectOid, string Rest)
{
    /// <summary>Null for a line that shows no entry.</summary>
    public static TocLine? TryParse(string line) => Pattern().Match(line) is { Success: true } match
        ? new TocLine(
            int.Parse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture),
            uint.Parse(match.Groups["catalog"].ValueSpan, CultureInfo.InvariantCulture),
            uint.Parse(match.Groups["oid"].ValueSpan, CultureInfo.InvariantCulture),
            match.Groups["rest"].Value)
        : null;

    [GeneratedRegex(
        @"^(?<id>\d+); (?<catalog>\d+) (?<oid>\d+) (?<rest>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Pattern();
}
