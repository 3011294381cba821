using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Wire;
using NUnit.Framework;

namespace MigrationPlans.Tests.Copy;

public sealed class IndexWorkTests
{
    private const long Large = 1 << 30;

    private const string Clustered = "CREATE INDEX \"i1\" ON \"public\".\"t1\" (\"a\");\nALTER TABLE \"public\".\"t1\" CLUSTER ON \"i1\";";

    private const string Identity =
        "SET default_tablespace = '';\nCREATE UNIQUE INDEX \"i2\" ON \"public\".\"t1\" (\"b\");\nALTER TABLE ONLY \"public\".\"t1\" REPLICA IDENTITY USING INDEX \"i2\";";

    /// <summary>Each build holds a lock that the other's ALTER TABLE waits for.</summary>
    [Test]
    public void What_is_said_further_of_a_large_tables_indexes_waits_for_all_of_them()
    {
        var items = ItemsOf(Large, [IndexOf(11, 1, Clustered), IndexOf(12, 1, Identity), IndexOf(13, 1, "CREATE INDEX \"i3\" ON \"public\".\"t1\" (\"c\");")]);

        Assert.That(items.Keys, Is.EquivalentTo(new[] { "index 11", "index 12", "index 13", "further public.t1" }));
        Assert.That(items["further public.t1"].DependsOn, Is.EquivalentTo(new[] { "index 11", "index 12", "index 13" }));
        Assert.That(items.Values.Where(item => item.Key != "further public.t1").SelectMany(item => item.DependsOn), Is.Empty);
    }

    [Test]
    public void A_build_that_was_done_before_is_not_done_again_and_what_is_said_further_of_it_is()
    {
        var items = ItemsOf(Large, [IndexOf(11, 1, Clustered)], "digest 11:index");

        Assert.That(items.Keys, Is.EqualTo(new[] { "further public.t1" }));
    }

    /// <summary>Two transactions that lock the same tables in another order wait for each other.</summary>
    [Test]
    public void All_indexes_of_a_small_table_are_built_in_one_transaction()
    {
        var indexes = Enumerable.Range(0, 120).Select(i => IndexOf(1000 + i, 1 + (i % 40), $"CREATE INDEX i{i};")).ToImmutableArray();
        var batches = ItemsOf(1000, indexes);

        Assert.That(batches, Has.Count.EqualTo(3));
        var starts = batches.Keys.Select(key => int.Parse(key["indexes ".Length..], System.Globalization.CultureInfo.InvariantCulture));
        Assert.That(starts, Is.EqualTo(new[] { 1000, 1016, 1032 }), "sixteen tables with three each");
    }

    private static Dictionary<string, WorkItem<WireConnection>> ItemsOf(long bytes, ImmutableArray<SchemaEntry> indexes, params string[] done)
    {
        var tables = indexes.Select(index => index.DependsOn[0]).Distinct().Order().ToImmutableArray();
        var entries = tables.Select(id => EntryOf(id, "TABLE", SchemaSection.PreData, $"t{id}", "") with { ObjectOid = (uint)id }).Concat(indexes);
        var rows = tables.Select(id => new TableRows { Oid = (uint)id, Name = new TableName("public", $"t{id}") }).ToList();
        var work = new IndexWork(
            new IndexBuilds([.. entries], rows), done.ToHashSet(StringComparer.Ordinal), _ => [], _ => bytes, () => 0, (_, _) => { }, "new/shop");
        return work.ToItems().ToDictionary(item => item.Key, StringComparer.Ordinal);
    }

    private static SchemaEntry IndexOf(int id, int table, string sql) =>
        EntryOf(id, "INDEX", SchemaSection.PostData, $"i{id}", sql) with { DependsOn = [table] };

    private static SchemaEntry EntryOf(int id, string kind, SchemaSection section, string tag, string sql) =>
        new() { Id = id, Kind = kind, Schema = "public", Tag = tag, Section = section, Sql = sql, Digest = $"digest {id}" };
}
