using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>The entries of an archive that hold rows, positions of sequences and large objects, from <c>pg_restore --list --verbose</c>.</summary>
internal static partial class ArchiveToc
{
    private const string Rows = "TABLE DATA ";
    private const string Large = "BLOBS ";

    private static readonly string[] DataKinds = [Rows, "SEQUENCE SET ", Large];

    private static readonly string CronJob = $"{Rows}{CronJobs.Schema} {CronJobs.Table} ";

    /// <summary>
    /// Ids of the entries to restore between pre-data and post-data: those whose object is carried over. Those of extensions' tables
    /// by themselves, in the archive's order, which heeds the foreign keys that come with these tables; what an entry depends on does
    /// not say them. Sequences of extensions, which a login may be unable to set, are aligned with the source after the rows.
    /// </summary>
    /// <param name="list">What pg_restore printed.</param>
    /// <param name="all">The archive's schema, whole.</param>
    /// <param name="carried">Of that, what the mapping carries over.</param>
    public static (ImmutableArray<int> OfExtensions, ImmutableArray<int> CronJobs, ImmutableArray<int> Others) PickData(
        string list, IEnumerable<SchemaEntry> all, IEnumerable<SchemaEntry> carried)
    {
        var known = all.Select(entry => entry.Id).ToHashSet();
        var kept = carried.Select(entry => entry.Id).ToHashSet();
        // What is not in the schema belongs to an extension, which brings the table itself.
        var picked = ReadData(list).Where(entry => entry.DependsOn.All(id => !known.Contains(id) || kept.Contains(id)))
            .ToLookup(entry => entry.Kind != Large && !entry.DependsOn.Any(known.Contains));
        var ofExtensions = picked[true].Where(entry => entry.Kind == Rows)
            .ToLookup(entry => entry.Text.StartsWith(CronJob, StringComparison.Ordinal), entry => entry.Id);
        return ([.. ofExtensions[false]], [.. ofExtensions[true]], [.. picked[false].Select(entry => entry.Id)]);
    }

    private static IEnumerable<(int Id, string Kind, string Text, ImmutableArray<int> DependsOn)> ReadData(string list)
    {
        var lines = list.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            // A table in a schema called "DATA" looks like one, but has its catalog's oid.
            if (Entry().Match(lines[i]) is { Success: true } entry
                && Array.Find(DataKinds, kind => entry.Groups["rest"].Value.StartsWith(kind, StringComparison.Ordinal)) is { } found)
            {
                var needs = i + 1 < lines.Length ? Dependencies().Match(lines[i + 1]) : Match.Empty;
                yield return (
                    Number(entry.Groups["id"].Value),
                    found,
                    entry.Groups["rest"].Value,
                    [.. needs.Groups["ids"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number)]);
            }
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?<id>[0-9]+); 0 [0-9]+ (?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Entry();

    [GeneratedRegex("^;\tdepends on: (?<ids>[0-9 ]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Dependencies();
}
