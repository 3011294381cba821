using MigrationPlans.Execution;
using MigrationPlans.IntegrationTests.Surroundings;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Memberships;

/// <summary>What a login borrows it notes in a database's ledger, and gives back as it was.</summary>
public sealed class NotedMembershipTests
{
    private const string AllMembershipsSql =
        "SELECT coalesce(string_agg(m::text, ' ' ORDER BY m::text), '') FROM (SELECT roleid::regrole, member::regrole, grantor::regrole, to_jsonb(a) - 'oid' AS options FROM pg_auth_members a) m";

    [Test]
    public async Task Notes_of_memberships_move_from_one_ledger_to_another_and_are_taken_back_there()
    {
        string[] databases = ["memberships_one", "memberships_two"];
        foreach (var database in databases)
        {
            await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {database}");
        }

        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE lent; GRANT lent TO CURRENT_USER");
        await using var one = await Sql.OpenAsync(TestServers.Target, databases[0]);
        await using var two = await Sql.OpenAsync(TestServers.Target, databases[1]);
        await TargetLedger.EnsureAsync(one, "test", "", CancellationToken.None);
        await TargetLedger.EnsureAsync(two, "test", "", CancellationToken.None);
        await TargetLedger.RecordEntriesAsync(one, ["temporary-member:{\"Role\":\"lent\"}"], CancellationToken.None);
        var (first, second) = (new NotedMemberships(one, "one"), new NotedMemberships(two, "two"));

        await first.HandOverAsync(two, CancellationToken.None);

        Assert.That(await first.AreThereAsync(CancellationToken.None), Is.False);
        Assert.That(await second.AreThereAsync(CancellationToken.None), Is.True);
        await second.LeaveAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<long>(one, "SELECT count(*) FROM pg_auth_members WHERE roleid = 'lent'::regrole"), Is.Zero);
    }

    [Test]
    public async Task Below_16_a_login_that_does_not_inherit_is_refused_and_keeps_the_membership_that_it_had()
    {
        Assume.That(TestServers.Target.MajorVersion, Is.LessThan(16), "from 16 on, memberships say themselves what they give");
        await using var login = await LoginAsync(
            "bare_login",
            "CREATE ROLE bare_login LOGIN CREATEROLE NOINHERIT; CREATE ROLE bare_owner; GRANT bare_owner TO bare_login");

        var refused = Assert.ThrowsAsync<StepFailedException>(() => new NotedMemberships(login, "t").JoinAsync(["bare_owner"], CancellationToken.None))!;

        Assert.That(refused.Diagnostic.Code, Is.EqualTo("MP6300"));
        Assert.That(await new NotedMemberships(login, "t").AreThereAsync(CancellationToken.None), Is.False);
    }

    /// <summary>Through a role that does not inherit: that gives no rights, and a direct membership beside it does.</summary>
    [Test]
    public async Task Only_a_membership_that_was_not_there_is_granted_and_taken_back()
    {
        await using var login = await LoginAsync(
            "through_login",
            "CREATE ROLE through_login LOGIN CREATEROLE; CREATE ROLE through_bare NOINHERIT; CREATE ROLE through_owner; GRANT through_owner TO through_bare; GRANT through_bare TO through_login"
                + MayGrant("through_owner, through_bare", "through_login"));
        var noted = new NotedMemberships(login, "t");
        var before = await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql);

        await noted.JoinAsync(["through_bare", "through_owner"], CancellationToken.None);

        Assert.That(await Sql.ScalarAsync<bool>(login, "SELECT pg_has_role('through_owner', 'USAGE')"), Is.True);
        Assert.That(await Membership.LackingAsync(login, ["through_owner"], CancellationToken.None), Is.Empty);
        await noted.LeaveAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

    [Test]
    public async Task A_membership_that_an_earlier_version_noted_is_given_back_too()
    {
        await using var login = await LoginAsync(
            "marked_login",
            "CREATE ROLE marked_login LOGIN CREATEROLE; CREATE ROLE marked_owner" + MayGrant("marked_owner", "marked_login"));
        var before = await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql);
        await Sql.RunAsync(login, "GRANT marked_owner TO CURRENT_USER");
        await TargetLedger.RecordEntriesAsync(login, ["temporary-member:marked_owner"], CancellationToken.None);

        await new NotedMemberships(login, "t").LeaveAsync(CancellationToken.None);

        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

    /// <summary>As a member of those who may hand the role out: the server grants in their name.</summary>
    [Test]
    public async Task From_16_on_a_membership_that_another_role_granted_is_put_back_as_it_was()
    {
        Assume.That(TestServers.Target.MajorVersion, Is.GreaterThanOrEqualTo(16));
        await using var login = await LoginAsync(
            "handed_login",
            """
            CREATE ROLE handed_login LOGIN; CREATE ROLE handed_dba; CREATE ROLE handed_owner; GRANT handed_dba TO handed_login;
            GRANT handed_owner TO handed_dba WITH ADMIN TRUE, INHERIT FALSE, SET FALSE; GRANT handed_owner TO handed_login WITH INHERIT FALSE, SET TRUE GRANTED BY handed_dba
            """);
        var noted = new NotedMemberships(login, "t");
        var before = await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql);

        await noted.JoinAsync(["handed_owner"], CancellationToken.None);

        Assert.That(await Sql.ScalarAsync<bool>(login, "SELECT pg_has_role('handed_owner', 'USAGE')"), Is.True);
        await noted.LeaveAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

    /// <summary>Advisory locks are known in one database only, and no session of a run that drops a database may be in it.</summary>
    [Test]
    public async Task Turns_exclude_each_other_also_where_one_database_is_the_one_that_servers_are_spoken_to_in()
    {
        await using var stage = new Stage("turns");
        var (own, other) = (TurnOf("postgres"), TurnOf("turns"));
        Task<TemporaryMemberships.Turn> waiting;
        await using (await own.TakeTurnAsync(CancellationToken.None))
        {
            waiting = other.TakeTurnAsync(CancellationToken.None);
            Assert.That(await Task.WhenAny(waiting, Task.Delay(500)), Is.Not.SameAs(waiting));
        }

        await (await waiting).DisposeAsync();

        TemporaryMemberships TurnOf(string database) => new(stage.Connector, stage.Manifest, new DatabaseAddress("t", database));
    }

    /// <summary>While a table is analyzed that is another's, a database begins that needs the same membership.</summary>
    [Test]
    public async Task A_membership_for_analyzing_is_left_to_a_database_that_began_meanwhile()
    {
        await using var one = await LoginAsync(
            "analyzing",
            "CREATE ROLE analyzing LOGIN CREATEDB CREATEROLE; CREATE ROLE analyzed" + MayGrant("analyzed", "analyzing"));
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE analyzing_later OWNER analyzing");
        await Sql.RunAsync(
            TestServers.Target,
            "analyzing",
            """
            CREATE FUNCTION public.slow(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN $1; END $$;
            CREATE TABLE public.t AS SELECT 1 AS id; CREATE INDEX ON public.t (public.slow(id)); ALTER TABLE public.t OWNER TO analyzed
            """);
        await using var stage = new Stage("analyzing", target: new StageLogin("analyzing", "b"));
        await using var two = await stage.Connector.OpenAsync(stage.Manifest.Targets[0], "analyzing_later", SessionKind.Target, CancellationToken.None);
        var (first, second) = (new NotedMemberships(one, "one"), new NotedMemberships(two, "two"));
        await using var brake = await Sql.OpenAsync(TestServers.Target, "analyzing");
        await Sql.RunAsync(brake, "SELECT pg_advisory_lock(42)");

        var analyzed = stage.RunAsync(new AnalyzeStep { Id = "a", Database = "t" });
        await UntilWaitingAsync(brake, analyzed);
        await TargetLedger.EnsureAsync(two, "test", "", CancellationToken.None);
        await second.JoinAsync(["analyzed"], CancellationToken.None);
        await Sql.RunAsync(brake, "SELECT pg_advisory_unlock(42)");
        Assert.That((await analyzed).Notes, Is.Empty);
        await new TemporaryMemberships(stage.Connector, stage.Manifest, new DatabaseAddress("t", "analyzing")).EndAsync(one, CancellationToken.None);

        Assert.That(await Sql.ScalarAsync<bool>(two, "SELECT pg_catalog.pg_has_role('analyzed', 'USAGE')"), Is.True);
        Assert.That(await first.AreThereAsync(CancellationToken.None), Is.False);
        await second.LeaveAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<bool>(two, "SELECT pg_catalog.pg_has_role('analyzed', 'USAGE')"), Is.False);
    }

    private static async Task UntilWaitingAsync(NpgsqlConnection connection, Task work)
    {
        while (!await Sql.ScalarAsync<bool>(connection, "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted)"))
        {
            Assert.That(work.IsCompleted, Is.False);
            await Task.Delay(20);
        }
    }

    /// <summary>From 16 on, CREATEROLE alone does not let one grant roles that somebody else made.</summary>
    private static string MayGrant(string roles, string login) =>
        TestServers.Target.MajorVersion < 16 ? "" : $"; GRANT {roles} TO {login} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE";

    /// <summary>A session with the login, in a database of its own that has a ledger.</summary>
    private static async Task<NpgsqlConnection> LoginAsync(string name, string roles)
    {
        await Sql.RunAsync(TestServers.Target, "postgres", $"{roles}; ALTER ROLE {name} PASSWORD 'b'");
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {name} OWNER {name}");
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Sql.ConnectionString(TestServers.Target, name)) { Username = name, Password = "b" }.ConnectionString);
        await connection.OpenAsync();
        await TargetLedger.EnsureAsync(connection, "test", "", CancellationToken.None);
        return connection;
    }
}
