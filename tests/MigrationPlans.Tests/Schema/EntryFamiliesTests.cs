using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class EntryFamiliesTests
{
    [Test]
    public void Tables_that_need_each_other_are_one_family_and_stay_in_order()
    {
        var dump = Entries(
            (1, "SCHEMA", []), (2, "TYPE", [1]), (3, "TABLE", [1, 2]), (4, "TABLE", [1, 2]), (5, "SEQUENCE", [3]), (6, "TABLE", [4]), (7, "DEFAULT", [3, 5]));

        Assert.That(Show(EntryFamilies.Cut(dump, dump, many: 3)), Is.EqualTo("1 2 | 3 5 7, 4 6"));
    }

    [Test]
    public void Children_of_one_parent_are_one_family_wherever_the_parent_is_made()
    {
        var dump = Entries((1, "TABLE", []), (2, "VIEW", [1]), (3, "TABLE", [1]), (4, "TABLE", []), (5, "TABLE ATTACH", [1, 3]), (6, "TABLE", [1]));

        Assert.That(Show(EntryFamilies.Cut(dump, dump, many: 2)), Is.EqualTo("1 2 | 3 5 6, 4"));
    }

    [Test]
    public void What_both_need_and_is_not_carried_over_ties_tables_together()
    {
        var dump = Entries((3, "TABLE", [99]), (4, "TABLE", []), (5, "TABLE", [99]));

        Assert.That(Show(EntryFamilies.Cut(dump, dump, many: 1)), Is.EqualTo("3 5, 4"));
    }

    [Test]
    public void A_table_that_needs_a_default_waits_for_it()
    {
        var dump = Entries((1, "TABLE", []), (2, "TABLE", []), (3, "DEFAULT", [1]), (4, "TABLE", [3]));

        Assert.That(Show(EntryFamilies.Cut(dump, dump, many: 1)), Is.EqualTo("1 3 4, 2"));
    }

    [Test]
    public void Families_joined_late_are_one()
    {
        var dump = Entries((1, "TABLE", []), (2, "TABLE", []), (3, "TABLE", []), (4, "TABLE", [1, 2]), (5, "TABLE", [2, 3]), (6, "TABLE", []));

        Assert.That(Show(EntryFamilies.Cut(dump, dump, many: 1)), Is.EqualTo("1 2 3 4 5, 6"));
    }

    [Test]
    public void Short_stretches_go_with_what_is_around_them()
    {
        var dump = Entries((1, "TYPE", []), (2, "TABLE", []), (3, "VIEW", [2]), (4, "TABLE", []), (5, "FUNCTION", []));

        Assert.That(Show(EntryFamilies.Cut(dump, dump, many: 2)), Is.EqualTo("1 2 3 4 5"));
        Assert.That(Show(EntryFamilies.Cut([], dump, many: 2)), Is.Empty);
    }

    [TestCase(3, "1 2 3 | 4 5 | 6 7")]
    [TestCase(1, "1 2 3 4 5 6 7")]
    [TestCase(100, "1 2 3 | 4 | 5 | 6 | 7")]
    public void Families_are_packed_whole(int parts, string expected)
    {
        var dump = Entries((1, "TABLE", []), (2, "TABLE", [1]), (3, "TABLE", [1]), (4, "TABLE", []), (5, "TABLE", []), (6, "TABLE", []), (7, "TABLE", []));
        var families = EntryFamilies.Cut(dump, dump, many: 1).Single();

        Assert.That(string.Join(" | ", EntryFamilies.Pack(families, parts).Select(Show)), Is.EqualTo(expected));
    }

    private static string Show(IEnumerable<ImmutableArray<ImmutableArray<SchemaEntry>>> stretches) =>
        string.Join(" | ", stretches.Select(families => string.Join(", ", families.Select(Show))));

    private static string Show(ImmutableArray<SchemaEntry> entries) => string.Join(' ', entries.Select(entry => entry.Id));

    private static ImmutableArray<SchemaEntry> Entries(params (int Id, string Kind, int[] DependsOn)[] entries) =>
    [
        .. entries.Select(entry => new SchemaEntry
        {
            Id = entry.Id,
            Kind = entry.Kind,
            Tag = $"e{entry.Id}",
            Section = SchemaSection.PreData,
            Sql = "",
            Digest = $"{entry.Id}",
            DependsOn = [.. entry.DependsOn],
        }),
    ];
}
