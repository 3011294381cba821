using MigrationPlans.PostgreSql.Copy;
using NUnit.Framework;

namespace MigrationPlans.Tests.Copy;

public sealed class SortMemoryTests
{
    private const long MergeBuffer = 264 * 1024;

    [TestCase(0)]
    [TestCase(1L << 20)]
    [TestCase(100L << 20)]
    [TestCase(10L << 30)]
    [TestCase(1L << 40)]
    [TestCase(32L << 40)]
    public void The_runs_of_a_table_are_merged_in_one_pass(long tableBytes)
    {
        var memory = SortMemory.Kilobytes(tableBytes) * 1024;
        var runs = (tableBytes / memory) + 1;
        Assert.That(runs * MergeBuffer, Is.LessThanOrEqualTo(memory));
    }

    [TestCase(100L << 20, 7)]
    [TestCase(1L << 30, 22)]
    [TestCase(100L << 30, 226)]
    public void It_is_far_less_than_the_table(long tableBytes, long megabytes) =>
        Assert.That(SortMemory.Kilobytes(tableBytes) / 1024, Is.EqualTo(megabytes));

    [TestCase("CREATE INDEX i ON public.t USING gin (tags);", false)]
    [TestCase("""CREATE INDEX "i" ON "public"."t" USING "gist" ("a");""", false)]
    [TestCase("""ALTER TABLE ONLY "public"."t" ADD CONSTRAINT "x" EXCLUDE USING "gist" ("a" WITH &&);""", false)]
    [TestCase("""ALTER TABLE ONLY "public"."t" ADD CONSTRAINT "x" PRIMARY KEY ("a");""", true)]
    [TestCase("""CREATE UNIQUE INDEX "i" ON "public"."t" USING "btree" ("a");""", true)]
    public void Only_trees_are_sorted(string sql, bool isSorted) => Assert.That(SortMemory.IsSorted(sql), Is.EqualTo(isSorted));
}
