using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>The comment lines that <c>pg_restore --verbose</c> prints above an entry's statements.</summary>
internal sealed partial record TocHeader(int Id, uint CatalogOid, uint ObjectOid)
{
    private const string DependenciesPrefix = "-- Dependencies: ";
    private const string NamePrefix = "-- Name: ";

    public ImmutableArray<int> DependsOn { get; private init; } = [];

    /// <summary>What follows <c>-- Name: </c>.</summary>
    public string Names { get; private init; } = "";

    /// <summary>Null when the line does not begin a header.</summary>
    public static TocHeader? TryBegin(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("-- TOC entry "u8))
        {
            return null;
        }

        var match = Pattern().Match(Encoding.UTF8.GetString(line));
        return int.TryParse(match.Groups["id"].ValueSpan, CultureInfo.InvariantCulture, out var id)
            && uint.TryParse(match.Groups["catalog"].ValueSpan, CultureInfo.InvariantCulture, out var catalog)
            && uint.TryParse(match.Groups["oid"].ValueSpan, CultureInfo.InvariantCulture, out var oid)
            ? new TocHeader(id, catalog, oid)
            : null;
    }

    /// <summary>Takes in a further comment line of the header.</summary>
    public TocHeader With(ReadOnlySpan<char> comment)
    {
        if (comment.StartsWith(DependenciesPrefix, StringComparison.Ordinal))
        {
            var ids = comment[DependenciesPrefix.Length..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return this with { DependsOn = [.. ids.Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Distinct().Where(id => id != Id)] };
        }

        return comment.StartsWith(NamePrefix, StringComparison.Ordinal) ? this with { Names = comment[NamePrefix.Length..].ToString() } : this;
    }

    /// <summary>
    /// Kind, schema, tag and owner. Names may hold what looks like the separators; the reading that agrees with the list's
    /// line of this entry is the right one. Null when none does.
    /// </summary>
    public (string Kind, string? Schema, string Tag, string? Owner)? Read(TocLine line)
    {
        for (var type = Names.IndexOf("; Type: ", StringComparison.Ordinal); type >= 0; type = Names.IndexOf("; Type: ", type + 1, StringComparison.Ordinal))
        {
            for (var schema = Names.IndexOf("; Schema: ", type, StringComparison.Ordinal); schema >= 0; schema = Names.IndexOf(
                "; Schema: ", schema + 1, StringComparison.Ordinal))
            {
                for (var owner = Names.IndexOf("; Owner: ", schema, StringComparison.Ordinal); owner >= 0; owner = Names.IndexOf(
                    "; Owner: ", owner + 1, StringComparison.Ordinal))
                {
                    var reading = (Kind: Names[(type + 8)..schema], Schema: Names[(schema + 10)..owner], Tag: Names[..type], Owner: Names[(owner + 9)..]);
                    if (Agrees(reading, line.Rest) is { } ownerName)
                    {
                        return (reading.Kind, reading.Schema == "-" ? null : reading.Schema, reading.Tag, ownerName is "" or "-" ? null : ownerName);
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The owner, without the tablespace that may follow it; null when the reading differs from the list.</summary>
    private static string? Agrees((string Kind, string Schema, string Tag, string Owner) reading, string listed)
    {
        var start = $"{reading.Kind} {reading.Schema} {reading.Tag} ";
        if (!listed.StartsWith(start, StringComparison.Ordinal))
        {
            return null;
        }

        var owner = listed[start.Length..];
        return reading.Owner == owner
            || reading.Owner.StartsWith($"{owner}; Tablespace: ", StringComparison.Ordinal)
            || (reading.Owner == "-" && owner.Length == 0) ? owner : null;
    }

    [GeneratedRegex(
        @"^-- TOC entry (?<id>\d+) \(class (?<catalog>\d+) OID (?<oid>\d+)\)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Pattern();
}
