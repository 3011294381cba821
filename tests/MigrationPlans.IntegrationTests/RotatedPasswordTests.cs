using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.IntegrationTests.Surroundings;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Wire;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A password that a cache still holds is out of date; the server says so, and the next one is fetched past the cache.</summary>
public sealed class RotatedPasswordTests
{
    private static Endpoint Server => Stage.EndpointOf("rotating", EndpointRole.Source, TestServers.Source.Port);

    [Test]
    public async Task The_driver_logs_in_with_the_password_that_is_fetched_after_a_refusal()
    {
        var secret = new CachedSecret(TestServers.Source.Password);
        await using var connector = new PostgresConnector(secret);
        await using var connection = await connector.OpenAsync(CachedSecret.Endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<int>(connection, "SELECT 1"), Is.EqualTo(1));
        Assert.That(secret.Refusals, Is.EqualTo(1));
    }

    [Test]
    public async Task The_data_path_logs_in_with_the_password_that_is_fetched_after_a_refusal()
    {
        var secret = new CachedSecret(TestServers.Source.Password);
        await using var connection = await WireConnection.OpenAsync(secret.Resolved, "postgres", SessionKind.SourceRead, CancellationToken.None);
        Assert.That(await connection.ExecuteAsync("SELECT FROM pg_catalog.pg_class LIMIT 0", CancellationToken.None), Is.Not.Empty);
        Assert.That(secret.Refusals, Is.EqualTo(1));
    }

    [Test]
    public async Task The_schemas_dump_logs_in_with_the_password_that_is_fetched_after_a_failure()
    {
        var secret = new CachedSecret(TestServers.Source.Password);
        await using var holder = await Sql.OpenAsync(TestServers.Source, "postgres");
        await Sql.RunAsync(holder, "BEGIN ISOLATION LEVEL REPEATABLE READ");
        var snapshot = await Sql.ScalarAsync<string>(holder, "SELECT pg_export_snapshot()");
        var dump = await SchemaDump.ForServerAsync(TestServers.Source.MajorVersion, "rotating/postgres", CancellationToken.None);
        Assert.That(async () => await SchemaArchives.DumpAsync(dump, Server, secret.Resolved, "postgres", snapshot, CancellationToken.None), Throws.Nothing);
        Assert.That(secret.Refusals, Is.EqualTo(1));
    }

    [Test]
    public async Task A_dump_whose_password_stays_wrong_is_tried_once_and_told()
    {
        var secret = new CachedSecret("last-months");
        var dump = await SchemaDump.ForServerAsync(TestServers.Source.MajorVersion, "rotating/postgres", CancellationToken.None);
        var failure = Assert.ThrowsAsync<StepFailedException>(() => SchemaArchives.DumpAsync(
            dump, Server, secret.Resolved, "postgres", "1-1", CancellationToken.None))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6202"));
        Assert.That(failure.ToString(), Does.Not.Contain("last-months"));
    }

    [Test]
    public async Task A_dump_whose_next_password_cant_be_fetched_tells_its_own_failure()
    {
        var fetches = 0;
        var secret = new CachedSecret(TestServers.Source.Password) { Fetching = () => ThrowIf(++fetches > 1) };
        var dump = await SchemaDump.ForServerAsync(TestServers.Source.MajorVersion, "rotating/postgres", CancellationToken.None);
        var failure = Assert.ThrowsAsync<StepFailedException>(() => SchemaArchives.DumpAsync(
            dump, Server, secret.Resolved, "postgres", "1-1", CancellationToken.None))!;
        Assert.That(failure.Message, Does.Contain("password authentication failed"));
    }

    [Test]
    public async Task A_password_that_stays_wrong_is_tried_twice_and_told()
    {
        var secret = new CachedSecret("never-right");
        await using var connector = new PostgresConnector(secret);
        var failure = Assert.ThrowsAsync<StepFailedException>(
            () => connector.OpenAsync(CachedSecret.Endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None))!;
        Assert.That(failure.Diagnostic.Message, Does.Contain("28P01"));
        Assert.That(failure.ToString(), Does.Not.Contain("never-right"));
        Assert.ThrowsAsync<WireException>(() => WireConnection.OpenAsync(secret.Resolved, "postgres", SessionKind.SourceRead, CancellationToken.None));
        Assert.That(secret.Refusals, Is.EqualTo(2));
    }

    /// <summary>A minute passes while the secret is fetched, and the login itself takes no time.</summary>
    [Test]
    public async Task The_time_that_the_password_takes_is_not_the_logins()
    {
        var clock = new MovedClock();
        var secret = new CachedSecret(TestServers.Source.Password) { Fetching = () => clock.Move(TimeSpan.FromMinutes(1)) };
        await using var connector = new PostgresConnector(secret, clock);
        await using var connection = await connector.OpenAsync(CachedSecret.Endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<int>(connection, "SELECT 1"), Is.EqualTo(1));
    }

    /// <summary>A cancel request to a frozen server, and the first of a name's addresses, have no other limit.</summary>
    [Test]
    public async Task The_driver_has_a_limit_of_its_own()
    {
        await using var connector = new PostgresConnector(new CachedSecret(TestServers.Source.Password));
        await using var connection = await connector.OpenAsync(CachedSecret.Endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None);
        Assert.That(connection.ConnectionTimeout, Is.EqualTo(15));
    }

    [Test]
    public async Task A_password_that_cant_be_fetched_is_told_when_the_server_asks()
    {
        var secret = new CachedSecret("x") { Fetching = () => ThrowIf(true) };
        await using var connector = new PostgresConnector(secret);
        var dump = await SchemaDump.ForServerAsync(TestServers.Source.MajorVersion, "rotating/postgres", CancellationToken.None);
        Func<Task>[] logins =
        [
            () => connector.OpenAsync(CachedSecret.Endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None),
            () => WireConnection.OpenAsync(secret.Resolved, "postgres", SessionKind.SourceRead, CancellationToken.None),
            () => SchemaArchives.DumpAsync(dump, Server, secret.Resolved, "postgres", "1-1", CancellationToken.None),
        ];
        foreach (var login in logins)
        {
            var failure = Assert.ThrowsAsync<StepFailedException>(() => login())!;
            Assert.That(failure.Diagnostic, Is.EqualTo(ConnectionDiagnostics.PasswordMissing("rotating", "u")));
        }
    }

    [TestCase(null, "MP3005")]
    [TestCase("", "MP3013")]
    public void That_there_is_none_is_told_by_the_data_path_too(string? password, string code)
    {
        var endpoint = new CachedSecret("x").Resolved with
        {
            Password = _ => ValueTask.FromResult(password is null ? null : new Secret(password)),
        };
        var failure = Assert.ThrowsAsync<DiagnosticException>(() => WireConnection.OpenAsync(
            endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo(code));
    }

    private static void ThrowIf(bool isGone)
    {
        if (isGone)
        {
            throw new StepFailedException(ConnectionDiagnostics.PasswordMissing("rotating", "u"), FailureClass.Permanent);
        }
    }

    /// <summary>Fires the timers that are due when a test moves it.</summary>
    private sealed class MovedClock : TimeProvider
    {
        private readonly List<MovedTimer> timers = [];

        public void Move(TimeSpan by) => timers.ForEach(timer => timer.Pass(by));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new MovedTimer(() => callback(state)) { Left = dueTime };
            timers.Add(timer);
            return timer;
        }

        private sealed class MovedTimer(Action fire) : ITimer
        {
            public TimeSpan Left { get; set; }

            public void Pass(TimeSpan by)
            {
                if (Left == Timeout.InfiniteTimeSpan)
                {
                    return;
                }

                Left -= by;
                if (Left <= TimeSpan.Zero)
                {
                    Left = Timeout.InfiniteTimeSpan;
                    fire();
                }
            }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Left = dueTime;
                return true;
            }

            public void Dispose() => Left = Timeout.InfiniteTimeSpan;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    /// <summary>Gives an old password until told that it was refused.</summary>
    private sealed class CachedSecret(string current) : IEndpointResolver
    {
        private bool isOld = true;

        public static Manifest.Endpoint Endpoint { get; } = new()
        {
            Role = EndpointRole.Source,
            Name = "rotating",
            Path = "sources.rotating",
            Credentials = new SecretCredentials("arn"),
            Tls = new TlsSettings(TlsMode.Prefer, null),
        };

        public int Refusals { get; private set; }

        public Action Fetching { get; init; } = () => { };

        public ResolvedEndpoint Resolved => new()
        {
            Name = "rotating",
            Host = LocalCluster.Host,
            Address = new NetworkAddress(LocalCluster.Host, TestServers.Source.Port),
            Username = LocalCluster.Superuser,
            Password = _ =>
            {
                Fetching();
                return ValueTask.FromResult<Secret?>(new Secret(isOld ? "last-months" : current));
            },
            PasswordRefused = () =>
            {
                isOld = false;
                Refusals++;
            },
            Tls = new TlsSettings(TlsMode.Prefer, null),
        };

        public Task<ResolvedEndpoint> ResolveAsync(Manifest.Endpoint endpoint, CancellationToken cancellationToken) => Task.FromResult(Resolved);
    }
}
