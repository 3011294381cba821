using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Schema;

public sealed class PartitionAttachmentsTests
{
    [Test]
    public void A_table_is_attached_before_its_own_partitions_are_and_nothing_moves_forward()
    {
        ImmutableArray<SchemaEntry> dump =
        [
            Entry(1, "TABLE", "root"), Entry(2, "TABLE", "between", 1), Entry(3, "TABLE", "leaf", 2), Entry(4, "TABLE", "below", 3),
            Entry(5, "TABLE ATTACH", "below", 3, 4), Entry(6, "TABLE ATTACH", "leaf", 2, 3), Entry(7, "TABLE", "direct", 1),
            Entry(8, "TABLE ATTACH", "between", 1, 2), Entry(9, "VIEW", "all", 1), Entry(10, "TABLE ATTACH", "direct", 1, 7),
            Entry(11, "INDEX", "root", 1), Entry(12, "INDEX", "between", 2, 11), Entry(13, "INDEX ATTACH", "between", 1, 2, 11, 12),
        ];

        Assert.That(PartitionAttachments.FromTheTop(dump).Select(entry => entry.Id), Is.EqualTo(new[] { 1, 2, 3, 4, 7, 8, 6, 5, 9, 10, 11, 12, 13 }));
        Assert.That(
            PartitionAttachments.FromTheTop(dump.RemoveAt(7)).Select(entry => entry.Id), Is.EqualTo(new[] { 1, 2, 3, 4, 6, 5, 7, 9, 10, 11, 12, 13 }), "one stays behind");
    }

    private static SchemaEntry Entry(int id, string kind, string tag, params int[] dependsOn) => new()
    {
        Id = id,
        Kind = kind,
        Schema = "s",
        Tag = tag,
        Section = SchemaSection.PreData,
        Sql = "",
        DependsOn = [.. dependsOn],
        Digest = $"{id}",
    };
}
