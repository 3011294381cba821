using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>A plan for a part of a database says beforehand, object by object, what the pick leaves behind, brings along and changes.</summary>
public sealed class PickedPartTests
{
    private const string Database = "corpus_monolith";
    private const string Dropped = ", crossBoundaryForeignKeys: drop";

    private readonly CorpusMigration corpus = new(Database, isManaged: false);

    [OneTimeSetUp]
    public Task StartAsync() => corpus.StartAsync("monolith.sql");

    [OneTimeTearDown]
    public async Task StopAsync() => await corpus.DisposeAsync();

    [SetUp]
    public async Task DropTargetAsync()
    {
        await corpus.PsqlAsync(corpus.Target, "postgres", $"DROP DATABASE IF EXISTS {Database}");
        if (Directory.Exists(corpus.StateDirectory))
        {
            Directory.Delete(corpus.StateDirectory, recursive: true);
        }
    }

    [TestCase("include: { schemas: [a] }")]
    [TestCase("exclude: { schemas: [b] }")]
    public async Task What_needs_a_table_out_of_the_pick_is_named_by_the_plan_and_missed_by_nobody(string pick)
    {
        using var plan = await corpus.RunAsync("plan", $", {pick}{Dropped}");
        using var run = await corpus.RunAsync("apply", $", {pick}{Dropped}", "--auto-approve");

        Assert.That(
            plan.Output,
            Does.Contain("function a.ff(b.customers), function a.g(), materialized view a.mv, policy pol of a.orders, view a.v, view a.v2: needs b.customers, which is not picked"),
            plan.ToString());
        Assert.That(
            plan.Output,
            Does.Contain("rule r of a.kid: needs b.other, which is not picked")
                .And.Contain("table b.parent: comes along without rows")
                .And.Contain("refresh  1 materialized view\n"));
        Assert.That(plan.Output, Does.Contain("table a.part: becomes a table of its own: b.root, whose partition it is, is not picked"));
        Assert.That(plan.Output, Does.Match(@"skip .*old/corpus_monolith: b\.customers, .*: b\.other, .*: b\.root\b.*: stays behind"));
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(
            run.Output,
            Does.Contain("FUNCTION a.g(), VIEW a.v, VIEW a.v2, MATERIALIZED VIEW a.mv, RULE a.kid r, POLICY a.orders pol"),
            "the run says the same");
        Assert.That(
            await TargetAsync<string>("SELECT string_agg(conname || ' ' || contype::text, ', ' ORDER BY conname) FROM pg_constraint WHERE conrelid = 'a.part'::regclass AND contype <> 'n'"),
            Is.EqualTo("part_pkey p"));
        Assert.That(
            await TargetAsync<bool>("SELECT to_regclass('b.root') IS NULL AND NOT relispartition FROM pg_class WHERE oid = 'a.part'::regclass"),
            "the partition without its root");
        Assert.That(await TargetAsync<long>("SELECT count(*) FROM b.parent"), Is.EqualTo(1), "the picked child's row alone");
    }

    [Test]
    public async Task What_is_in_no_schema_and_serves_nothing_that_is_picked_is_named()
    {
        using var plan = await corpus.RunAsync("plan", $", include: {{ schemas: [a] }}{Dropped}");
        using var run = await corpus.RunAsync("apply", $", include: {{ schemas: [a] }}{Dropped}", "--auto-approve");

        Assert.That(
            plan.Output,
            Does.Contain(
                "default privileges for role migplan on tables, event trigger ev2, server unneeded: is in no schema, and nothing that is picked needs it"),
            plan.ToString());
        Assert.That(plan.Output, Does.Contain("foreign server far: the target must").And.Not.Contain("foreign server unneeded"));
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(await TargetAsync<string>("SELECT string_agg(evtname::text, ' ') FROM pg_event_trigger"), Is.EqualTo("ev"));
        Assert.That(await TargetAsync<string>("SELECT string_agg(srvname::text, ' ') FROM pg_foreign_server"), Is.EqualTo("far"));
        Assert.That(await TargetAsync<long>("SELECT count(*) FROM pg_default_acl WHERE defaclnamespace = 0"), Is.Zero);
        Assert.That(await TargetAsync<long>("SELECT count(*) FROM pg_cast WHERE oid >= 16384 AND castsource = 'shared.mood'::regtype"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_partition_in_a_schema_that_is_not_picked_is_missed_by_its_root()
    {
        using var plan = await corpus.RunAsync("plan", $", include: {{ schemas: [b] }}{Dropped}");

        Assert.That(plan.Error, Does.Contain("MP4015").And.Contain("takes the partitioned table `b.root`, but not the partition `a.part`"), plan.ToString());
        Assert.That(plan.Output, Does.Contain("table a.orders: comes along without rows"));
    }

    private Task<T> TargetAsync<T>(string sql) => Sql.ScalarAsync<T>(corpus.Target, Database, sql);
}
