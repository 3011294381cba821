using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Connections.Silence;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>What the watch over silent connections concludes, and what it does not.</summary>
[NonParallelizable]
public sealed class SilenceWatchTests
{
    private const string Database = "dead_watch";

    private readonly ConcurrentQueue<LongWait> told = new();
    private DeafStage deaf = null!;

    private static IEnumerable<LocalCluster> Servers => [TestServers.Source, TestServers.Target];

    [SetUp]
    public async Task CreateAsync()
    {
        told.Clear();
        foreach (var server in Servers)
        {
            await Sql.RunAsync(server, "postgres", "DROP ROLE IF EXISTS dead_watcher; CREATE ROLE dead_watcher SUPERUSER LOGIN PASSWORD 'w'");
        }

        const string Held = "CREATE TABLE held (id int)";
        var limits = DeafStage.Hasty with { Look = TimeSpan.FromSeconds(3), Unwinding = TimeSpan.FromSeconds(1) };
        deaf = await DeafStage.CreateAsync(Database, Held, Held, limits, new StageLogin("dead_watcher", "w"));
    }

    [TearDown]
    public async Task DropAsync()
    {
        await deaf.DisposeAsync();
        foreach (var server in Servers)
        {
            await Sql.RunAsync(server, "postgres", "DROP ROLE dead_watcher");
        }
    }

    [Test]
    public void Who_hears_of_a_wait_and_fails_does_not_end_the_watch()
    {
        deaf.Target.DeafenWhenAsked("SELECT 'deaf'");
        DeafStage.Fails("MP6281", FailureClass.Transient, QueryAsync("SELECT 'deaf'", _ => throw new InvalidOperationException()));
    }

    [Test]
    public void A_host_whose_name_is_not_known_counts_as_unavailable()
    {
        var nowhere = Stage.EndpointOf("nowhere", EndpointRole.Target, 1) with { Postgres = new PostgresServer("no-such-host.invalid", 1) };
        DeafStage.Fails("MP3003", FailureClass.Unavailable, deaf.Stage.Connector.OpenAsync(nowhere, Database, SessionKind.Target, CancellationToken.None));
    }

    [Test]
    public async Task All_sessions_of_the_work_are_ended_before_the_next_try_on_the_other_server_too()
    {
        deaf.Source.DeafenWhenAsked("SELECT 'deaf'");
        _ = deaf.Source.Deaf.Task.ContinueWith(_ => deaf.Target.DeafenOpen(), TaskScheduler.Default);

        DeafStage.Fails("MP6281", FailureClass.Transient, HoldAndAskAsync());

        await using var other = await Sql.OpenAsync(TestServers.Target, Database);
        await Sql.RunAsync(other, "SET lock_timeout = '5s'; BEGIN; LOCK TABLE public.held; COMMIT");
    }

    [Test]
    public async Task Those_on_a_server_that_could_not_be_reached_are_ended_when_it_is_there_again()
    {
        deaf.Source.DeafenWhenAsked("SELECT 'deaf'");
        _ = deaf.Source.Deaf.Task.ContinueWith(
            _ =>
            {
                deaf.Source.Refuse();
                deaf.Target.DeafenOpen();
                deaf.Target.Refuse();
            },
            TaskScheduler.Default);
        DeafStage.Fails("MP3003", FailureClass.Unavailable, HoldAndAskAsync());
        deaf.Target.Accept();

        await QueryAsync("LOCK TABLE public.held", told.Enqueue).WaitAsync(DeafStage.Patience);

        Assert.That(told, Is.Not.Empty);
    }

    [Test]
    public void A_server_that_lets_in_and_never_answers_counts_as_unavailable()
    {
        deaf.Target.DeafenEachWhenAsked("pg_stat_activity");
        DeafStage.Fails("MP6004", FailureClass.Unavailable, QueryAsync("SELECT 'deaf' FROM pg_stat_activity", told.Enqueue));
    }

    [Test]
    public async Task A_result_that_comes_slowly_is_waited_for()
    {
        deaf.Target.Pause = TimeSpan.FromMilliseconds(10);
        Assert.That(await QueryAsync("SELECT repeat('x', 2000) FROM generate_series(1, 10000)", told.Enqueue), Is.EqualTo(10000));
    }

    [Test]
    public async Task Nothing_is_concluded_where_the_server_keeps_no_account_of_states()
    {
        await Sql.RunAsync(TestServers.Target, "postgres", $"ALTER DATABASE {Database} SET track_activities = off");
        deaf.Target.DeafenWhenAsked("SELECT 'deaf'");
        IsWaitedFor("SELECT 'deaf'", "keeps no account of what sessions do (track_activities is off)");
    }

    [Test]
    public async Task A_server_that_has_no_connection_left_to_ask_over_is_told_of()
    {
        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER ROLE dead_watcher NOSUPERUSER CONNECTION LIMIT 1");
        IsWaitedFor("SELECT pg_sleep(60)", "53300");
    }

    [Test]
    public void A_server_that_may_be_another_one_is_believed_when_it_says_for_long_that_it_knows_nothing_of_the_session()
    {
        // The address leads elsewhere as soon as the statement is under way.
        DeafStage.Fails("MP6281", FailureClass.Transient, QueryAsync("SELECT pg_sleep(60)", told.Enqueue, () => deaf.Target.Server = TestServers.Source.Port));
        Assert.That(told.Select(wait => wait.Finding), Is.Not.Empty.And.All.Contains("knows no such session, but may be another one"));
    }

    [Test]
    public void A_session_that_the_same_server_does_not_know_any_more_is_gone()
    {
        deaf.Target.DeafenWhenAsked("SELECT pg_sleep(60)");
        DeafStage.Fails("MP6281", FailureClass.Transient, QueryAsync("SELECT pg_sleep(60)", wait =>
        {
            if (wait.Finding.StartsWith("is at work", StringComparison.Ordinal))
            {
                Sql.RunAsync(TestServers.Target, "postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'")
                    .Wait();
            }
        }));
    }

    [Test]
    public async Task Only_the_very_session_is_ended_and_no_other_of_its_number()
    {
        await using var other = await deaf.Stage.Connector.OpenAsync(Target, Database, SessionKind.Target, CancellationToken.None);
        var mistaken = WatchedSession.Of(Target, other, () => 0);
        mistaken.Seen = new SessionIdentity("1", "2");

        await deaf.Stage.Connector.Watch.EndAsync(mistaken);
        Assert.That(await Sql.ScalarAsync<int>(other, "SELECT 1"), Is.EqualTo(1));

        await deaf.Stage.Connector.Watch.EndAsync(WatchedSession.Of(Target, other, () => 0));
        Assert.ThrowsAsync<PostgresException>(() => Sql.ScalarAsync<int>(other, "SELECT 1"));
    }

    private Endpoint Target => deaf.Stage.Manifest.Targets[0];

    /// <summary>Rests in a transaction on the target, with a lock, while it waits for the source.</summary>
    private Task<int> HoldAndAskAsync() => deaf.Stage.Connector.Watch.RunAsync(
        async token =>
        {
            await using var held = await deaf.Stage.Connector.OpenAsync(Target, Database, SessionKind.Target, token);
            await using var transaction = await held.BeginTransactionAsync(token);
            await held.ExecuteAsync("LOCK TABLE public.held", token);
            await using var asked = await deaf.Stage.Connector.OpenAsync(deaf.Stage.Manifest.Sources[0], Database, SessionKind.SourceRead, token);
            return (await asked.QueryAsync("SELECT 'deaf'", _ => true, token)).Length;
        },
        told.Enqueue,
        CancellationToken.None);

    private Task<int> QueryAsync(string sql, Action<LongWait> tell, Action? first = null, CancellationToken cancellationToken = default) =>
        deaf.Stage.Connector.Watch.RunAsync(
            async token =>
            {
                await using var connection = await deaf.Stage.Connector.OpenAsync(Target, Database, SessionKind.Target, token);
                first?.Invoke();
                return (await connection.QueryAsync(sql.StartsWith("LOCK", StringComparison.Ordinal) ? $"BEGIN; {sql}; COMMIT" : sql, _ => true, token)).Length;
            },
            tell,
            cancellationToken);

    /// <summary>Stops it after it was told five times: two looks would have been enough for a verdict.</summary>
    private void IsWaitedFor(string sql, string finding, Action? first = null)
    {
        using var enough = new CancellationTokenSource();
        var running = QueryAsync(
            sql,
            wait =>
            {
                told.Enqueue(wait);
                if (told.Count == 5)
                {
                    enough.Cancel();
                }
            },
            first,
            enough.Token);

        Assert.That(async () => await running.WaitAsync(DeafStage.Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(told.Select(wait => wait.Finding), Has.All.Contains(finding));
    }
}
