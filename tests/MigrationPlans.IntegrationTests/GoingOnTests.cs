using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// Runs that go on in a target database which was there before the plan, and so outlives a rollback and a lost state: they must not take for
/// done what the source has changed since.
/// </summary>
[NonParallelizable]
public sealed class GoingOnTests
{
    private const string Database = "going_on";

    /// <summary>Comes to the target after its materialized views, which want it.</summary>
    private const string Allow = $"ALTER ROLE {LocalCluster.Superuser} IN DATABASE {Database} SET going_on.allowed = 'yes'";

    [Test]
    public async Task After_a_rollback_the_database_is_nobodys()
    {
        using var fixture = await InterruptedAsync();
        var rollback = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(rollback.Output, Does.Contain($"ledger new/{Database}: removed"));
        Assert.That(await IsReadOnlyAsync(), Is.False);

        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.EqualTo(1), again.Output);
        Assert.That(again.Output, Does.Contain("MP4002"));
    }

    [Test]
    public async Task Rows_that_were_copied_behind_a_fence_which_is_gone_are_not_gone_on_with()
    {
        using var fixture = await InterruptedAsync();
        await LiftAsync();
        await AllowAsync();
        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.EqualTo(1), again.Output);
        Assert.That(again.Output, Does.Contain("MP6318").And.Not.Contains("refresh-views started").And.Not.Contains("verify started"));
        Assert.That(await IsReadOnlyAsync(), Is.False, "nothing was done");
    }

    [Test]
    public async Task A_fence_that_stood_is_not_set_again_and_keeps_its_readers()
    {
        using var fixture = await InterruptedAsync();
        await using var reader = await Sql.OpenAsync(TestServers.Source, Database);
        await AllowAsync();
        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.Zero, again.Output);
        Assert.That(await Sql.ScalarAsync<int>(reader, "SELECT 1"), Is.EqualTo(1), "a session of somebody else");
    }

    [Test]
    public async Task A_run_that_lost_its_state_compares_what_came_from_behind_another_fence()
    {
        using var fixture = await InterruptedAsync();
        var again = await ApplyWithoutStateAsync(fixture, "UPDATE item SET name = 'changed' WHERE id = 2");
        Assert.That(again.ExitCode, Is.Zero, again.Output);
        Assert.That(await NamesAsync("item"), Is.EqualTo("1 one, 2 changed"));
        Assert.That(await NamesAsync("stamped"), Is.EqualTo("1 stays"));
        Assert.That(await IsReadOnlyAsync(), Is.True);
    }

    [Test]
    public async Task Behind_a_fence_that_stood_a_run_that_lost_its_state_copies_nothing_again()
    {
        using var fixture = await InterruptedAsync();
        Directory.Delete(fixture.StateDirectory, recursive: true);
        await AllowAsync();
        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.Zero, again.Output);
        Assert.That(again.Output, Does.Contain("copy-data was done already"));
    }

    [Test]
    public async Task What_a_session_wrote_behind_a_fence_that_stood_is_found()
    {
        using var fixture = await InterruptedAsync();
        Directory.Delete(fixture.StateDirectory, recursive: true);
        await Sql.RunAsync(TestServers.Source, Database, "BEGIN READ WRITE; UPDATE item SET name = 'changed' WHERE id = 2; COMMIT");
        await AllowAsync();
        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.Zero, again.Output);
        Assert.That(await NamesAsync("item"), Is.EqualTo("1 one, 2 changed"));
    }

    /// <summary>All rows had been copied: whatever is compared else, these are now.</summary>
    [TestCase("counts")]
    [TestCase("none")]
    public async Task What_a_session_wrote_behind_a_fence_after_the_copy_is_found(string verify)
    {
        using var fixture = await InterruptedAsync(verify: verify);
        await Sql.RunAsync(TestServers.Source, Database, "BEGIN READ WRITE; UPDATE item SET name = 'changed' WHERE id = 2; COMMIT");
        await AllowAsync();
        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.EqualTo(8), again.Output);
        Assert.That(again.Output, Does.Contain("MP7001").And.Contain("public.item same count, other content").And.Contain("behind its fence"));

        await Sql.RunAsync(TestServers.Source, Database, "BEGIN READ WRITE; UPDATE item SET name = 'two' WHERE id = 2; COMMIT");
        var equal = await fixture.ApplyAsync();
        Assert.That(equal.ExitCode, Is.Zero, equal.Output);
        Assert.That(equal.Output, Does.Contain("MP7004"));
    }

    [Test]
    public async Task Another_archive_does_not_pass_for_the_one_that_was_restored()
    {
        using var fixture = await InterruptedAsync("archive");
        var again = await ApplyWithoutStateAsync(fixture, "UPDATE item SET name = 'changed' WHERE id = 2");
        Assert.That(again.ExitCode, Is.EqualTo(1), again.Output);
        Assert.That(again.Output, Does.Contain("MP6511"));
    }

    [Test]
    public async Task Rows_do_not_come_again_through_triggers()
    {
        using var fixture = await InterruptedAsync();
        var again = await ApplyWithoutStateAsync(fixture, "UPDATE stamped SET name = 'changed'");
        Assert.That(again.ExitCode, Is.EqualTo(1), again.Output);
        Assert.That(again.Output, Does.Contain("MP6107"));
        Assert.That(await NamesAsync("stamped"), Is.EqualTo("1 stays"));
    }

    /// <summary>In a target database that was there and empty, up to the last rows: a materialized view wants a setting that the target lacks.</summary>
    private static async Task<ApplyFixture> InterruptedAsync(string strategy = "stream", string verify = "counts")
    {
        var fixture = new ApplyFixture(Database);
        await fixture.CreateAsync($"""
            {Allow};
            CREATE TABLE item (id int PRIMARY KEY, name text UNIQUE DEFERRABLE);
            INSERT INTO item VALUES (1, 'one'), (2, 'two');
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := NEW.name || '' stamped''; RETURN NEW; END';
            CREATE TABLE stamped (id int PRIMARY KEY, name text);
            INSERT INTO stamped VALUES (1, 'stays');
            CREATE TRIGGER stamp BEFORE INSERT ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
            SET going_on.allowed = 'yes';
            CREATE MATERIALIZED VIEW late AS SELECT pg_catalog.current_setting('going_on.allowed') AS allowed;
            """);
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {Database}");
        fixture.WriteManifest(verify, $"fence: read-only, strategy: {strategy}");
        var (exitCode, output) = await fixture.ApplyAsync();
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("refresh-views failed"));
        return fixture;
    }

    private static Task AllowAsync() =>
        Sql.RunAsync(TestServers.Target, "postgres", Allow);

    /// <summary>Applies again after the state was lost and the source, unfenced, was changed.</summary>
    private static async Task<(int ExitCode, string Output)> ApplyWithoutStateAsync(ApplyFixture fixture, string change)
    {
        Directory.Delete(fixture.StateDirectory, recursive: true);
        await LiftAsync();
        await Sql.RunAsync(TestServers.Source, Database, change);
        await AllowAsync();
        return await fixture.ApplyAsync();
    }

    private static Task LiftAsync() => Sql.RunAsync(TestServers.Source, "postgres", $"ALTER DATABASE {Database} RESET default_transaction_read_only");

    private static async Task<bool> IsReadOnlyAsync() =>
        await Sql.ScalarAsync<string>(TestServers.Source, Database, "SELECT current_setting('transaction_read_only')") == "on";

    private static Task<string> NamesAsync(string table) =>
        Sql.ScalarAsync<string>(TestServers.Target, Database, $"SELECT string_agg(id || ' ' || name, ', ' ORDER BY id) FROM {table}");
}
