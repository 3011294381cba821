using System.Text.RegularExpressions;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What differs by design, as it shows in an inventory. Each has its heading in docs/differences.md.</summary>
internal static partial class KnownDifferences
{
    private static readonly (string Heading, Regex Line)[] All =
    [
        ("Publications and subscriptions", Publications()),
        ("Invalid indexes", InvalidIndexes()),
        ("Indexes above foreign partitions", IndexesAboveForeignPartitions()),
        ("Owners of extensions", ExtensionOwners()),
        ("Columns of tables that inherit", InheritedColumns()),
        ("Order of roles in a policy", PolicyRoles()),
        ("The login of the run", Login()),
    ];

    /// <summary>
    /// A list on a varchar column is printed in two ways that mean the same ("Printed form of lists and of names"). Without casts and parentheses
    /// both look alike. Nor does it count what a server keeps for itself among a column's options.
    /// </summary>
    public static string Flatten(string line) =>
        ServersOwn().Replace(line.Contains("ARRAY[", StringComparison.Ordinal) ? Decoration().Replace(line, "") : line, "");

    /// <summary>Without whether a materialized view is populated, and without where sequences stand: a listing of rows has both.</summary>
    public static IReadOnlyList<string> WithoutContent(IEnumerable<string> lines) =>
        [.. lines.Where(line => !line.StartsWith("sequence | ", StringComparison.Ordinal)).Select(line => Population().Replace(line, "${start}"))];

    /// <summary>"Between versions": where the schema public belongs to a superuser, as below 15, another login leaves it to the database's owner.</summary>
    public static bool IsOwnerOfPublic(string line) => PublicOwner().IsMatch(line);

    /// <summary>"Between versions": multirange types, which servers below 14 don't have, belong to whoever restores their range types.</summary>
    public static bool IsOwnerOfMultirange(string line) => MultirangeOwner().IsMatch(line);

    /// <summary>
    /// The server names what a key to a partitioned table brings for each partition, by what is free. Keys that are made in the source's order get the
    /// source's names, which those of pg_restore need not.
    /// </summary>
    public static bool IsOfPartOfKey(string line) => PartOfKey().IsMatch(line);

    public static IEnumerable<string> Headings => All.Select(known => known.Heading).Append("Printed form of lists and of names").Append("Between versions");

    public static IEnumerable<string> Unexplained(IEnumerable<string> differences) =>
        differences.Where(line => !All.Any(known => known.Line.IsMatch(line)));

    [GeneratedRegex(
        @"^- (.*(PUBLICATION|SUBSCRIPTION)|publication |subscription |depends \| publication |role depends \| (publication|subscription) )",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Publications();

    [GeneratedRegex(@"^- (relation|index|index column|depends) \| (index )?traps\.broken ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InvalidIndexes();

    [GeneratedRegex(@"^[-+] (constraint \| public\.\w+ \| fk_parted_a_fkey_\d |.*table constraint fk_parted_a_fkey_\d on )", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PartOfKey();

    [GeneratedRegex(@"^[-+] index \| traps\.part_far_a ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IndexesAboveForeignPartitions();

    [GeneratedRegex(@"^[-+] (extension \| |role depends \| extension )", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExtensionOwners();

    [GeneratedRegex(@"^[-+] (column \| )?traps\.adopted[ |]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InheritedColumns();

    [GeneratedRegex(@"^[-+] CREATE POLICY .* TO corpus_(app|group), corpus_(app|group) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PolicyRoles();

    [GeneratedRegex(
        @"^[-+] (-- Name: (SCHEMA )?public; |-- \*not\* creating schema|ALTER SCHEMA public OWNER|schema \| public \| |(GRANT|REVOKE) .* ON SCHEMA public |role depends \| schema public )",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex PublicOwner();

    [GeneratedRegex(@"^[-+] (type \| \S+(multirange|ranges)(\[\])? |role depends \| type \S+(multirange|ranges) )", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MultirangeOwner();

    [GeneratedRegex(@"pg_attver=\d+, ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServersOwn();

    [GeneratedRegex(@"^(?<start>relation \| .* \| m \| [pu] \| )[tf] ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Population();

    [GeneratedRegex(@"\(|\)|::text(\[\])?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Decoration();

    [GeneratedRegex(
        @"^([-+] role \| master_src |[-+] member \| master_src |- member \| corpus_group \| pg_read_all_stats |\+ .*, master_src CONNECT by corpus_owner|- in two lines \| corpus_app CREATE|[-+] line \| admin |\+ role depends \| operator public\.!==@\()",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Login();
}
