using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// Two people apply one manifest, each with a state of their own: what the first one's run began, the second one's goes
/// on with, and the first one's state is out of date.
/// </summary>
[NonParallelizable]
public sealed class StaleStateTests
{
    private const string Database = "two_states";

    [Test]
    public async Task A_rollback_leaves_alone_what_another_state_finished()
    {
        using var fixture = await BegunAsync();
        await LetPassAsync();
        var second = await ApplyAsync(fixture, "second");
        Assert.That(second.ExitCode, Is.Zero, second.Output);
        Assert.That(second.Output, Does.Contain("MP6114"));

        var stale = await ApplyAsync(fixture, "first");
        Assert.That(stale.ExitCode, Is.EqualTo(1), stale.Output);
        Assert.That(stale.Output, Does.Contain("MP6110"));
        await AssertKeptAsync(fixture, "it does not bear the mark of this run any more");
    }

    /// <summary>Only the comparison was left, after which the mark goes: that it is gone does not tell whose it was.</summary>
    [Test]
    public async Task What_another_state_compared_and_finished_is_not_taken_for_its_own()
    {
        using var fixture = await BegunAsync();
        await LetPassAsync();
        await Sql.RunAsync(TestServers.Target, Database, "INSERT INTO item VALUES (3); CREATE INDEX extra ON item (id)");
        var first = await ApplyAsync(fixture, "first");
        Assert.That(first.ExitCode, Is.EqualTo(8), first.Output);
        Assert.That(first.Output, Does.Contain("index public.extra").And.Not.Contain("was not fenced"), "no writer of the source makes an index");
        await Sql.RunAsync(TestServers.Target, Database, "DELETE FROM item WHERE id = 3; DROP INDEX extra");
        var second = await ApplyAsync(fixture, "second");
        Assert.That(second.ExitCode, Is.Zero, second.Output);

        var stale = await ApplyAsync(fixture, "first");
        Assert.That(stale.ExitCode, Is.EqualTo(1), stale.Output);
        Assert.That(stale.Output, Does.Contain("MP6110"));
        await AssertKeptAsync(fixture, "it does not bear the mark of this run any more");
    }

    /// <summary>A run that was killed after it had taken the mark away, and before it could say so: as its journal stands then.</summary>
    [TestCase("apply", "compared, and the ledger is gone", 1)]
    [TestCase("rollback", "database dropped", 0)]
    public async Task What_a_killed_run_had_ended_is_its_own(string command, string told, long left)
    {
        using var fixture = await BegunAsync();
        await LetPassAsync();
        var run = await ApplyAsync(fixture, "first");
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        var state = Path.GetFullPath(Path.Combine(fixture.StateDirectory, "..", "..", "first"));
        var journal = Directory.GetFiles(state, "journal.ndjson", SearchOption.AllDirectories).Single();
        var lines = await File.ReadAllLinesAsync(journal);
        var ending = Array.FindLastIndex(lines, line => line.Contains("step-ending", StringComparison.Ordinal));
        await File.WriteAllTextAsync(journal, string.Concat(lines.Take(ending + 1).Select(line => line + "\n")));
        File.Delete(Path.Combine(Path.GetDirectoryName(journal)!, "state.json"));

        var next = await fixture.RunAsync(command, "manifest.yaml", "--auto-approve", "--state", "first");
        Assert.That(next.ExitCode, Is.Zero, next.Output);
        Assert.That(next.Output, Does.Contain(told));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{Database}'"), Is.EqualTo(left));
    }

    [Test]
    public async Task Neither_apply_nor_rollback_touches_what_another_state_is_filling()
    {
        using var fixture = await BegunAsync();
        var second = await ApplyAsync(fixture, "second");
        Assert.That(second.ExitCode, Is.EqualTo(1), second.Output);
        Assert.That(second.Output, Does.Contain("MP6114").And.Contain("refresh-views failed"));

        var stale = await ApplyAsync(fixture, "first");
        Assert.That(stale.ExitCode, Is.EqualTo(1), stale.Output);
        Assert.That(stale.Output, Does.Contain("MP6115"));
        await AssertKeptAsync(fixture, "a run with another state has taken it over");

        await LetPassAsync();
        var end = await ApplyAsync(fixture, "second");
        Assert.That(end.ExitCode, Is.Zero, end.Output);
    }

    /// <summary>
    /// What would be written to the source from then on, the finished target lacks. In a target database that was
    /// there, only the ledger tells.
    /// </summary>
    [TestCase(false, false)]
    [TestCase(false, true)]
    [TestCase(true, false)]
    [TestCase(true, true)]
    public async Task A_fence_stays_behind_which_another_state_goes_on_or_has_finished(bool isFound, bool isFinished)
    {
        using var fixture = await BegunAsync("fence: read-only", isFound);
        if (isFinished)
        {
            await LetPassAsync();
        }

        var second = await ApplyAsync(fixture, "second");
        Assert.That(second.ExitCode, Is.EqualTo(isFinished ? 0 : 1), second.Output);
        var rollback = await RollbackAsync(fixture);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(rollback.Output, Does.Contain($"fence old/{Database}: stays: new/{Database} stands behind it"));
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Source, Database, "SELECT current_setting('transaction_read_only')"), Is.EqualTo("on"));
    }

    /// <summary>Ledgers of older versions do not say whose state they are of.</summary>
    [Test]
    public async Task A_ledger_of_an_older_version_is_gone_on_with_and_taken_back()
    {
        using var fixture = await BegunAsync();
        await Sql.RunAsync(TestServers.Target, Database, "ALTER TABLE migplan_ledger.owner DROP COLUMN lineage");
        var again = await ApplyAsync(fixture, "first");
        Assert.That(again.ExitCode, Is.EqualTo(1), again.Output);
        Assert.That(again.Output, Does.Contain("refresh-views failed").And.Not.Contain("MP6110").And.Not.Contain("MP6115"));
        var rollback = await RollbackAsync(fixture);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{Database}'"), Is.Zero);
    }

    /// <summary>In a database that it made, or found empty, up to a materialized view that wants a setting which the target lacks.</summary>
    private static async Task<ApplyFixture> BegunAsync(string properties = "statistics: analyze", bool isFound = false)
    {
        var fixture = new ApplyFixture(Database);
        fixture.WriteManifest("counts", properties);
        await fixture.CreateAsync("""
            CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1), (2);
            SET two_states.allowed = 'yes';
            CREATE MATERIALIZED VIEW late AS SELECT pg_catalog.current_setting('two_states.allowed') AS allowed;
            """);
        if (isFound)
        {
            await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {Database}");
        }

        var first = await ApplyAsync(fixture, "first");
        Assert.That(first.ExitCode, Is.EqualTo(1), first.Output);
        Assert.That(first.Output, Does.Contain("refresh-views failed"));
        return fixture;
    }

    private static Task LetPassAsync() => Sql.RunAsync(TestServers.Target, "postgres", $"ALTER DATABASE {Database} SET two_states.allowed = 'yes'");

    private static Task<(int ExitCode, string Output)> ApplyAsync(ApplyFixture fixture, string state) =>
        fixture.RunAsync("apply", "manifest.yaml", "--auto-approve", "--state", state);

    private static Task<(int ExitCode, string Output)> RollbackAsync(ApplyFixture fixture) =>
        fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve", "--state", "first");

    private static async Task AssertKeptAsync(ApplyFixture fixture, string reason)
    {
        var rollback = await RollbackAsync(fixture);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(rollback.Output, Does.Contain($"database new/{Database}: is not this plan's and stays: {reason}"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, Database, "SELECT count(*) FROM item"), Is.EqualTo(2));
    }
}
