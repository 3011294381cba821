using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>What other sessions, dead or alive, do to a copy.</summary>
public sealed class LeftoverSessionTests
{
    /// <summary>Slow on the target only; of a table that is large enough for its index to be built alone, beside nothing that locks the table harder.</summary>
    private const string Slow =
        """
        CREATE FUNCTION public.slow(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF pg_catalog.inet_server_port() = {0} THEN PERFORM pg_catalog.pg_sleep(0.1); END IF; RETURN $1; END $$;
        CREATE TABLE lone (id bigint, filler text); ALTER TABLE lone ALTER filler SET STORAGE EXTERNAL; INSERT INTO lone SELECT i, repeat('x', 60000) FROM generate_series(1, 50) i;
        CREATE INDEX slow_index ON lone (public.slow(id));
        """;

    [Test]
    public async Task An_index_that_a_killed_runs_session_goes_on_building_is_built_once()
    {
        using var fixture = new ApplyFixture("leftover_index");
        await fixture.FillAsync(500);
        await Sql.RunAsync(TestServers.Source, "leftover_index", Slow.Replace("{0}", $"{TestServers.Target.Port}", StringComparison.Ordinal));

        using (var first = fixture.StartApply())
        {
            await UntilAsync(() => BuildersAsync(TestServers.Target, "leftover_index"), count => count == 1);
            first.Kill();
            await first.WaitForExitAsync();
        }

        Assert.That(await BuildersAsync(TestServers.Target, "leftover_index"), Is.EqualTo(1), "the server has not noticed");
        var (exitCode, output) = await fixture.ApplyAsync();

        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Not.Contain("tried again"));
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
    }

    [Test]
    public async Task A_copy_gives_way_to_who_waits_for_a_table_that_it_holds_and_begins_anew()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE big (id int, v text); CREATE TABLE wanted (id int, v text)");
        await copy.OnSourceAsync("INSERT INTO big SELECT i, repeat('v', 200) || i FROM generate_series(1, 1000000) i; INSERT INTO wanted SELECT i, repeat('w', 100) FROM generate_series(1, 50000) i");
        Task? truncation = null;
        copy.Events.Then = _ => truncation ??= WantAsync(copy);

        var failure = Assert.ThrowsAsync<Execution.StepFailedException>(() => copy.CopyAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6106"), failure.ToString());
        Assert.That(failure.FailureClass, Is.EqualTo(Execution.FailureClass.Transient));
        await truncation!;
        copy.Events.Then = null;
        await copy.CopyAsync();
        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    /// <summary>Comes back as soon as the lock is waited for; the rest goes on.</summary>
    private static Task WantAsync(CopyHarness copy)
    {
        var truncation = copy.OnSourceAsync("TRUNCATE wanted");
        UntilAsync(() => copy.SourceAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'wanted'::regclass"), count => count == 1).Wait();
        return truncation;
    }

    private static Task<long> BuildersAsync(LocalCluster server, string database) =>
        Sql.ScalarAsync<long>(server, "postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND state = 'active' AND query LIKE '%slow_index%'");

    private static async Task UntilAsync(Func<Task<long>> look, Func<long, bool> isThere)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!isThere(await look()))
        {
            await Task.Delay(20, deadline.Token);
        }
    }
}
