using System.Diagnostics;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>What other sessions, dead or alive, do to a copy.</summary>
public sealed class LeftoverSessionTests
{
    /// <summary>With a clock by which this program has only just begun, the session is one of a program before it.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task A_session_that_writes_is_ended_when_it_is_older_than_the_program(bool isOlder)
    {
        var database = isOlder ? "leftover_older" : "leftover_younger";
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {database}");
        await using var writer = await OpenWriterAsync(database);
        await using var target = await Sql.OpenAsync(TestServers.Target, database);

        await EndAsync(target, isOlder ? new ClockAtStart() : TimeProvider.System);

        var sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'migplan'";
        Assert.That(await Sql.ScalarAsync<long>(target, sql), Is.EqualTo(isOlder ? 0 : 1));
    }

    [Test]
    public async Task A_session_that_does_not_end_is_named_and_nothing_is_written_beside_it()
    {
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE leftover_stuck");
        await using var writer = await OpenWriterAsync("leftover_stuck");
        await using var target = await Sql.OpenAsync(TestServers.Target, "leftover_stuck");
        using (await StoppedProcess.BehindAsync(writer))
        {
            var failure = Assert.ThrowsAsync<Execution.StepFailedException>(() => EndAsync(target, new HastyClock(new ClockAtStart())));
            Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6105"), failure.ToString());
            Assert.That(failure.FailureClass, Is.EqualTo(Execution.FailureClass.Transient));
        }

        await EndAsync(target, new ClockAtStart());
        Assert.That(await Sql.ScalarAsync<long>(target, "SELECT count(*) FROM pg_class WHERE relname = 'half_done'"), Is.Zero);
    }

    /// <summary>The copy is kept at the table before it until somebody waits for the other one: it must meet him there.</summary>
    [Test]
    public async Task A_copy_gives_way_to_who_waits_for_a_table_that_it_holds_and_begins_anew()
    {
        await using var copy = await CopyHarness.CreateAsync("CREATE TABLE big (id int, v text); CREATE TABLE wanted (id int, v text)");
        await copy.OnSourceAsync(
            "INSERT INTO big SELECT i, repeat('v', 1000) FROM generate_series(1, 5000) i; INSERT INTO wanted SELECT i, 'w' FROM generate_series(1, 100) i");
        copy.Parallelism = 1;
        await using var holder = await Sql.OpenAsync(copy.Target, copy.Database);
        await Sql.RunAsync(holder, "BEGIN; LOCK TABLE big IN SHARE MODE");

        var copying = copy.CopyAsync();
        await UntilAwaitedAsync(copy.Target, copy, "big");
        var truncation = copy.OnSourceAsync("TRUNCATE wanted");
        await UntilAwaitedAsync(copy.Source, copy, "wanted");
        await Sql.RunAsync(holder, "ROLLBACK");

        var failure = Assert.ThrowsAsync<Execution.StepFailedException>(() => copying.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6106"), failure.ToString());
        Assert.That(failure.FailureClass, Is.EqualTo(Execution.FailureClass.Transient));
        await truncation;
        await copy.CopyAsync();
        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    private static Task UntilAwaitedAsync(LocalCluster server, CopyHarness copy, string table) =>
        Sql.UntilAsync(server, copy.Database, $"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass)");

    /// <summary>A session of a killed run that is at work on something.</summary>
    private static async Task<NpgsqlConnection> OpenWriterAsync(string database)
    {
        var writer = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Sql.ConnectionString(TestServers.Target, database)) { ApplicationName = "migplan" }.ConnectionString);
        await writer.OpenAsync();
        await Sql.RunAsync(writer, "BEGIN; CREATE TABLE half_done (id int)");
        return writer;
    }

    private static Task EndAsync(NpgsqlConnection target, TimeProvider clock) => LeftoverSessions.EndAsync(target, "target", clock, CancellationToken.None);

    private sealed class ClockAtStart : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            using var program = Process.GetCurrentProcess();
            return new DateTimeOffset(program.StartTime);
        }
    }
}
