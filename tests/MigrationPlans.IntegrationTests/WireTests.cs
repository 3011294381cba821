using System.Net;
using System.Net.Sockets;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Wire;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

public sealed class WireTests
{
    [Test]
    public async Task Rows_pass_from_server_to_server_and_are_counted()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_rows", "CREATE TABLE t (a int, b text)");
        await Sql.RunAsync(TestServers.Source, "wire_rows", "INSERT INTO t SELECT g, repeat('x', g % 500) FROM generate_series(1, 20000) g");
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        var totals = await CopyRelay.RunAsync(
            source, target, "", [new CopyPair("COPY public.t TO STDOUT (FORMAT binary)", "COPY public.t FROM STDIN (FORMAT binary)")], CancellationToken.None);
        Assert.That(totals[0].Rows, Is.EqualTo(20000));
        const string sum = "SELECT sum(hashtextextended(t::text, 0))::text FROM t";
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "wire_rows", sum),
            Is.EqualTo(await Sql.ScalarAsync<string>(TestServers.Source, "wire_rows", sum)));
    }

    /// <summary>A right that is missing says no table in the error's context.</summary>
    [Test]
    public async Task Which_of_many_tables_a_target_refused_is_known()
    {
        await using var databases = await WireDatabases.CreateAsync(
            "wire_refused", "CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int)");
        await Sql.RunAsync(TestServers.Source, "wire_refused", "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); INSERT INTO c VALUES (1)");
        await Sql.RunAsync(TestServers.Target, "wire_refused", "ALTER TABLE b RENAME TO gone");
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        CopyPair[] pairs = [.. new[] { "a", "b", "c" }.Select(name => new CopyPair($"COPY public.{name} TO STDOUT", $"COPY public.{name} FROM STDIN"))];

        var refused = Assert.ThrowsAsync<WireException>(() => CopyRelay.RunAsync(source, target, "BEGIN", pairs, CancellationToken.None))!;

        Assert.That(refused.Error.SqlState, Is.EqualTo("42P01"));
        Assert.That((refused.IsOfTarget, refused.Untaken, refused.Unsent), Is.EqualTo((true, (int?)1, (int?)null)));
    }

    [Test]
    public async Task Many_tables_pass_in_one_batch_and_one_transaction()
    {
        const int tables = 200;
        var create = string.Join(';', Enumerable.Range(0, tables).Select(i => $"CREATE TABLE t{i} (a int)"));
        await using var databases = await WireDatabases.CreateAsync("wire_batch", create);
        await Sql.RunAsync(
            TestServers.Source,
            "wire_batch",
            string.Join(';', Enumerable.Range(0, tables).Select(i => $"INSERT INTO t{i} SELECT generate_series(1, {i})")));
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        var pairs = Enumerable.Range(0, tables).Select(i => new CopyPair($"COPY public.t{i} TO STDOUT", $"COPY public.t{i} FROM STDIN (FREEZE)")).ToList();
        var truncate = string.Join(", ", Enumerable.Range(0, tables).Select(i => $"public.t{i}"));
        var totals = await CopyRelay.RunAsync(source, target, $"BEGIN; TRUNCATE {truncate}", pairs, CancellationToken.None);
        await target.ExecuteAsync("COMMIT", CancellationToken.None);
        Assert.That(totals.Select(total => total.Rows), Is.EqualTo(Enumerable.Range(0, tables).Select(i => (long)i)));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "wire_batch", "SELECT count(*) FROM t199"), Is.EqualTo(199));
    }

    [Test]
    public async Task A_table_that_is_missing_on_the_target_fails_the_whole_batch()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_missing", "CREATE TABLE a (a int); CREATE TABLE b (a int)");
        await Sql.RunAsync(
            TestServers.Source,
            "wire_missing",
            "INSERT INTO a SELECT generate_series(1, 1000); INSERT INTO b SELECT generate_series(1, 200000)");
        await Sql.RunAsync(TestServers.Target, "wire_missing", "DROP TABLE a");
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        CopyPair[] pairs = [new("COPY public.a TO STDOUT", "COPY public.a FROM STDIN"), new("COPY public.b TO STDOUT", "COPY public.b FROM STDIN")];
        var failure = Assert.ThrowsAsync<WireException>(() => CopyRelay.RunAsync(source, target, "BEGIN", pairs, CancellationToken.None));
        Assert.That(failure!.Error.SqlState, Is.EqualTo("42P01"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "wire_missing", "SELECT count(*) FROM b"), Is.Zero);
    }

    [Test]
    public async Task A_warning_in_the_middle_of_the_rows_loses_none()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_warning", "CREATE TABLE t (a int)");
        await Sql.RunAsync(
            TestServers.Source,
            "wire_warning",
            """
            INSERT INTO t SELECT generate_series(1, 1000);
            CREATE FUNCTION shout(a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF a % 100 = 0 THEN RAISE WARNING 'at %', a; END IF; RETURN a; END $$
            """);
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        CopyPair[] pairs = [new("COPY (SELECT public.shout(a) FROM public.t) TO STDOUT", "COPY public.t FROM STDIN")];
        var totals = await CopyRelay.RunAsync(source, target, "", pairs, CancellationToken.None);
        Assert.That(totals[0].Rows, Is.EqualTo(1000));
    }

    /// <summary>INFO goes to the client whatever client_min_messages says. It is more than fits on the way, and comes while rows wait on theirs.</summary>
    [Test]
    public async Task A_target_that_has_much_to_say_of_rows_is_listened_to()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_talking", "CREATE TABLE t (a int, b text)");
        await Sql.RunAsync(TestServers.Source, "wire_talking", "INSERT INTO t SELECT g, repeat('x', 200) FROM generate_series(1, 200000) g");
        await Sql.RunAsync(
            TestServers.Target,
            "wire_talking",
            """
            CREATE FUNCTION public.tell(a int) RETURNS bool LANGUAGE plpgsql AS
              $$ BEGIN IF a BETWEEN 100000 AND 110000 THEN RAISE INFO '%', pg_catalog.repeat('x', 10000); END IF; RETURN true; END $$;
            ALTER TABLE t ADD CHECK (public.tell(a));
            """);
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        CopyPair[] pairs = [new("COPY public.t TO STDOUT", "COPY public.t FROM STDIN")];
        var totals = await CopyRelay.RunAsync(source, target, "", pairs, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(totals[0].Rows, Is.EqualTo(200000));
    }

    [Test]
    public async Task A_target_that_refuses_a_row_says_why()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_refused", "CREATE TABLE t (a int)");
        await Sql.RunAsync(TestServers.Source, "wire_refused", "INSERT INTO t SELECT g FROM generate_series(1, 500000) g");
        await Sql.RunAsync(TestServers.Target, "wire_refused", "ALTER TABLE t ADD CHECK (a <> 17)");
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        var failure = Assert.ThrowsAsync<WireException>(
            () => CopyRelay.RunAsync(source, target, "", [new CopyPair("COPY public.t TO STDOUT", "COPY public.t FROM STDIN")], CancellationToken.None));
        Assert.That(failure!.Error.SqlState, Is.EqualTo("23514"));
    }

    [Test]
    public async Task A_source_that_fails_half_way_rolls_the_target_back()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_half", "CREATE TABLE t (a int)");
        await Sql.RunAsync(TestServers.Source, "wire_half", "INSERT INTO t SELECT g FROM generate_series(0, 300000) g");
        await using var source = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        var failure = Assert.ThrowsAsync<WireException>(() => CopyRelay.RunAsync(
            source, target, "", [new CopyPair("COPY (SELECT 1 / (299999 - a) FROM public.t) TO STDOUT", "COPY public.t FROM STDIN")], CancellationToken.None));
        Assert.That(failure!.Error.SqlState, Is.EqualTo("22012"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "wire_half", "SELECT count(*) FROM t"), Is.Zero);
    }

    [Test]
    public async Task A_text_of_many_statements_runs_as_it_is()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_many", "");
        await using var target = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        var tags = await target.ExecuteAsync(
            """
            BEGIN;
            CREATE FUNCTION public.f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END;
            CREATE TABLE public.t (a text DEFAULT 'a;b' || $x$;$x$);
            COMMIT;
            """,
            CancellationToken.None);
        Assert.That(tags, Is.EqualTo(new[] { "BEGIN", "CREATE FUNCTION", "CREATE TABLE", "COMMIT" }));
        Assert.That(await Sql.ScalarAsync<int>(TestServers.Target, "wire_many", "SELECT f()"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_wrong_password_is_refused_with_the_servers_code()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_login", "");
        var endpoint = WireDatabases.Endpoint(TestServers.Source) with { Password = _ => ValueTask.FromResult<Secret?>(new Secret("wröng")) };
        var failure = Assert.ThrowsAsync<WireException>(() => WireConnection.OpenAsync(endpoint, "wire_login", SessionKind.SourceRead, CancellationToken.None));
        Assert.That(failure!.Error.SqlState, Is.EqualTo("28P01"));
    }

    [Test]
    public void A_server_that_takes_the_connection_and_says_nothing_counts_as_out_of_reach()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endpoint = WireDatabases.Endpoint(TestServers.Source) with
        {
            Address = new NetworkAddress(LocalCluster.Host, ((IPEndPoint)listener.LocalEndpoint).Port),
        };
        Assert.ThrowsAsync<IOException>(
            () => WireConnection.OpenAsync(endpoint, "postgres", SessionKind.SourceRead, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task A_connection_on_which_nothing_is_said_is_probed()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_silent", "");
        await using var connection = await databases.OpenAsync(TestServers.Target, SessionKind.Target);
        Assert.That(connection.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive), Is.Not.Zero);
        SocketOptionName[] seconds = [SocketOptionName.TcpKeepAliveTime, SocketOptionName.TcpKeepAliveInterval, SocketOptionName.TcpKeepAliveRetryCount];
        Assert.That(seconds.Select(option => connection.Socket.GetSocketOption(SocketOptionLevel.Tcp, option)), Is.EqualTo(new[] { 30, 10, 6 }));
    }

    [Test]
    public async Task A_cancel_request_ends_the_statement_under_way()
    {
        await using var databases = await WireDatabases.CreateAsync("wire_cancel", "");
        await using var connection = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        var sleeping = connection.ExecuteAsync("SELECT pg_catalog.pg_sleep(60)", CancellationToken.None);
        await Sql.UntilAsync(
            TestServers.Source,
            "postgres",
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query = 'SELECT pg_catalog.pg_sleep(60)' AND wait_event = 'PgSleep')");
        await connection.CancelAsync(CancellationToken.None);
        var failure = Assert.ThrowsAsync<WireException>(() => sleeping);
        Assert.That(failure!.Error.SqlState, Is.EqualTo("57014"));
    }
}

/// <summary>A database of the same name on both servers, gone at the end.</summary>
internal sealed class WireDatabases(string name) : IAsyncDisposable
{
    public static async Task<WireDatabases> CreateAsync(string name, string schema)
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {name}");
            if (schema.Length > 0)
            {
                await Sql.RunAsync(server, name, schema);
            }
        }

        return new WireDatabases(name);
    }

    public static ResolvedEndpoint Endpoint(LocalCluster server) => new()
    {
        Name = "test",
        Host = LocalCluster.Host,
        Address = new NetworkAddress(LocalCluster.Host, server.Port),
        Username = LocalCluster.Superuser,
        Password = _ => ValueTask.FromResult<Secret?>(new Secret(server.Password)),
        Tls = new TlsSettings(TlsMode.Prefer, null),
    };

    public Task<WireConnection> OpenAsync(LocalCluster server, SessionKind kind) =>
        WireConnection.OpenAsync(Endpoint(server), name, kind, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.DropDatabaseAsync(server, name);
        }
    }
}
