using System.Collections.Concurrent;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>All steps of a stream, one after another.</summary>
public sealed class StreamStepsTests
{
    [Test]
    public async Task A_database_with_an_odd_name_arrives_whole_and_verified()
    {
        const string name = "odd \"name\" 🐘";
        await RichShop.CreateAsync(name);
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
            new PlannedRole("surr_owner", new RoleFacts
            {
                Name = "surr_owner",
                CanLogin = true,
                ConnectionLimit = 7,
                MemberOf = [new("surr_group", false)],
                Settings = ["search_path=shop, \"odd schema\""],
            }));
        Assert.That(results["create-roles"].Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6310" }));
        Assert.That(
            stage.Created.Select(resource => (resource.Kind, resource.Name)).Distinct().Select(resource => resource.Kind),
            Is.EquivalentTo(new[] { "role", "role", "database" }));
        Assert.That(await PropertiesAsync(TestServers.Target, name), Is.EqualTo(await PropertiesAsync(TestServers.Source, name)));
        Assert.That(
            await Sql.ScalarAsync<string>(
                TestServers.Target,
                "postgres",
                "SELECT setconfig::text FROM pg_db_role_setting WHERE setrole = 'surr_owner'::regrole AND setdatabase = 0"),
            Is.EqualTo("{\"search_path=shop, \\\"odd schema\\\"\"}"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, name, "SELECT nextval('shop.moved')"), Is.EqualTo(77));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, name, "SELECT relispopulated FROM pg_class WHERE relname = 'unfilled'"), Is.False);
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, name, "SELECT to_regnamespace('migplan_ledger') IS NULL"), Is.True);
    }

    [Test]
    public async Task Steps_that_are_done_are_seen_to_be_done_and_can_be_repeated()
    {
        await RichShop.CreateAsync("surr_repeat");
        await using var stage = new Stage("surr_repeat");
        foreach (var step in Stage.Steps().Where(step => step is not VerifyStep))
        {
            await stage.RunAsync(step);
            Assert.That((await stage.ObserveAsync(step)).IsDone, Is.EqualTo(step is not PreflightStep), step.Kind);
            await stage.RunAsync(step);
        }
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
            await TargetLedger.EnsureAsync(target, stage.Plan.Name, stage.Context.Lineage, CancellationToken.None);
        }

        await Sql.RunAsync(
            TestServers.Target,
            "surr_reach",
            "CREATE TABLE theirs AS SELECT 1 AS i; CREATE TABLE ours AS SELECT 1 AS i; ALTER TABLE ours OWNER TO surr_reach");
        var result = await stage.RunAsync(Stage.Steps().OfType<AnalyzeStep>().Single());
        Assert.That(result.Notes.Single().Code, Is.EqualTo("MP6313"));
        Assert.That(result.Notes.Single().Message, Does.Contain("public.theirs"));
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "surr_reach", "SELECT string_agg(tablename, ' ') FROM pg_stats WHERE schemaname = 'public'"),
            Is.EqualTo("ours"));
    }

    [Test]
    public async Task A_login_with_createdb_and_createrole_only_carries_a_database()
    {
        await RichShop.CreateAsync("surr_plain");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_plain_login LOGIN CREATEDB CREATEROLE PASSWORD 'p''w \"x\\ ;='");
        await Sql.RunAsync(
            TestServers.Source,
            "postgres",
            "CREATE ROLE surr_boss LOGIN SUPERUSER REPLICATION; CREATE ROLE surr_app; ALTER DATABASE surr_plain OWNER TO surr_app; REVOKE ALL ON DATABASE surr_plain FROM PUBLIC");
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
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "surr_plain", "SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()"),
            Is.EqualTo("surr_app"));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_plain", "SELECT pg_has_role('surr_plain_login', 'surr_app', 'MEMBER')"), Is.False);
    }

    [Test]
    public async Task A_changed_row_a_lost_table_and_a_dropped_index_are_differences()
    {
        await RichShop.CreateAsync("surr_differ");
        await using var stage = new Stage("surr_differ");
        foreach (var step in Stage.Steps().Where(step => step is not VerifyStep))
        {
            await stage.RunAsync(step);
        }

        await Sql.RunAsync(
            TestServers.Target,
            "surr_differ",
            "UPDATE shop.item SET photo = 'x' WHERE id = 1000; DROP INDEX shop.item_name; DROP TABLE shop.nothing; SELECT setval('shop.moved', 5)");
        var heard = new ConcurrentQueue<StepProgress>();
        var report = await new PostgresVerifier(stage.Connector)
            .VerifyAsync(stage.Manifest, stage.Mapping, VerificationLevel.Checksums, 2, heard.Enqueue, tell: null, CancellationToken.None);
        Assert.That(
            report.Tables.Where(table => !table.IsEqual).Select(table => (table.Name, table.TargetRows)),
            Is.EquivalentTo(new[] { ("item", 2000L), ("nothing", -1L) }));
        Assert.That(report.Differences.Select(difference => difference.Kind), Is.SupersetOf(new[] { "index", "table", "sequence position" }));
        Assert.That(heard.Select(progress => progress.Activity), Does.Contain("shop.item"));
        Assert.That(
            heard.MaxBy(progress => progress.BytesDone),
            Has.Property("BytesDone").GreaterThan(100_000).And.Property("BytesDone").EqualTo(heard.First().BytesTotal));
        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(new VerifyStep
        {
            Id = "verify",
            Database = "t",
            Level = VerificationLevel.Checksums,
        }))!;
        Assert.That((failure.FailureClass, failure.Diagnostic.Code), Is.EqualTo((FailureClass.Difference, "MP7001")));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "surr_differ", "SELECT to_regnamespace('migplan_ledger') IS NULL"), Is.False);
    }

    /// <summary>Called, set and not called, never touched, going down, at its end; the fixture has three more.</summary>
    [Test]
    public async Task Sequences_stand_where_they_stood_whether_or_not_they_were_called()
    {
        await RichShop.CreateAsync("surr_positions");
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
        await RichShop.CreateAsync("surr_stale");
        await Sql.RunAsync(TestServers.Source, "surr_stale", "UPDATE shop.item SET state = 'paid' WHERE id < 5");
        await using var stage = new Stage("surr_stale");
        Assert.That((await stage.RunAllAsync())["verify"].Summary, Does.EndWith("rows equal"));
    }

    /// <summary>A comparison may take hours; a run with another state has come meanwhile, and has finished in the second case.</summary>
    [TestCase("UPDATE migplan_ledger.owner SET lineage = 'other'", "MP6115")]
    [TestCase("DROP SCHEMA migplan_ledger CASCADE", "MP6110")]
    public async Task A_database_that_was_taken_over_while_it_was_compared_is_not_ended(string takeOver, string code)
    {
        var database = $"surr_overtaken_by_{code}";
        await RichShop.CreateAsync(database);
        await using var stage = new Stage(database);
        foreach (var step in Stage.Steps().Where(step => step is not VerifyStep))
        {
            await stage.RunAsync(step);
        }

        await Sql.RunAsync(TestServers.Target, database, takeOver);
        var failure = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(Stage.Steps().Single(step => step is VerifyStep)))!;
        Assert.That(failure.Diagnostic.Code, Is.EqualTo(code));
        Assert.That(stage.Context.HasBegunToEnd(), Is.False);
    }

    private static Task<string> PropertiesAsync(PostgreSql.Clusters.LocalCluster server, string name) => Sql.ScalarAsync<string>(server, name, """
        SELECT concat_ws(' | ', datdba::regrole, datconnlimit, (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(datacl) a), shobj_description(d.oid, 'pg_database'),
          (SELECT string_agg(setrole::regrole || setconfig::text, ',' ORDER BY setrole::regrole::text) FROM pg_db_role_setting WHERE setdatabase = d.oid))
        FROM pg_database d WHERE datname = current_database()
        """);
}
