using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Foreign keys to partitioned tables and to partitions, of which a pick takes a part.</summary>
public sealed class PickedKeyTests
{
    private const string Rooted =
        """
        CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.root (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE a.p1 PARTITION OF a.root FOR VALUES FROM (0) TO (10); CREATE TABLE b.p2 PARTITION OF a.root FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id); CREATE TABLE b.p2_1 PARTITION OF b.p2 FOR VALUES FROM (10) TO (20);
        INSERT INTO a.root SELECT generate_series(0, 19); CREATE TABLE a.ref (id int CONSTRAINT to_root REFERENCES a.root); INSERT INTO a.ref VALUES (5), (15);
        """;

    private const string Parted =
        """
        CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE b.root (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE a.p1 PARTITION OF b.root FOR VALUES FROM (0) TO (10); CREATE TABLE b.p2 PARTITION OF b.root FOR VALUES FROM (10) TO (20);
        INSERT INTO b.root SELECT generate_series(0, 19); CREATE TABLE a.refp (id int CONSTRAINT to_part REFERENCES a.p1); INSERT INTO a.refp VALUES (5);
        """;

    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync();
        foreach (var (database, schema) in new[] { ("rooted", Rooted), ("parted", Parted) })
        {
            await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}");
            await Sql.RunAsync(servers.Source, database, schema);
        }
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [TestCase("include: { schemas: [a] }")]
    [TestCase("exclude: { tableData: [b.p2] }")]
    public async Task One_to_a_table_of_whose_rows_some_stay_behind_is_an_error_of_the_plan(string pick)
    {
        using var plan = await servers.RunAsync("plan", servers.WriteManifest("refused", $"{{ from: source/rooted, to: target/refused, {pick} }}"));

        Assert.That(plan.ExitCode, Is.Not.Zero, plan.ToString());
        Assert.That(plan.Error, Does.Contain("MP4012").And.Contain("foreign key `to_root` of `a.ref` refers to `a.root`"), plan.ToString());
    }

    [TestCase("stream", "include: { schemas: [a] }")]
    [TestCase("archive", "include: { schemas: [a] }")]
    [TestCase("stream", "exclude: { tableData: [b.p2] }")]
    [TestCase("archive", "exclude: { tableData: [b.p2] }")]
    public async Task Where_such_keys_are_dropped_plan_and_run_name_it_and_verify_does_not_miss_it(string strategy, string pick)
    {
        var name = $"dropped-{strategy}-{pick[..7]}";
        var manifest = servers.WriteManifest(
            name,
            $"{{ from: source/rooted, to: target/{name.Replace('-', '_')}, verify: checksums, strategy: {strategy}, crossBoundaryForeignKeys: drop, {pick} }}");
        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(plan.Output, Does.Contain("foreign key to_root of a.ref: refers to a.root"), plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Output, Does.Contain("MP6209").And.Contain("to_root"), apply.ToString());
        Assert.That(await Sql.ScalarAsync<long>(servers.Target, name.Replace('-', '_'), "SELECT count(*) FROM a.ref"), Is.EqualTo(2));
    }

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task One_to_a_partition_whose_table_stays_behind_arrives(string strategy)
    {
        var manifest = servers.WriteManifest(
            $"parted-{strategy}",
            $"{{ from: source/parted, to: target/parted_{strategy}, verify: checksums, strategy: {strategy}, include: {{ schemas: [a] }} }}");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                $"parted_{strategy}",
                "SELECT string_agg(conname || ' ' || convalidated, ',') FROM pg_constraint WHERE contype = 'f'"),
            Is.EqualTo("to_part true"));

        await Sql.RunAsync(servers.Target, $"parted_{strategy}", "ALTER TABLE a.refp DROP CONSTRAINT to_part");
        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
    }
}
