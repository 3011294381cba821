using System.Diagnostics;
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
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE leftover_{isOlder}");
        await using var writer = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Sql.ConnectionString(TestServers.Target, $"leftover_{isOlder}".ToLowerInvariant())) { ApplicationName = "migplan" }.ConnectionString);
        await writer.OpenAsync();
        await Sql.RunAsync(writer, "BEGIN; CREATE TABLE half_done (id int)");
        await using var target = await Sql.OpenAsync(TestServers.Target, $"leftover_{isOlder}".ToLowerInvariant());

        await LeftoverSessions.EndAsync(target, "target", isOlder ? new ClockAtStart() : TimeProvider.System, CancellationToken.None);

        var sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'migplan'";
        Assert.That(await Sql.ScalarAsync<long>(target, sql), Is.EqualTo(isOlder ? 0 : 1));
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

    private static async Task UntilAsync(Func<Task<long>> look, Func<long, bool> isThere)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!isThere(await look()))
        {
            await Task.Delay(20, deadline.Token);
        }
    }

    private sealed class ClockAtStart : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            using var program = Process.GetCurrentProcess();
            return new DateTimeOffset(program.StartTime);
        }
    }
}
