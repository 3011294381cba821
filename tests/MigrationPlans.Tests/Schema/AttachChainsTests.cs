using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class AttachChainsTests
{
    // Two levels: o ← a, c; c ← c0. Each table has a key and an index; the dump names tables beside the indexes.
    private static readonly SchemaEntry[] Dump =
    [
        Entry(1, "TABLE"), Entry(2, "TABLE"), Entry(3, "TABLE"), Entry(4, "TABLE"),
        Entry(11, "CONSTRAINT", 1), Entry(12, "CONSTRAINT", 2, 11), Entry(13, "CONSTRAINT", 3, 11), Entry(14, "CONSTRAINT", 4, 13),
        Entry(21, "INDEX", 1), Entry(22, "INDEX", 2, 21), Entry(23, "INDEX", 3, 21), Entry(24, "INDEX", 4, 23),
        Entry(31, "INDEX ATTACH", 22, 21, 2, 1), Entry(32, "INDEX ATTACH", 2, 12, 11, 11, 1),
        Entry(33, "INDEX ATTACH", 24, 23, 4, 3), Entry(34, "INDEX ATTACH", 3, 13, 11, 14, 4, 3),
        Entry(35, "INDEX ATTACH", 23, 21, 3, 1), Entry(36, "INDEX ATTACH", 3, 13, 11, 3, 1),
    ];

    [Test]
    public void Attachments_of_one_index_form_a_chain_over_all_levels_and_leave_other_indexes_alone()
    {
        var before = AttachChains.Predecessors(Dump, Dump);
        Assert.That(before, Is.EquivalentTo(new Dictionary<int, int> { [33] = 31, [35] = 33, [34] = 32, [36] = 34 }));
    }

    [Test]
    public void What_is_attached_already_is_not_waited_for()
    {
        var before = AttachChains.Predecessors(Dump.Where(entry => entry.Id is not (31 or 34)), Dump);
        Assert.That(before, Is.EquivalentTo(new Dictionary<int, int> { [35] = 33, [36] = 32 }));
    }

    [Test]
    public void Parts_on_different_levels_are_one_chain_even_when_what_ties_them_together_is_attached_already()
    {
        var before = AttachChains.Predecessors(Dump.Where(entry => entry.Id is 31 or 33), Dump);
        Assert.That(before, Is.EquivalentTo(new Dictionary<int, int> { [33] = 31 }));
    }

    private static SchemaEntry Entry(int id, string kind, params int[] dependsOn) => new()
    {
        Id = id,
        Kind = kind,
        Tag = $"e{id}",
        Section = kind == "TABLE" ? SchemaSection.PreData : SchemaSection.PostData,
        Sql = "",
        Digest = $"{id}",
        DependsOn = [.. dependsOn],
    };
}
