using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>An extension brings its tables along, and some of their rows are the user's: those that its configuration names.</summary>
public sealed class ExtensionConfigurationTests
{
    private const string Script =
        """
        CREATE TABLE settings (name text PRIMARY KEY, value text, is_own boolean DEFAULT true); INSERT INTO settings VALUES ('built in', '1', false);
        CREATE TABLE fixed (id int); INSERT INTO fixed VALUES (1); CREATE SEQUENCE counter;
        SELECT pg_catalog.pg_extension_config_dump('settings', 'WHERE is_own'); SELECT pg_catalog.pg_extension_config_dump('counter', '');
        CREATE LANGUAGE corpus_tongue HANDLER pg_catalog.plpgsql_call_handler;
        """;

    // The referring tables are the larger ones, and come first by name in one case and last in the other.
    private const string Linked =
        """
        CREATE TABLE topology (id serial PRIMARY KEY); CREATE TABLE layer (id int PRIMARY KEY, topology int REFERENCES topology, note text);
        CREATE TABLE a_part (id int REFERENCES layer DEFERRABLE INITIALLY DEFERRED);
        SELECT pg_catalog.pg_extension_config_dump('topology', ''); SELECT pg_catalog.pg_extension_config_dump('layer', ''); SELECT pg_catalog.pg_extension_config_dump('a_part', '');
        """;

    private const string Looked =
        """
        CREATE TABLE system (id int PRIMARY KEY, factor int); INSERT INTO system VALUES (1, 1); SELECT pg_catalog.pg_extension_config_dump('system', 'WHERE id > 99');
        CREATE FUNCTION factor(wanted int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
          $$ DECLARE found int; BEGIN SELECT s.factor INTO STRICT found FROM public.system s WHERE s.id = wanted; RETURN found; END $$;
        """;

    [Test]
    public async Task Privileges_on_what_a_skipped_extension_brings_stay_behind_with_it()
    {
        await using var corpus = new CorpusMigration("corpus_skipped", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_skipped", """
            CREATE EXTENSION postgres_fdw; CREATE EXTENSION pg_stat_statements; CREATE ROLE corpus_far; CREATE TABLE t (id int); GRANT SELECT ON t, pg_stat_statements TO corpus_far;
            GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO corpus_far; GRANT EXECUTE ON FUNCTION postgres_fdw_disconnect_all() TO corpus_far; GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) TO corpus_far;
            """);
        const string Mapping = ", extensions: { skip: [postgres_fdw, pg_stat_statements] }";

        using var apply = await corpus.RunAsync("apply", Mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<bool>(
                corpus.Target,
                "corpus_skipped",
                "SELECT has_table_privilege('corpus_far', 't', 'SELECT') AND has_function_privilege('corpus_far', 'pg_ls_dir(text)', 'EXECUTE')"),
            "what is not of them arrives");
    }

    [Test]
    public async Task Rows_of_configuration_tables_that_are_the_users_arrive_beside_those_of_the_extension()
    {
        await using var corpus = new CorpusMigration("corpus_extension", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "rows", ("1.0", Script));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_extension",
            $"CREATE EXTENSION {extension.Name}; INSERT INTO settings VALUES ('mine', '2'); INSERT INTO fixed VALUES (2); SELECT nextval('counter'), nextval('counter'); CREATE TABLE t (id int)");

        using var run = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_extension", "SELECT string_agg(name, ',' ORDER BY name) FROM settings"),
            Is.EqualTo("built in,mine"));
        Assert.That(
            await Sql.ScalarAsync<long>(corpus.Target, "corpus_extension", "SELECT count(*) FROM fixed"),
            Is.EqualTo(1),
            "its rows are the extension's");
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_extension", "SELECT last_value FROM counter"), Is.EqualTo(2));

        await corpus.PsqlAsync(corpus.Source, "corpus_extension", "UPDATE settings SET value = 'of the extension' WHERE NOT is_own");
        using var equal = await corpus.RunAsync("verify");
        Assert.That(equal.ExitCode, Is.Zero, equal.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_extension", "UPDATE settings SET value = '3' WHERE name = 'mine'");
        using var different = await corpus.RunAsync("verify");
        Assert.That(different.ExitCode, Is.EqualTo(8), different.ToString());
        Assert.That(different.Output, Does.Contain("(name) changed mine").And.Not.Contain("fixed"), different.ToString());
        using var skipped = await corpus.RunAsync("verify", $", extensions: {{ skip: [{extension.Name}] }}");
        Assert.That(skipped.ExitCode, Is.Zero, skipped.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_extension", $"DROP EXTENSION {extension.Name}");
        using var absent = await corpus.RunAsync("verify", $", extensions: {{ skip: [{extension.Name}] }}");
        Assert.That(absent.ExitCode, Is.Zero, absent.ToString());
    }

    [Test]
    public async Task Rows_that_foreign_keys_of_the_extension_lead_to_arrive_before_those_that_refer_to_them([Values("stream", "archive")] string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_linked", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "linked", ("1.0", Linked));
        await corpus.PsqlAsync(corpus.Source, "corpus_linked", $"""
            CREATE EXTENSION {extension.Name}; INSERT INTO topology SELECT FROM generate_series(1, 9) i; INSERT INTO layer SELECT i, i % 9 + 1, repeat('x', 500) FROM generate_series(1, 2000) i;
            INSERT INTO a_part SELECT i FROM generate_series(1, 2000) i; CREATE TABLE t (id int);
            """);

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await corpus.DifferencesAsync(), Is.Empty);
    }

    [Test]
    public async Task Rows_that_functions_of_the_extension_look_up_arrive_before_columns_and_indexes_that_are_computed_by_them()
    {
        await using var corpus = new CorpusMigration("corpus_looked", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "looked", ("1.0", Looked));
        await corpus.PsqlAsync(corpus.Source, "corpus_looked", $"""
            CREATE EXTENSION {extension.Name}; INSERT INTO system VALUES (100, 7);
            CREATE TABLE place (id int, system int, far int GENERATED ALWAYS AS (public.factor(system) * id) STORED); INSERT INTO place SELECT i, 100 FROM generate_series(1, 20000) i;
            CREATE TABLE spot (id int); INSERT INTO spot SELECT generate_series(1, 1000); CREATE INDEX ON spot ((public.factor(100) * id));
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await corpus.DifferencesAsync(), Is.Empty);
    }

    /// <summary>As postgis_topology and postgis_tiger_geocoder do, in this order.</summary>
    [Test]
    public async Task A_script_that_adds_itself_to_the_search_path_of_sessions_finds_it_and_the_next_one_what_is_in_public()
    {
        await using var corpus = new CorpusMigration("corpus_path", isManaged: false);
        await corpus.StartAsync();
        const string Adding = """
            DO $$ BEGIN EXECUTE pg_catalog.format('ALTER DATABASE %I SET search_path = %s, tiger', pg_catalog.current_database(),
              (SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'search_path')); END $$;
            """;
        const string Looking = """
            DO $$ BEGIN EXECUTE 'SET LOCAL search_path = ' || (SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'search_path'); PERFORM soundex('x'); END $$;
            """;
        using var adding = await InstalledExtension.InstallAsync(corpus.Source, "a_path", ("1.0", Adding));
        using var looking = await InstalledExtension.InstallAsync(corpus.Source, "b_path", ("1.0", Looking));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_path",
            $"CREATE EXTENSION fuzzystrmatch; CREATE EXTENSION {adding.Name}; CREATE EXTENSION {looking.Name}; CREATE TABLE t (id int)");

        using var run = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_path", "SHOW search_path"), Is.EqualTo("\"$user\", public, tiger"));
    }

    [Test]
    public async Task What_a_newer_version_of_the_extension_brings_is_neither_lost_nor_a_difference()
    {
        await using var corpus = new CorpusMigration("corpus_newer", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "newer", ("1.0", Systems(10)), ("1.1", Systems(12)));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_newer",
            $"CREATE EXTENSION {extension.Name} VERSION '1.0'; INSERT INTO system VALUES (11, 'mine'), (20, 'mine'); CREATE TABLE t (id int)");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_newer", "SELECT string_agg(id || ' ' || name, ',' ORDER BY id) FROM system WHERE id > 9"),
            Is.EqualTo("10 of 12,11 of 12,12 of 12,20 mine"));
        await corpus.PsqlAsync(corpus.Target, "corpus_newer", "UPDATE system SET name = 'changed' WHERE id = 20");
        using var different = await corpus.RunAsync("verify");
        Assert.That(different.ExitCode, Is.EqualTo(8), different.ToString());
        Assert.That(different.Output, Does.Contain("(id) changed 20"), different.ToString());
    }

    [Test]
    public async Task A_login_that_does_not_own_the_extension_leaves_its_tables_alone_where_nobody_added_rows([Values("stream", "archive")] string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_unowned", isManaged: true);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "unowned", ("1.0", Systems(10)));
        // A check that refuses rows for as long as the server lacks a database: there the first run ends, after the extension's tables.
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE DATABASE corpus_ready");
        await corpus.PsqlAsync(corpus.Source, "corpus_unowned", $"""
            SET ROLE master_src; CREATE EXTENSION {extension.Name};
            CREATE FUNCTION is_ready(int) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = ''corpus_ready''); END';
            CREATE TABLE t (id int CHECK (is_ready(id))); INSERT INTO t SELECT generate_series(1, 8);
            """);

        using var refused = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE DATABASE corpus_ready");
        await corpus.PsqlAsync(corpus.Source, "corpus_unowned", strategy == "stream" ? "INSERT INTO t VALUES (9)" : "SELECT 1");
        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(refused.ToString(), Does.Contain("t_id_check"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<long>(corpus.Target, "corpus_unowned", "SELECT (SELECT count(*) FROM system) * 100 + (SELECT count(*) FROM t)"),
            Is.EqualTo(strategy == "stream" ? 1009 : 1008));
    }

    [Test]
    public async Task Rows_that_a_login_may_not_bring_into_the_table_of_an_extension_are_an_error_with_the_way_out()
    {
        await using var corpus = new CorpusMigration("corpus_denied", isManaged: true);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "denied", ("1.0", Systems(10)));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_denied",
            $"SET ROLE master_src; CREATE EXTENSION {extension.Name}; RESET ROLE; INSERT INTO system VALUES (20, 'mine')");

        using var denied = await corpus.RunAsync("apply", "", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, "corpus_denied", "GRANT INSERT, DELETE ON system TO master_tgt");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(denied.ExitCode, Is.Not.Zero, denied.ToString());
        Assert.That(
            denied.ToString(),
            Does.Contain("MP6254").And.Contain("GRANT INSERT, DELETE ON public.system").And.Contain("can't be brought to target new/corpus_denied"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_denied", "SELECT name FROM system WHERE id = 20"), Is.EqualTo("mine"));
    }

    [Test]
    public async Task Rows_of_the_table_of_an_extension_that_a_login_may_not_read_are_an_error_of_the_source_with_the_way_out()
    {
        await using var corpus = new CorpusMigration("corpus_unread", isManaged: true);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(
            corpus.Source,
            "unread",
            ("1.0", "CREATE TABLE config (id int); ALTER TABLE config ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT ON config TO PUBLIC; SELECT pg_catalog.pg_extension_config_dump('config', '')"));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_unread",
            $"CREATE EXTENSION {extension.Name}; INSERT INTO config VALUES (1); ALTER ROLE master_src NOBYPASSRLS; CREATE TABLE t (id int); ALTER TABLE t OWNER TO master_src");

        using var denied = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(denied.ExitCode, Is.Not.Zero, denied.ToString());
        Assert.That(
            denied.ToString(),
            Does.Contain("MP6254")
                .And.Contain("can't be read on source old/corpus_unread")
                .And.Contain("GRANT SELECT ON public.config")
                .And.Contain("BYPASSRLS"));
    }

    [Test]
    public async Task Privileges_on_what_an_extension_brings_arrive_where_the_login_may_give_them_and_are_listed_where_it_may_not()
    {
        await using var corpus = new CorpusMigration("corpus_granted", isManaged: true);
        await corpus.StartAsync();
        using var owned = await InstalledExtension.InstallAsync(
            corpus.Source,
            "owned",
            isTrusted: false,
            ("1.0", "CREATE TABLE config (id int); CREATE FUNCTION run() RETURNS int LANGUAGE sql AS 'SELECT 1';"),
            ("1.1", "CREATE TABLE config (id int)"));
        using var foreign = await InstalledExtension.InstallAsync(corpus.Source, "foreign", ("1.0", Systems(10)), ("1.1", Systems(11)));
        await corpus.PsqlAsync(corpus.Source, "corpus_granted", $"""
            CREATE ROLE corpus_granted; CREATE SCHEMA part AUTHORIZATION master_src; SET ROLE master_src; CREATE EXTENSION {owned.Name} SCHEMA part VERSION '1.0'; CREATE EXTENSION {foreign.Name} VERSION '1.0';
            GRANT ALL ON part.config TO corpus_granted; GRANT EXECUTE ON FUNCTION part.run() TO corpus_granted; RESET ROLE; GRANT INSERT ON system TO corpus_granted;
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<bool>(corpus.Target, "corpus_granted", "SELECT has_table_privilege('corpus_granted', 'part.config', 'DELETE')"),
            Is.True);
        Assert.That(apply.ToString(), Does.Contain("MP6250").And.Contain("privileges on table public.system of corpus_granted"));
    }

    [TestCase("include: { schemas: [app] }")]
    [TestCase("exclude: { schemas: [other] }")]
    public async Task Privileges_on_what_an_extension_brings_are_compared_under_a_pick_too(string pick)
    {
        await using var corpus = new CorpusMigration("corpus_picked", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "picked", ("1.0", "CREATE TABLE config (id int)"));
        await corpus.PsqlAsync(corpus.Source, "corpus_picked", $"""
            CREATE ROLE app_user; CREATE ROLE stranger; CREATE EXTENSION {extension.Name}; CREATE SCHEMA app; CREATE SCHEMA other; CREATE TABLE app.t (id int); ALTER TABLE app.t OWNER TO app_user;
            GRANT SELECT ON config TO app_user, stranger
            """);

        using var apply = await corpus.RunAsync("apply", $", {pick}", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, "corpus_picked", "REVOKE ALL ON config FROM app_user");
        using var verify = await corpus.RunAsync("verify", $", {pick}");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Contain("privileges on table public.config of app_user").And.Not.Contain("of stranger"));
    }

    [Test]
    public async Task A_column_that_the_targets_version_does_without_is_an_error_with_the_way_out_only_where_it_has_rows()
    {
        await using var corpus = new CorpusMigration("corpus_older", isManaged: false);
        await corpus.StartAsync();
        const string Dump = "SELECT pg_catalog.pg_extension_config_dump('config', ''); ";
        using var extension = await InstalledExtension.InstallAsync(
            corpus.Source,
            "older",
            ("1.0", $"CREATE TABLE config (id int, gone int); CREATE TABLE dropped (id int); INSERT INTO dropped VALUES (1); SELECT pg_catalog.pg_extension_config_dump('dropped', 'WHERE id > 1'); {Dump}"),
            ("1.1", $"CREATE TABLE config (id int); {Dump}"));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_older",
            $"CREATE EXTENSION {extension.Name} VERSION '1.0'; INSERT INTO config VALUES (1, 1); INSERT INTO dropped VALUES (2); DELETE FROM dropped WHERE id = 2; CREATE TABLE t (id int)");

        using var refused = await corpus.RunAsync("apply", "", "--auto-approve");
        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");
        using var apply = await corpus.RunAsync("apply", ", exclude: { tableData: [public.config] }", "--auto-approve");

        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP6252").And.Contain("its column \"gone\"").And.Contain("exclude: { tableData: [public.config] }"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    /// <summary>As the schema cron is pg_cron's: nothing else is in it.</summary>
    [Test]
    public async Task A_pick_takes_tables_and_schemas_of_extensions_and_the_plan_names_rows_that_it_leaves_behind([Values("stream", "archive")] string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_pick", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "pick", ("1.0", """
            CREATE SCHEMA jobs; CREATE TABLE jobs.job (id int); CREATE TABLE jobs.log (id int);
            SELECT pg_catalog.pg_extension_config_dump('jobs.job', ''); SELECT pg_catalog.pg_extension_config_dump('jobs.log', '');
            """));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_pick",
            $"CREATE EXTENSION {extension.Name}; INSERT INTO jobs.job VALUES (1); INSERT INTO jobs.log VALUES (1); CREATE TABLE t (id int)");

        foreach (var (pick, jobs, logs, left) in new[]
        {
            ("include: { schemas: [jobs] }", 1, 1, ""),
            ("include: { tables: [jobs.job] }", 1, 0, "rows of jobs.log: of an"),
            ("exclude: { tables: [jobs.log] }", 1, 0, "rows of jobs.log: of an"),
            ("include: { schemas: [public] }", 0, 0, "rows of jobs.job, rows of jobs.log: of an"),
            ("exclude: { schemas: [jobs] }", 0, 0, "rows of jobs.job, rows of jobs.log: of an"),
        }.Take(strategy == "stream" ? 5 : 3))
        {
            using var plan = await corpus.RunAsync("plan", $", strategy: {strategy}, {pick}");
            using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}, {pick}", "--auto-approve");
            using var verify = await corpus.RunAsync("verify", $", strategy: {strategy}, {pick}");
            Assert.That(plan.Output, left.Length > 0 ? Does.Contain(left) : Does.Not.Contain("rows of jobs"), pick);
            Assert.That(new[] { apply.ExitCode, verify.ExitCode }, Is.All.Zero, $"{pick}: {apply} {verify}");
            Assert.That(
                await Sql.ScalarAsync<string>(corpus.Target, "corpus_pick", "SELECT (SELECT count(*) FROM jobs.job) || ' ' || (SELECT count(*) FROM jobs.log)"),
                Is.EqualTo($"{jobs} {logs}"),
                pick);
            using var rollback = await corpus.RunAsync("rollback", $", strategy: {strategy}, {pick}", "--auto-approve");
        }
    }

    [Test]
    public async Task Where_rows_of_a_table_of_an_extension_stay_behind_so_does_the_position_of_the_sequence_that_numbers_them(
        [Values("stream", "archive")] string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_numbered", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(
            corpus.Source,
            "numbered",
            ("1.0", "CREATE TABLE topology (id serial); SELECT pg_catalog.pg_extension_config_dump('topology', '')"));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_numbered",
            $"CREATE EXTENSION {extension.Name}; INSERT INTO topology DEFAULT VALUES; INSERT INTO topology DEFAULT VALUES; CREATE TABLE t (id int)");

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}, exclude: {{ tableData: [public.topology] }}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_numbered", "SELECT is_called FROM topology_id_seq"), Is.False);
    }

    private static string Systems(int own) => $"""
        CREATE TABLE system (id int PRIMARY KEY, name text); INSERT INTO system SELECT i, 'of {own}' FROM generate_series(1, {own}) i;
        GRANT SELECT ON system TO PUBLIC;
        SELECT pg_catalog.pg_extension_config_dump('system', 'WHERE id > {own}');
        """;
}
