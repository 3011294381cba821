using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Steps;
using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

public sealed class StreamStepsTests
{
    [Test]
    public async Task A_database_with_an_odd_name_arrives_whole_and_verified()
    {
        const string name = "odd \"name\" 🐘";
        await CreateSourceAsync(name);
        await Sql.RunAsync(TestServers.Source, "postgres", """
            CREATE ROLE surr_owner LOGIN CONNECTION LIMIT 7; CREATE ROLE surr_group NOLOGIN; GRANT surr_group TO surr_owner;
            ALTER ROLE surr_owner SET search_path = shop, "odd schema";
            ALTER DATABASE "odd ""name"" 🐘" OWNER TO surr_owner; COMMENT ON DATABASE "odd ""name"" 🐘" IS 'it''s \ ours';
            ALTER DATABASE "odd ""name"" 🐘" SET work_mem = '8MB'; ALTER ROLE surr_owner IN DATABASE "odd ""name"" 🐘" SET search_path = a, "b c";
            ALTER DATABASE "odd ""name"" 🐘" CONNECTION LIMIT 50; REVOKE CONNECT ON DATABASE "odd ""name"" 🐘" FROM PUBLIC; GRANT CONNECT ON DATABASE "odd ""name"" 🐘" TO surr_group
            """);
        await using var stage = new Stage(name);
        var results = await stage.RunAllAsync(
            new PlannedRole("surr_group", new RoleFacts { Name = "surr_group" }),
            new PlannedRole("surr_owner", new RoleFacts { Name = "surr_owner", CanLogin = true, ConnectionLimit = 7, MemberOf = [new("surr_group", false)], Settings = ["search_path=shop, \"odd schema\""] }));
        Assert.That(results["create-roles"].Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6310" }));
        Assert.That(stage.Created.Select(resource => (resource.Kind, resource.Name)).Distinct().Select(resource => resource.Kind), Is.EquivalentTo(new[] { "role", "role", "database" }));
        Assert.That(await PropertiesAsync(TestServers.Target, name), Is.EqualTo(await PropertiesAsync(TestServers.Source, name)));
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "postgres", "SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = 'surr_owner'::regrole AND setdatabase = 0"),
            Is.EqualTo("{\"search_path=shop, \\\"odd schema\\\"\"}"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, name, "SELECT nextval('shop.moved')"), Is.EqualTo(77));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, name, "SELECT relispopulated FROM pg_class WHERE relname = 'unfilled'"), Is.False);
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, name, "SELECT to_regnamespace('migplan_ledger') IS NULL"), Is.True);
    }

    [Test]
    public async Task Steps_that_are_done_are_seen_to_be_done_and_can_be_repeated()
    {
        await CreateSourceAsync("surr_repeat");
        await using var stage = new Stage("surr_repeat");
        foreach (var step in Stage.Steps().Where(step => step is not VerifyStep))
        {
            await stage.RunAsync(step);
            Assert.That((await stage.ObserveAsync(step)).IsDone, Is.EqualTo(step is not PreflightStep), step.Kind);
            await stage.RunAsync(step);
        }
    }

    [Test]
    public async Task A_database_without_the_ledger_is_not_taken_for_verified_when_it_is_another_one()
    {
        await CreateSourceAsync("surr_other");
        await using var stage = new Stage("surr_other");
        await stage.RunAllAsync();
        var verify = Stage.Steps().OfType<VerifyStep>().Single();
        stage.TargetOid = stage.Created.Last().DatabaseOid;
        Assert.That((await stage.ObserveAsync(verify)).IsDone, Is.True);

        stage.Connector.CloseIdle(stage.Manifest.Targets[0], "surr_other");
        await Sql.RunAsync(TestServers.Target, "postgres", "DROP DATABASE surr_other WITH (FORCE)");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_other");
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => stage.ObserveAsync(verify))!.Diagnostic.Code, Is.EqualTo("MP6110"));
    }

    /// <summary>Its state knows the name alone.</summary>
    [TestCase("database")]
    [TestCase("ledger")]
    public async Task A_run_that_was_killed_before_it_noted_which_database_it_made_notes_it_when_it_goes_on(string kind)
    {
        var database = $"surr_unnoted_{kind}";
        await CreateSourceAsync(database);
        var create = Stage.Steps().OfType<CreateDatabaseStep>().Single();
        await using (var killed = new Stage(database))
        {
            await killed.RunAsync(create);
        }

        var named = new CreatedResource(kind, "t", database) { SystemIdentifier = "1" };
        await using var stage = new Stage(database) { Recorded = [named] };
        Assert.That((await stage.ObserveAsync(create)).IsDone, Is.True);

        var oid = (uint)await Sql.ScalarAsync<long>(TestServers.Target, database, "SELECT oid::int8 FROM pg_database WHERE datname = current_database()");
        Assert.That(stage.Created, Is.EqualTo(new[] { named with { DatabaseOid = oid } }));
        stage.TargetOid = oid;
        await stage.ObserveAsync(create);
        Assert.That(stage.Created, Has.Count.EqualTo(1), "once");
    }

    /// <summary>The connection was lost in CREATE DATABASE, and nobody knows whether the server went on.</summary>
    [TestCase("as_made", "", true)]
    [TestCase("by_hand", "ALTER DATABASE surr_lost_by_hand CONNECTION LIMIT -1", false)]
    [TestCase("of_another", "ALTER DATABASE surr_lost_of_another OWNER TO surr_lost", false)]
    [TestCase("configured", "ALTER DATABASE surr_lost_configured SET work_mem = '7MB'", false)]
    [TestCase("prepared", "CREATE EXTENSION pgcrypto", false)]
    public async Task A_database_that_is_found_after_a_lost_connection_is_the_plans_only_if_it_is_as_the_plan_makes_it(string name, string made, bool isOurs)
    {
        var database = $"surr_lost_{name}";
        await CreateSourceAsync(database);
        await Sql.RunAsync(TestServers.Target, "postgres", "DROP ROLE IF EXISTS surr_lost; CREATE ROLE surr_lost");
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {database} TEMPLATE template0 CONNECTION LIMIT {CreationMark.Of("", database)}");
        await Sql.RunAsync(TestServers.Target, database, made.Length > 0 ? made : "SELECT 1");
        var noted = new CreatedResource("database", "t", database);
        await using var stage = new Stage(database) { Recorded = [noted] };

        await stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t" });

        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, database, "SELECT datconnlimit = -1 FROM pg_database WHERE datname = current_database()"));
        Assert.That(stage.Removed, Is.EqualTo(isOurs ? [] : new[] { noted }));
        Assert.That(stage.Created.Where(resource => resource.DatabaseOid is not null).Select(resource => resource.Kind), Is.EqualTo(isOurs ? ["database", "ledger"] : new[] { "ledger" }));
        await Sql.DropDatabaseAsync(TestServers.Target, database);
        await Sql.RunAsync(TestServers.Target, "postgres", "DROP ROLE surr_lost");
    }

    [Test]
    public async Task An_empty_database_that_is_there_already_is_taken_with_its_own_locale_and_that_is_said()
    {
        await CreateSourceAsync("surr_there");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_there TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
        await using var stage = new Stage("surr_there");
        var note = (await stage.RunAsync(Stage.Steps().OfType<CreateDatabaseStep>().Single())).Notes.Single();
        Assert.That(note.Code, Is.EqualTo("MP6312"));
        Assert.That(note.Message, Does.StartWith("t/surr_there was there already, and differs: source has ").And.Contain("target encoding LATIN1, LC_COLLATE C"));
    }

    [Test]
    public async Task A_database_that_lets_in_fewer_than_the_run_needs_is_refused_beforehand()
    {
        await CreateSourceAsync("surr_narrow");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_narrow_login LOGIN PASSWORD 'n'; ALTER DATABASE surr_narrow CONNECTION LIMIT 2");
        await using var stage = new Stage("surr_narrow", source: new StageLogin("surr_narrow_login", "n"));
        var refusal = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(Stage.Steps().OfType<PreflightStep>().Single()))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6305"), refusal.ToString());
        Assert.That(refusal.Diagnostic.Message, Does.Contain("s/surr_narrow lets in 2 connections").And.Contain($"the run needs {stage.Context.Parallelism + RunConnections.Beside}"));
    }

    /// <summary>A table that a superuser made on the target: no login joins a superuser.</summary>
    [Test]
    public async Task A_table_of_an_owner_out_of_reach_is_not_analyzed_and_named()
    {
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_reach LOGIN CREATEROLE PASSWORD 'r'");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_reach OWNER surr_reach");
        await using var stage = new Stage("surr_reach", target: new StageLogin("surr_reach", "r"));
        await using (var target = await stage.Connector.OpenAsync(stage.Manifest.Targets[0], "surr_reach", SessionKind.Target, CancellationToken.None))
        {
            await TargetLedger.EnsureAsync(target, stage.Plan.Name, CancellationToken.None);
        }

        await Sql.RunAsync(TestServers.Target, "surr_reach", "CREATE TABLE theirs AS SELECT 1 AS i; CREATE TABLE ours AS SELECT 1 AS i; ALTER TABLE ours OWNER TO surr_reach");
        var result = await stage.RunAsync(Stage.Steps().OfType<AnalyzeStep>().Single());
        Assert.That(result.Notes.Single().Code, Is.EqualTo("MP6313"));
        Assert.That(result.Notes.Single().Message, Does.Contain("public.theirs"));
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "surr_reach", "SELECT string_agg(tablename, ' ') FROM pg_stats WHERE schemaname = 'public'"), Is.EqualTo("ours"));
    }

    [Test]
    public async Task A_login_with_createdb_and_createrole_only_carries_a_database()
    {
        await CreateSourceAsync("surr_plain");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_plain_login LOGIN CREATEDB CREATEROLE PASSWORD 'p''w \"x\\ ;='");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_boss LOGIN SUPERUSER REPLICATION; CREATE ROLE surr_app; ALTER DATABASE surr_plain OWNER TO surr_app; REVOKE ALL ON DATABASE surr_plain FROM PUBLIC");
        await using var stage = new Stage("surr_plain", target: new StageLogin("surr_plain_login", "p'w \"x\\ ;="), adapt: mapping => mapping with
        {
            Roles = new RolePolicy { Map = new RolePolicy().Map.Add("migplan", "surr_plain_login") },
        });
        var results = await stage.RunAllAsync(
            new PlannedRole("surr_app", new RoleFacts { Name = "surr_app" }),
            new PlannedRole("surr_boss", new RoleFacts { Name = "surr_boss", IsSuperuser = true, CanReplicate = true }));
        Assert.That(results["create-roles"].Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6311", "MP6311" }));
        Assert.That(results["apply-settings"].Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6314" }));
        Assert.That(results["analyze"].Notes, Is.Empty);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "surr_plain", "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"), Is.EqualTo("surr_app"));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_plain", "SELECT pg_has_role('surr_plain_login', 'surr_app', 'MEMBER')"), Is.False);
    }

    [Test]
    public async Task A_role_that_another_database_has_created_gets_the_memberships_that_only_this_source_knows()
    {
        await using var stage = new Stage("surr_shared");
        await stage.RunAsync(Roles(new RoleFacts { Name = "surr_both_app" }, new RoleFacts { Name = "surr_both_reader" }));
        var second = Roles(new RoleFacts { Name = "surr_both_app", MemberOf = [new("surr_both_reader", false)] }, new RoleFacts { Name = "surr_both_reader" });

        var before = await stage.ObserveAsync(second);

        Assert.That(before, Is.EqualTo(StepObservation.NotDone("1 membership is missing: surr_both_app in surr_both_reader")));
        Assert.That((await stage.RunAsync(second)).Summary, Is.EqualTo("0 roles created"));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "postgres", "SELECT pg_has_role('surr_both_app', 'surr_both_reader', 'MEMBER')"), Is.True);
        Assert.That((await stage.ObserveAsync(second)).IsDone, Is.True);
    }

    [Test]
    public async Task A_membership_that_the_server_refuses_is_left_out_with_a_note()
    {
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_giver LOGIN CREATEROLE PASSWORD 'g'");
        await using var stage = new Stage("surr_refused", target: new StageLogin("surr_giver", "g"), adapt: mapping => mapping with
        {
            Roles = new RolePolicy { Map = new RolePolicy().Map.Add("boss", PostgreSql.Clusters.LocalCluster.Superuser) },
        });

        var result = await stage.RunAsync(Roles(new RoleFacts { Name = "surr_modest", MemberOf = [new("boss", false)] }));

        Assert.That(result.Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6311" }));
        Assert.That(result.Notes[0].Message, Does.Contain("membership in"));
    }

    [Test]
    public async Task A_changed_row_a_lost_table_and_a_dropped_index_are_differences()
    {
        await CreateSourceAsync("surr_differ");
        await using var stage = new Stage("surr_differ");
        foreach (var step in Stage.Steps().Where(step => step is not VerifyStep))
        {
            await stage.RunAsync(step);
        }

        await Sql.RunAsync(TestServers.Target, "surr_differ", "UPDATE shop.item SET photo = 'x' WHERE id = 1000; DROP INDEX shop.item_name; DROP TABLE shop.nothing; SELECT setval('shop.moved', 5)");
        var heard = new ConcurrentQueue<StepProgress>();
        var report = await new PostgresVerifier(stage.Connector).VerifyAsync(stage.Manifest, stage.Mapping, VerificationLevel.Checksums, 2, heard.Enqueue, tell: null, CancellationToken.None);
        Assert.That(report.Tables.Where(table => !table.IsEqual).Select(table => (table.Name, table.TargetRows)), Is.EquivalentTo(new[] { ("item", 2000L), ("nothing", -1L) }));
        Assert.That(report.Differences.Select(difference => difference.Kind), Is.SupersetOf(new[] { "index", "table", "sequence position" }));
        Assert.That(heard.Select(progress => progress.Activity), Does.Contain("shop.item"));
        Assert.That(heard.MaxBy(progress => progress.BytesDone), Has.Property("BytesDone").GreaterThan(100_000).And.Property("BytesDone").EqualTo(heard.First().BytesTotal));
        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new VerifyStep { Id = "verify", Database = "t", Level = VerificationLevel.Checksums }))!;
        Assert.That((failure.FailureClass, failure.Diagnostic.Code), Is.EqualTo((FailureClass.Difference, "MP7001")));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_differ", "SELECT to_regnamespace('migplan_ledger') IS NULL"), Is.False);
    }

    /// <summary>Called, set and not called, never touched, going down, at its end; the fixture has three more.</summary>
    [Test]
    public async Task Sequences_stand_where_they_stood_whether_or_not_they_were_called()
    {
        await CreateSourceAsync("surr_positions");
        await Sql.RunAsync(TestServers.Source, "surr_positions", """
            CREATE SEQUENCE shop."ne""ver" START 5; CREATE SEQUENCE shop.set_only; SELECT setval('shop.set_only', 42, false); CREATE SEQUENCE shop.called; SELECT nextval('shop.called');
            CREATE SEQUENCE shop.down INCREMENT -3 MAXVALUE -1 START -1; SELECT nextval('shop.down'), nextval('shop.down');
            CREATE SEQUENCE shop.ended MAXVALUE 2; SELECT setval('shop.ended', 2); CREATE SEQUENCE shop.ahead
            """);
        await using var stage = new Stage("surr_positions");
        foreach (var each in Stage.Steps().Where(each => each is not VerifyStep))
        {
            await stage.RunAsync(each);
        }

        const string positions = """
            SELECT string_agg(xpath('/row/p/text()', query_to_xml(format('SELECT last_value || '' '' || is_called AS p FROM %s', oid::regclass), false, true, ''))::text, ' ' ORDER BY oid::regclass::text)
            FROM pg_class WHERE relkind = 'S'
            """;
        var expected = await Sql.ScalarAsync<string>(TestServers.Source, "surr_positions", positions);
        Assert.That(expected, Does.Contain("42 false").And.Contain("5 false").And.Contain("1 true").And.Contain("-4 true").And.Contain("2 true"));
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "surr_positions", positions), Is.EqualTo(expected));

        await Sql.RunAsync(TestServers.Target, "surr_positions", """
            SELECT nextval('shop."ne""ver"'), setval('shop.set_only', 42), setval('shop.called', 1, false), setval('shop.down', -4, false), setval('shop.ended', 1), nextval('shop.ahead')
            """);
        var step = Stage.Steps().OfType<SetSequencesStep>().Single();
        var observation = await stage.ObserveAsync(step);
        Assert.That((observation.IsDone, observation.Finding), Is.EqualTo((false, "6 of 9 sequences differ, shop.called among them")));
        await stage.RunAsync(step);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "surr_positions", positions), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_stale_materialized_view_on_the_source_is_no_difference()
    {
        await CreateSourceAsync("surr_stale");
        await Sql.RunAsync(TestServers.Source, "surr_stale", "UPDATE shop.item SET state = 'paid' WHERE id < 5");
        await using var stage = new Stage("surr_stale");
        Assert.That((await stage.RunAllAsync())["verify"].Summary, Does.EndWith("rows equal"));
    }

    [Test]
    public async Task A_target_that_holds_something_is_refused_and_replaced_only_when_asked()
    {
        await CreateSourceAsync("surr_full");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_full");
        await Sql.RunAsync(TestServers.Target, "surr_full", "CREATE TABLE mine ()");
        await using var other = await Sql.OpenAsync(TestServers.Target, "surr_full");
        await using var stage = new Stage("surr_full");
        foreach (Step step in new Step[] { new PreflightStep { Id = "p", Database = "t" }, new CreateDatabaseStep { Id = "c", Database = "t" } })
        {
            var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(step))!;
            Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6302"));
        }

        Assert.That(stage.Created, Is.Empty);
        await stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Replaces = true });
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_full", "SELECT to_regclass('public.mine') IS NULL"), Is.True);

        // Filled in part by this plan: a repeated step must not drop it again.
        await Sql.RunAsync(TestServers.Target, "surr_full", "CREATE TABLE ours ()");
        await stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Replaces = true });
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_full", "SELECT to_regclass('public.ours') IS NOT NULL"), Is.True);

        await Sql.RunAsync(TestServers.Target, "surr_full", "UPDATE migplan_ledger.owner SET plan = 'another'");
        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Replaces = true }))!;
        Assert.That(refused.Diagnostic.Code, Is.EqualTo("MP6303"));
    }

    [Test]
    public async Task A_database_that_the_session_of_a_killed_run_is_still_creating_is_worth_another_try()
    {
        await CreateSourceAsync("surr_twice");
        // A template that takes long to copy, though nothing is in it: its catalog is full of dead rows.
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_slow");
        await Sql.RunAsync(TestServers.Target, "surr_slow", """
            SET allow_system_table_mods = on;
            INSERT INTO pg_catalog.pg_description SELECT i, 1259, 0, repeat('x', 1900) FROM generate_series(1000000, 1080000) AS i;
            DELETE FROM pg_catalog.pg_description WHERE objoid >= 1000000
            """);
        await using var stage = new Stage("surr_twice");
        var step = new CreateDatabaseStep { Id = "c", Database = "t" };
        var other = Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_twice TEMPLATE surr_slow");
        while (await Sql.ScalarAsync<long>(TestServers.Target, "postgres", "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE surr_twice%' AND state = 'active' AND pid <> pg_backend_pid()") == 0)
        {
            Assert.That(other.IsCompleted, Is.False, "the template was too small to be caught at it");
        }

        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(step))!;
        Assert.That((failure.FailureClass, ((Npgsql.PostgresException)failure.InnerException!).SqlState), Is.EqualTo((FailureClass.Transient, "23505")));
        await other;
        Assert.That((await stage.RunAsync(step)).Summary, Is.EqualTo("database found empty"));
        Assert.That(stage.Created.First().SystemIdentifier, Is.Not.Null);
        var oid = await Sql.ScalarAsync<uint>(TestServers.Target, "postgres", "SELECT oid FROM pg_database WHERE datname = 'surr_twice'");
        Assert.That(stage.Created.Last(), Is.EqualTo(stage.Created.First() with { Kind = "ledger", DatabaseOid = oid }));
    }

    [Test]
    public async Task The_note_of_a_database_stays_where_the_session_that_created_it_is_ended()
    {
        await CreateSourceAsync("surr_ended");
        await using var stage = new Stage("surr_ended");
        await using var other = await Sql.OpenAsync(TestServers.Target, "postgres");
        await Sql.RunAsync(other, "BEGIN; LOCK TABLE pg_catalog.pg_database IN SHARE MODE");
        var running = stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t" });
        const string Waiting = "FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%surr_ended%' AND wait_event_type = 'Lock'";
        await Sql.UntilAsync(TestServers.Target, "postgres", $"SELECT EXISTS (SELECT {Waiting})");

        await Sql.RunAsync(TestServers.Target, "postgres", $"SELECT pg_terminate_backend(pid) {Waiting}");

        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => running)!.FailureClass, Is.EqualTo(FailureClass.Transient));
        Assert.That((stage.Created.Count, stage.Removed.Count), Is.EqualTo((1, 0)), "it may have committed before");
    }

    [Test]
    public async Task A_locale_that_the_target_does_not_know_is_told_with_the_way_out()
    {
        await using var stage = new Stage("surr_locale");
        var settings = new DatabaseSettings { Name = "x", Owner = "x", Encoding = "UTF8", Collate = "xx_YY.UTF-8", Ctype = "xx_YY.UTF-8" };
        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new CreateDatabaseStep { Id = "c", Database = "t", Settings = settings }))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6306"));
        Assert.That(stage.Removed, Is.EqualTo(stage.Created).And.Count.EqualTo(1), "what somebody makes in its place is not ours");
    }

    /// <summary>Sources that are not the mapping's: one is gone, another has none to give.</summary>
    [Test]
    public async Task A_password_comes_from_the_first_source_that_can_be_asked_and_has_one()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_bare_app LOGIN; CREATE ROLE surr_keyed_app LOGIN PASSWORD 'k'");
        await using var stage = new Stage("postgres");
        stage.Manifest = stage.Manifest with { Sources = [.. stage.Manifest.Sources, Stage.EndpointOf("gone", EndpointRole.Source, 1)] };
        var app = new PlannedRole("surr_choosy", new RoleFacts { Name = "surr_choosy", CanLogin = true }) { PasswordFrom = [new("gone", "surr_choosy"), new("s", "surr_bare_app"), new("s", "surr_keyed_app")] };
        var poor = app with { Name = "surr_poor", PasswordFrom = [new("gone", "surr_poor")] };

        var result = await stage.RunAsync(new CreateRolesStep { Id = "r", Database = "t", Roles = [app, poor] });

        Assert.That(result.Notes.Single().Message, Does.Contain("created without a password").And.Contain(": surr_poor"));
        var password = await Sql.ScalarAsync<string>(TestServers.Target, "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = 'surr_choosy'");
        Assert.That(password, Is.EqualTo(await Sql.ScalarAsync<string>(TestServers.Source, "postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = 'surr_keyed_app'")));
    }

    [Test]
    public async Task A_setting_may_name_a_role_that_is_created_after_it()
    {
        await using var stage = new Stage("postgres");
        var result = await stage.RunAsync(Roles(new RoleFacts { Name = "surr_a_first", Settings = ["role=surr_z_last"] }, new RoleFacts { Name = "surr_z_last" }));
        Assert.That(result.Notes, Is.Empty);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "postgres", "SELECT rolconfig[1] FROM pg_roles WHERE rolname = 'surr_a_first'"), Is.EqualTo("role=surr_z_last"));
    }

    [Test]
    public async Task Missing_rights_are_refused_before_anything_is_changed()
    {
        await CreateSourceAsync("surr_rights");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_reader LOGIN PASSWORD 'r'");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_nobody LOGIN PASSWORD 'n'");
        var preflight = new PreflightStep { Id = "p", Database = "t" };
        await using var blind = new Stage("surr_rights", source: new StageLogin("surr_reader", "r"));
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => blind.RunAsync(preflight))!.Diagnostic.Code, Is.EqualTo("MP6301"));
        await using var powerless = new Stage("surr_rights", target: new StageLogin("surr_nobody", "n"));
        Assert.That(Assert.ThrowsAsync<StepFailedException>(() => powerless.RunAsync(preflight))!.Diagnostic.Code, Is.EqualTo("MP6300"));
        await using var fencing = new Stage("surr_rights", source: new StageLogin("surr_reader", "r"), adapt: mapping => mapping with { Fence = Fence.ReadOnly });
        Assert.That(
            Assert.ThrowsAsync<StepFailedException>(() => fencing.RunAsync(new FenceSourceStep { Id = "f", Database = "t" }))!.Diagnostic.Code, Is.EqualTo("MP6307"));
    }

    [Test]
    public async Task What_pg_dump_may_not_lock_is_refused_before_anything_is_changed_and_is_not_tried_again()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_locks");
        await Sql.RunAsync(TestServers.Source, "surr_locks", """
            CREATE ROLE surr_locker LOGIN PASSWORD 'l'; CREATE SCHEMA a; CREATE TABLE a.t (i int); GRANT USAGE ON SCHEMA a TO surr_locker; GRANT SELECT ON a.t TO surr_locker;
            CREATE SCHEMA b; CREATE TABLE b.kept (i int) PARTITION BY LIST (i); CREATE VIEW b.view AS SELECT 1; CREATE SEQUENCE b.numbers
            """);
        await using var stage = new Stage("surr_locks", source: new StageLogin("surr_locker", "l"), adapt: mapping => mapping with { Include = new Selection { Schemas = ["a"] } });

        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new PreflightStep { Id = "p", Database = "t" }))!.Diagnostic;

        Assert.That(refused.Code, Is.EqualTo("MP6301"));
        Assert.That(refused.Message, Is.EqualTo("`surr_locker` can't read 1 table of s/surr_locks that is not copied, but that pg_dump must lock: b.kept"));
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_locks");
        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new RestoreSchemaStep { Id = "s", Database = "t" }))!;
        Assert.That((failure.Diagnostic.Code, failure.FailureClass), Is.EqualTo(("MP6202", FailureClass.Permanent)));
    }

    [Test]
    public async Task Below_16_a_login_that_does_not_inherit_is_refused_before_anything_is_changed()
    {
        await CreateSourceAsync("surr_bare");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_bare_login LOGIN CREATEDB CREATEROLE NOINHERIT PASSWORD 'b'");
        await using var stage = new Stage("surr_bare", target: new StageLogin("surr_bare_login", "b"));
        var preflight = new PreflightStep { Id = "p", Database = "t" };
        if (TestServers.Target.MajorVersion >= 16)
        {
            await stage.RunAsync(preflight);
            return;
        }

        var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(preflight))!.Diagnostic;

        Assert.That((refused.Code, refused.Help), Is.EqualTo(("MP6300", "as a superuser: ALTER ROLE surr_bare_login INHERIT")));
    }

    private static CreateRolesStep Roles(params RoleFacts[] roles) =>
        new() { Id = "r", Database = "t", Roles = [.. roles.Select(role => new PlannedRole(role.Name, role))] };

    private static async Task CreateSourceAsync(string name)
    {
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        await using var stream = typeof(StreamStepsTests).Assembly.GetManifestResourceStream("rich-shop.sql")!;
        using var reader = new StreamReader(stream);
        await Sql.RunAsync(TestServers.Source, name, await reader.ReadToEndAsync());
    }

    private static Task<string> PropertiesAsync(PostgreSql.Clusters.LocalCluster server, string name) => Sql.ScalarAsync<string>(server, name, """
        SELECT concat_ws(' | ', datdba::regrole, datconnlimit, (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(datacl) a), shobj_description(d.oid, 'pg_database'),
          (SELECT string_agg(setrole::regrole || setconfig::text, ',' ORDER BY setrole::regrole::text) FROM pg_db_role_setting WHERE setdatabase = d.oid))
        FROM pg_database d WHERE datname = current_database()
        """);
}
