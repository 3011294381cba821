using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A target database that somebody drops, and makes another one of its name: that one is not the plan's, neither to fill nor to drop.</summary>
[NonParallelizable]
public sealed class TargetReplacedTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync("max_connections = 50");

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task A_run_that_goes_on_changes_nothing_of_it_nor_does_the_rollback(string strategy)
    {
        var database = $"replaced_{strategy}";
        await FillAsync(database);
        // Fails on the target, where nobody sets it.
        await Sql.RunAsync(
            servers.Source,
            database,
            "SET replaced.allowed = 'yes'; CREATE MATERIALIZED VIEW late AS SELECT current_setting('replaced.allowed')");
        var manifest = servers.WriteManifest(strategy, $"{{ from: source/{database}, to: target/{database}, strategy: {strategy}, verify: none }}");
        using var first = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.EqualTo(1), first.ToString());
        await ReplaceAsync(database);

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(again.ExitCode, Is.EqualTo(1), again.ToString());
        Assert.That(again.Error + again.Output, Does.Contain("MP6110"));
        using var rollback = await servers.RunAsync("rollback", manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(rollback.Output + rollback.Error, Does.Contain($"database target/{database}: is not this plan's and stays"));
        await AssertUntouchedAsync(database);
    }

    [Test]
    public async Task A_finished_plan_does_not_take_it_for_its_own()
    {
        await FillAsync("replaced_after");
        var manifest = servers.WriteManifest("after", "{ from: source/replaced_after, to: target/replaced_after }");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        using var same = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(same.ExitCode, Is.Zero, same.ToString());
        await ReplaceAsync("replaced_after");

        using var plan = await servers.RunAsync("plan", manifest);
        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(new[] { plan.ExitCode, again.ExitCode }, Is.All.EqualTo(6), again.ToString());
        Assert.That(
            again.Error,
            Does.Contain("MP6008").And.Contain("target/replaced_after was migrated, and is gone: another database of its name was made in its place"));
        await AssertUntouchedAsync("replaced_after");
    }

    [Test]
    public async Task The_rollback_of_a_finished_plan_leaves_it_alone()
    {
        await FillAsync("replaced_later");
        var manifest = servers.WriteManifest("later", "{ from: source/replaced_later, to: target/replaced_later }");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await ReplaceAsync("replaced_later");

        using var rollback = await servers.RunAsync("rollback", manifest, "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(rollback.Output + rollback.Error, Does.Contain("database target/replaced_later: is not this plan's and stays"));
        await AssertUntouchedAsync("replaced_later");
    }

    [Test]
    public async Task One_that_was_only_dropped_is_made_anew_after_a_rollback_as_the_refusal_says()
    {
        await FillAsync("dropped");
        await Sql.RunAsync(
            servers.Source,
            "dropped",
            "SET replaced.allowed = 'yes'; CREATE MATERIALIZED VIEW late AS SELECT current_setting('replaced.allowed')");
        var manifest = servers.WriteManifest("dropped", "{ from: source/dropped, to: target/dropped }");
        using var first = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.EqualTo(1), first.ToString());
        await Sql.RunAsync(servers.Target, "postgres", "DROP DATABASE dropped WITH (FORCE)");

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(again.Error, Does.Contain("MP3006").And.Contain("`migplan rollback MANIFEST --target ENDPOINT/DATABASE`"));
        await Sql.RunAsync(servers.Source, "dropped", "DROP MATERIALIZED VIEW late");
        using var rollback = await servers.RunAsync("rollback", manifest, "--target", "target/dropped", "--auto-approve");
        using var anew = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(anew.ExitCode, Is.Zero, rollback.ToString() + anew);
    }

    [Test]
    public async Task One_of_an_earlier_plan_that_was_dropped_is_made_anew_after_a_rollback_as_verify_says()
    {
        await FillAsync("wave_one");
        await FillAsync("wave_two");
        var one = "{ from: source/wave_one, to: target/wave_one }";
        var manifest = servers.WriteManifest("waves", one);
        using var first = await servers.RunAsync("apply", manifest, "--auto-approve");
        servers.WriteManifest("waves", one, "{ from: source/wave_two, to: target/wave_two }");
        using var grown = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That((first.ExitCode, grown.ExitCode), Is.EqualTo((0, 0)), grown.ToString());
        await Sql.RunAsync(servers.Target, "postgres", "DROP DATABASE wave_one WITH (FORCE)");

        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.Error, Does.Contain("MP3006").And.Contain("`migplan rollback MANIFEST --target ENDPOINT/DATABASE`").And.Contain("`--earlier`"));
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.Error, Does.Contain("MP6008").And.Contain("--target target/wave_one --earlier"));
        using var rollback = await servers.RunAsync("rollback", manifest, "--target", "target/wave_one", "--earlier", "--auto-approve");
        using var anew = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(anew.ExitCode, Is.Zero, rollback.ToString() + anew);
    }

    private async Task FillAsync(string database)
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(servers.Source, database, "CREATE TABLE item (name text); INSERT INTO item VALUES ('copied')");
    }

    private async Task ReplaceAsync(string database)
    {
        await Sql.RunAsync(servers.Target, "postgres", $"DROP DATABASE {database} WITH (FORCE)");
        await Sql.RunAsync(servers.Target, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(servers.Target, database, "CREATE TABLE item (name text); INSERT INTO item VALUES ('precious')");
    }

    private async Task AssertUntouchedAsync(string database)
    {
        Assert.That(await Sql.ScalarAsync<string>(servers.Target, database, "SELECT string_agg(name, ',') FROM item"), Is.EqualTo("precious"));
        Assert.That(await Sql.ScalarAsync<bool>(servers.Target, database, "SELECT to_regnamespace('migplan_ledger') IS NULL"), Is.True);
    }
}
