using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Materialized views whose rows stay behind, and others that read them.</summary>
public sealed class PickedMaterializedViewTests
{
    private const string Schema =
        """
        CREATE SCHEMA a; CREATE TABLE a.t (i int); INSERT INTO a.t VALUES (1); CREATE MATERIALIZED VIEW a.m1 AS SELECT * FROM a.t; CREATE MATERIALIZED VIEW a.m2 AS SELECT * FROM a.m1;
        CREATE VIEW a.v AS SELECT * FROM a.m2; CREATE MATERIALIZED VIEW a.m3 AS SELECT * FROM a.v; CREATE MATERIALIZED VIEW a.other AS SELECT * FROM a.t;
        """;

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task Those_are_not_filled_and_the_plan_names_them(string strategy)
    {
        await using var servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE views");
        await Sql.RunAsync(servers.Source, "views", Schema);
        var manifest = servers.WriteManifest(
            "views", $"{{ from: source/views, to: target/views, verify: checksums, strategy: {strategy}, exclude: {{ tableData: [a.m1] }} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            plan.Output,
            Does.Match("refresh  1 materialized view\\b")
                .And.Contain("rows of a.m1: named under `exclude.tableData`")
                .And.Contain("rows of a.m2, rows of a.m3: come from a.m1, whose rows stay behind"),
            plan.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, "views", "SELECT string_agg(matviewname || ' ' || ispopulated, ', ' ORDER BY matviewname) FROM pg_matviews"),
            Is.EqualTo("m1 false, m2 false, m3 false, other true"));
    }
}
