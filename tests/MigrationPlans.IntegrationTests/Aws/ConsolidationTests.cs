using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The example's consolidation by the real binary: two accounts, secrets, assumed roles, one target.</summary>
[NonParallelizable]
public sealed class ConsolidationTests
{
    [Test]
    public async Task One_apply_brings_the_databases_of_two_accounts_to_one_instance_and_no_secret_leaves_memory()
    {
        await using var fixture = await ExampleConsolidation.StartAsync();
        string[] state = ["--state", fixture.FileOf("state")];
        using var plan = await fixture.RunAsync("plan", ["--out", fixture.FileOf("plan.json"), .. state]);
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());

        using var first = await fixture.RunAsync("apply", ["--auto-approve", .. state]);
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        Assert.That(
            await RowsAsync(fixture.Target, "app_db_a", "sales.orders"),
            Is.EqualTo(await RowsAsync(fixture.SourceA, "source_database_a", "sales.orders")));
        Assert.That(
            await RowsAsync(fixture.Target, "app_db_b", "desk.tickets"),
            Is.EqualTo(await RowsAsync(fixture.SourceB, "source_database_b", "desk.tickets")));

        using var second = await fixture.RunAsync("apply", ["--auto-approve", .. state]);
        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(second.Output, Does.Contain("nothing to do"));

        using var verify = await fixture.RunAsync("verify", "--level", "checksums");
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());

        using var rollback = await fixture.RunAsync("rollback", ["--auto-approve", .. state]);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await DatabasesAsync(fixture), Is.Zero);
        Assert.That(
            await Sql.ScalarAsync<long>(
                fixture.Target,
                "postgres",
                "SELECT count(*) FROM pg_roles WHERE rolname IN ('shop_owner', 'desk_owner', 'desk_readonly')"),
            Is.Zero);

        var texts = fixture.Files().ToList();
        Assert.That(texts.Select(text => Path.GetFileName(text.Name)), Is.SupersetOf(new[] { "plan.json", "state.json", "journal.ndjson" }));
        MigplanProcess[] runs = [plan, first, second, verify, rollback];
        texts.AddRange(runs.Select(run => ("a run's output", run.ToString())));
        foreach (var (name, text) in texts)
        {
            foreach (var secret in ExampleConsolidation.Secrets)
            {
                Assert.That(text, Does.Not.Contain(secret), name);
            }
        }
    }

    [Test]
    public async Task A_manifest_that_names_no_instance_of_the_account_is_told_before_anything_is_created()
    {
        await using var fixture = await ExampleConsolidation.StartAsync();
        var wrong = fixture.FileOf("wrong.yaml");
        await File.WriteAllTextAsync(wrong, "sources: { account-b: { rds: { instance: source-c } } }");
        using var apply = await fixture.RunAsync("apply", "--auto-approve", "--overlay", wrong, "--state", fixture.FileOf("state"));
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP3510").And.Contain("source-c"));
        Assert.That(await DatabasesAsync(fixture), Is.Zero);
    }

    private static Task<string> RowsAsync(PostgreSql.Clusters.LocalCluster server, string database, string table) => Sql.ScalarAsync<string>(
        server, database, $"SELECT format('%s rows, %s, owner %s', count(*), sum(hashtextextended(t::text, 0)::numeric), (SELECT relowner::regrole FROM pg_class WHERE oid = '{table}'::regclass)) FROM {table} t");

    private static Task<long> DatabasesAsync(ExampleConsolidation fixture) =>
        Sql.ScalarAsync<long>(fixture.Target, "postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'app_db_%'");
}
