using MigrationPlans.Execution;
using MigrationPlans.IntegrationTests.Surroundings;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Steps;
using MigrationPlans.State;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Memberships that a login takes for a run end with the last database that needs them, whatever happens in between.</summary>
public sealed class TemporaryMembershipTests
{
    /// <summary>That it gave itself: from 16 on, who creates a role is a member of it by the server's own doing.</summary>
    private const string MembershipsSql = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'master_tgt' AND m.grantor = m.member";

    private const string AllMembershipsSql =
        "SELECT coalesce(string_agg(m::text, ' ' ORDER BY m::text), '') FROM (SELECT roleid::regrole, member::regrole, grantor::regrole, to_jsonb(a) - 'oid' AS options FROM pg_auth_members a) m";

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_database_that_is_done_leaves_them_to_one_that_is_not(bool isRolledBack)
    {
        await using var corpus = new CorpusMigration("corpus_one", isManaged: true) { Others = ["corpus_two"] };
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src");
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE DATABASE corpus_two OWNER master_src");
        await corpus.PsqlAsync(corpus.Source, "corpus_one", "CREATE TABLE t (id int); ALTER TABLE t OWNER TO corpus_boss");
        await corpus.PsqlAsync(corpus.Source, "corpus_two", Failing(corpus.Target.Port));

        using var first = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(first.ExitCode, Is.EqualTo(7), first.ToString());
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_one", "SELECT to_regnamespace('migplan_ledger') IS NULL"), Is.True);
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "postgres", MembershipsSql), Is.EqualTo(1));

        if (!isRolledBack)
        {
            await corpus.PsqlAsync(corpus.Target, "corpus_two", "CREATE OR REPLACE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1; END $$");
            await corpus.PsqlAsync(corpus.Source, "corpus_two", "CREATE OR REPLACE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1; END $$");
        }

        using var second = await corpus.RunAsync(isRolledBack ? "rollback" : "apply", "", "--auto-approve");

        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "postgres", MembershipsSql), Is.Zero);
    }

    /// <summary>Whether the run made the target database, which goes, or found it empty, so that it stays.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_killed_run_that_is_rolled_back_leaves_none_of_them_and_no_rights(bool isThere)
    {
        await using var corpus = new CorpusMigration("corpus_killed", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src");
        await corpus.PsqlAsync(corpus.Target, "postgres", corpus.Target.MajorVersion < 16 ? "CREATE ROLE corpus_boss" : "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_tgt WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
        await corpus.PsqlAsync(corpus.Source, "corpus_killed", "CREATE SCHEMA shop; ALTER SCHEMA shop OWNER TO master_src; CREATE TABLE shop.t AS SELECT generate_series(1, 1000000) AS id; ALTER TABLE shop.t OWNER TO corpus_boss");
        if (isThere)
        {
            await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE DATABASE corpus_killed TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8' OWNER master_tgt");
        }

        var before = await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql);
        using (var killed = corpus.Begin("apply", "", "--auto-approve"))
        {
            await UntilCopyBeginsAsync(corpus, killed);
            Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.Not.EqualTo(before), "killed while it holds them");
            await killed.KillAsync();
        }

        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "postgres", "SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'corpus_killed')"), Is.EqualTo(isThere));
        if (isThere)
        {
            Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_killed", "SELECT has_schema_privilege('corpus_boss', 'shop', 'CREATE')"), Is.False);
        }

        // And all of it can be had once more. What is left of it in a database that was there is nobody's.
        using var again = await corpus.RunAsync("apply", isThere ? ", onExisting: replace" : "", "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_killed", "SELECT count(*) FROM shop.t"), Is.EqualTo(1_000_000));
    }

    /// <summary>
    /// One that lets it hand the role out, or, from 16 on, become it, and no more: createrole_self_grant makes such. The database's owner is left a member of too, for
    /// its properties and for dropping it.
    /// </summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_membership_that_the_login_had_before_is_as_it_was_after_a_run_and_its_rollback(bool isKilled)
    {
        await using var corpus = new CorpusMigration("corpus_kept", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src; ALTER DATABASE corpus_kept OWNER TO corpus_boss");
        await corpus.PsqlAsync(corpus.Target, "postgres", corpus.Target.MajorVersion < 16
            ? "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_tgt WITH ADMIN OPTION"
            : "SET SESSION AUTHORIZATION master_tgt; SET createrole_self_grant = 'set'; CREATE ROLE corpus_boss");
        await corpus.PsqlAsync(corpus.Source, "corpus_kept", "CREATE TABLE t AS SELECT generate_series(1, 1000000) AS id; ALTER TABLE t OWNER TO corpus_boss");
        var before = await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql);
        if (isKilled)
        {
            using var killed = corpus.Begin("apply", "", "--auto-approve");
            await UntilCopyBeginsAsync(corpus, killed);
            await killed.KillAsync();
        }

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));

        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

    /// <summary>Such a membership gives nothing of what an owner may do, dropping the database least of all.</summary>
    [Test]
    public async Task A_membership_through_a_role_that_does_not_inherit_is_not_enough_to_roll_back()
    {
        await using var corpus = new CorpusMigration("corpus_through", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src; ALTER DATABASE corpus_through OWNER TO corpus_boss");
        var mayGrant = corpus.Target.MajorVersion < 16 ? "" : "; GRANT corpus_boss TO master_tgt WITH ADMIN TRUE, INHERIT FALSE, SET FALSE";
        await corpus.PsqlAsync(corpus.Target, "postgres", $"CREATE ROLE corpus_boss; CREATE ROLE corpus_bare NOINHERIT; GRANT corpus_boss TO corpus_bare; GRANT corpus_bare TO master_tgt{mayGrant}");
        var before = await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql);
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

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
        await TargetLedger.EnsureAsync(one, "test", CancellationToken.None);
        await TargetLedger.EnsureAsync(two, "test", CancellationToken.None);
        await TargetLedger.RecordEntriesAsync(one, ["temporary-member:{\"Role\":\"lent\"}"], CancellationToken.None);
        var (first, second) = (new TemporaryGrants(one, "one"), new TemporaryGrants(two, "two"));

        await first.HandOverAsync(two, CancellationToken.None);

        Assert.That(await first.HasMembershipsAsync(CancellationToken.None), Is.False);
        Assert.That(await second.HasMembershipsAsync(CancellationToken.None), Is.True);
        await second.LeaveOwnersAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<long>(one, "SELECT count(*) FROM pg_auth_members WHERE roleid = 'lent'::regrole"), Is.Zero);
    }

    [Test]
    public async Task Below_16_a_login_that_does_not_inherit_is_refused_and_keeps_the_membership_that_it_had()
    {
        Assume.That(TestServers.Target.MajorVersion, Is.LessThan(16), "from 16 on, memberships say themselves what they give");
        await using var login = await LoginAsync("bare_login", "CREATE ROLE bare_login LOGIN CREATEROLE NOINHERIT; CREATE ROLE bare_owner; GRANT bare_owner TO bare_login");

        var refused = Assert.ThrowsAsync<StepFailedException>(() => new TemporaryGrants(login, "t").JoinOwnersAsync([OwnedBy("bare_owner")], CancellationToken.None))!;

        Assert.That(refused.Diagnostic.Code, Is.EqualTo("MP6300"));
        Assert.That(await new TemporaryGrants(login, "t").HasMembershipsAsync(CancellationToken.None), Is.False);
    }

    /// <summary>Through a role that does not inherit: that gives no rights, and a direct membership beside it does.</summary>
    [Test]
    public async Task Only_a_membership_that_was_not_there_is_granted_and_taken_back()
    {
        await using var login = await LoginAsync(
            "through_login", "CREATE ROLE through_login LOGIN CREATEROLE; CREATE ROLE through_bare NOINHERIT; CREATE ROLE through_owner; GRANT through_owner TO through_bare; GRANT through_bare TO through_login" + MayGrant("through_owner, through_bare", "through_login"));
        var grants = new TemporaryGrants(login, "t");
        var before = await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql);

        await grants.JoinOwnersAsync([OwnedBy("through_bare"), OwnedBy("through_owner")], CancellationToken.None);

        Assert.That(await Sql.ScalarAsync<bool>(login, "SELECT pg_has_role('through_owner', 'USAGE')"), Is.True);
        Assert.That(await grants.LacksOwnersAsync([OwnedBy("through_owner")], CancellationToken.None), Is.False);
        await grants.LeaveOwnersAsync(CancellationToken.None);
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
        var grants = new TemporaryGrants(login, "t");
        var before = await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql);

        await grants.JoinOwnersAsync([OwnedBy("handed_owner")], CancellationToken.None);

        Assert.That(await Sql.ScalarAsync<bool>(login, "SELECT pg_has_role('handed_owner', 'USAGE')"), Is.True);
        await grants.LeaveOwnersAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "postgres", AllMembershipsSql), Is.EqualTo(before));
    }

    /// <summary>Advisory locks are known in one database only, and no session of a run that drops a database may be in it.</summary>
    [Test]
    public async Task Turns_exclude_each_other_also_where_one_database_is_the_one_that_servers_are_spoken_to_in()
    {
        await using var stage = new Stage("turns");
        var (own, other) = (TurnOf("postgres"), TurnOf("turns"));
        Task<NpgsqlConnection> waiting;
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
        await using var one = await LoginAsync("analyzing", "CREATE ROLE analyzing LOGIN CREATEDB CREATEROLE; CREATE ROLE analyzed" + MayGrant("analyzed", "analyzing"));
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
        var (first, second) = (new TemporaryGrants(one, "one"), new TemporaryGrants(two, "two"));
        await using var brake = await Sql.OpenAsync(TestServers.Target, "analyzing");
        await Sql.RunAsync(brake, "SELECT pg_advisory_lock(42)");

        var analyzed = stage.RunAsync(new AnalyzeStep { Id = "a", Database = "t" });
        await UntilWaitingAsync(brake, analyzed);
        await TargetLedger.EnsureAsync(two, "test", CancellationToken.None);
        await second.JoinOwnersAsync([OwnedBy("analyzed")], CancellationToken.None);
        await Sql.RunAsync(brake, "SELECT pg_advisory_unlock(42)");
        Assert.That((await analyzed).Notes, Is.Empty);
        await new TemporaryMemberships(stage.Connector, stage.Manifest, new DatabaseAddress("t", "analyzing")).EndAsync(one, CancellationToken.None);

        Assert.That(await Sql.ScalarAsync<bool>(two, "SELECT pg_catalog.pg_has_role('analyzed', 'USAGE')"), Is.True);
        Assert.That(await first.HasMembershipsAsync(CancellationToken.None), Is.False);
        await second.LeaveOwnersAsync(CancellationToken.None);
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
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Sql.ConnectionString(TestServers.Target, name)) { Username = name, Password = "b" }.ConnectionString);
        await connection.OpenAsync();
        await TargetLedger.EnsureAsync(connection, "test", CancellationToken.None);
        return connection;
    }

    private static SchemaEntry OwnedBy(string role)
    {
        var sql = $"ALTER TABLE \"t\" OWNER TO \"{role}\";";
        return new SchemaEntry { Id = 1, Kind = "TABLE", Tag = "t", Section = SchemaSection.PreData, Sql = sql, Digest = SchemaEntry.DigestOf("TABLE", schema: null, "t", sql) };
    }

    private static async Task UntilCopyBeginsAsync(CorpusMigration corpus, MigplanProcess apply)
    {
        var files = new LocalStateFiles(Path.Combine(corpus.StateDirectory, "corpus"), TimeProvider.System);
        while (!apply.HasExited)
        {
            var state = await StateStore.PeekAsync(files, CancellationToken.None);
            if (state?.Steps.Any(step => step.Status == StepStatus.Running && step.Id.EndsWith(":copy-data", StringComparison.Ordinal)) == true)
            {
                return;
            }

            await Task.Delay(5);
        }

        Assert.Fail($"ended too early: {apply}");
    }

    /// <summary>An index that can be built on the source only.</summary>
    private static string Failing(int port) =>
        $"""
        CREATE TABLE t (id int); INSERT INTO t VALUES (1); ALTER TABLE t OWNER TO corpus_boss;
        CREATE FUNCTION picky(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF inet_server_port() = {port} THEN RAISE EXCEPTION 'not here'; END IF; RETURN $1; END $$;
        ALTER FUNCTION picky(int) OWNER TO master_src; CREATE INDEX ON t (picky(id));
        """;
}
