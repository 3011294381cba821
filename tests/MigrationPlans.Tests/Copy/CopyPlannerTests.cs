using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Rows;
using NUnit.Framework;

namespace MigrationPlans.Tests.Copy;

public sealed class CopyPlannerTests
{
    [TestCase(1, 1)]
    [TestCase(2, 2)]
    [TestCase(4, 3)]
    [TestCase(16, 12)]
    public void Chunks_of_one_table_leave_a_quarter_of_the_workers_to_others(int workers, int atOnce)
    {
        var table = TableOf("big");
        var units = Enumerable.Range(0, 40).Select(index => CopyPlanner.Chunk(table, new TableChunk(index, 40, 1000))).ToList();
        var other = CopyPlanner.Chunk(TableOf("other"), new TableChunk(0, 2, 1000));

        var ahead = CopyPlanner.Ahead([.. units, other], workers);

        Assert.That(units.Where(unit => !ahead.ContainsKey(unit.Key)), Is.EqualTo(units.Take(atOnce)));
        Assert.That(ahead[units[^1].Key], Is.EqualTo(new[] { units[^(atOnce + 1)].Key }));
        Assert.That(ahead, Does.Not.ContainKey(other.Key));
    }

    private static TableCopy TableOf(string name)
    {
        var rows = new TableRows { Oid = 1, Name = new TableName("public", name), Pages = 40_000, Bytes = 40_000L << 13 };
        return new TableCopy { Source = rows, Target = rows, IsBinary = true };
    }
}
