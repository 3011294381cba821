using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Event triggers guard a database, or write down what happens in it: what a run itself does is none of their business.</summary>
public sealed class EventTriggerTests
{
    private const string StatesSql = "SELECT string_agg(evtname || ' ' || evtenabled::text, ', ' ORDER BY evtname) FROM pg_event_trigger";

    private const string Watched = """"
        CREATE TABLE log (command text);
        CREATE TABLE item AS SELECT 1 AS id;
        CREATE MATERIALIZED VIEW items AS SELECT count(*) FROM item;
        CREATE FUNCTION write_down() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.log VALUES (tg_tag); END';
        CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''nothing is dropped here''; END';
        CREATE EVENT TRIGGER "a
        ""log""" ON ddl_command_end EXECUTE FUNCTION write_down();
        CREATE EVENT TRIGGER b_guard ON sql_drop EXECUTE FUNCTION refuse();
        COMMENT ON EVENT TRIGGER b_guard IS 'guard';
        CREATE EVENT TRIGGER c_asleep ON ddl_command_start EXECUTE FUNCTION refuse();
        ALTER EVENT TRIGGER c_asleep DISABLE;
        CREATE EVENT TRIGGER d_always ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION write_down();
        ALTER EVENT TRIGGER d_always ENABLE ALWAYS;
        CREATE EVENT TRIGGER e_replica ON ddl_command_end EXECUTE FUNCTION write_down();
        ALTER EVENT TRIGGER e_replica ENABLE REPLICA;
        TRUNCATE log;
        """";

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task They_sleep_until_a_run_has_ended(string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_watched", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_watched", Watched);

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_watched", StatesSql),
            Is.EqualTo("a\n\"log\" O, b_guard O, c_asleep D, d_always A, e_replica R"));
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_watched", "SELECT count(*) FROM log"), Is.Zero);
        using var verify = await corpus.RunAsync("verify", $", strategy: {strategy}");
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_watched", "ALTER EVENT TRIGGER b_guard DISABLE");
        using var again = await corpus.RunAsync("verify", $", strategy: {strategy}");
        Assert.That(again.ExitCode, Is.EqualTo(8), again.ToString());
        Assert.That(again.Output, Does.Contain("b_guard"));
    }

    [Test]
    public async Task Those_that_only_the_targets_version_of_an_extension_has_fire_as_it_says()
    {
        await using var corpus = new CorpusMigration("corpus_woken", isManaged: false);
        await corpus.StartAsync();
        const string Watch = """
            CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();
            CREATE EVENT TRIGGER off ON ddl_command_end EXECUTE FUNCTION watch(); CREATE EVENT TRIGGER always ON ddl_command_end EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER off DISABLE; ALTER EVENT TRIGGER always ENABLE ALWAYS;
            """;
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "woken", ("1.0", "CREATE TABLE only_then (id int)"), ("1.1", Watch));
        await corpus.PsqlAsync(corpus.Source, "corpus_woken", $"CREATE EXTENSION {extension.Name} VERSION '1.0'; CREATE TABLE t (id int)");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_woken", StatesSql), Is.EqualTo("always A, off D, watch O"));
    }

    [Test]
    public async Task Those_of_extensions_sleep_too()
    {
        await using var corpus = new CorpusMigration("corpus_kept", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "kept", ("1.0", """
            CREATE TABLE period (relation regclass, name text); SELECT pg_catalog.pg_extension_config_dump('period', '');
            CREATE FUNCTION check_periods() RETURNS event_trigger LANGUAGE plpgsql AS
              $$ BEGIN IF EXISTS (SELECT FROM public.period p WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = p.relation AND k.conname = p.name)) THEN RAISE 'a period lacks its key'; END IF; END $$;
            CREATE EVENT TRIGGER check_periods ON ddl_command_end EXECUTE FUNCTION check_periods();
            """));
        await corpus.PsqlAsync(corpus.Source, "corpus_kept", $"""
            CREATE EXTENSION {extension.Name}; CREATE TABLE a (id int); CREATE INDEX ON a (id); CREATE TABLE b (id int CONSTRAINT of_b PRIMARY KEY); CREATE TABLE c (id int CONSTRAINT of_c REFERENCES b);
            INSERT INTO period VALUES ('b', 'of_b'), ('c', 'of_c');
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_kept", StatesSql), Is.EqualTo("check_periods O"));
        Assert.That(await corpus.DifferencesAsync(), Is.Empty);
    }

    /// <summary>A guard that somebody else sets in the target while a run is interrupted keeps the ledger from going.</summary>
    [Test]
    public async Task A_run_that_can_not_end_keeps_what_it_needs_for_ending_later()
    {
        await using var corpus = new CorpusMigration("corpus_guarded", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "postgres",
            "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_src; ALTER ROLE master_src IN DATABASE corpus_guarded SET guarded.allowed = 'yes'");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            corpus.Target.MajorVersion < 16
                ? "CREATE ROLE corpus_boss"
                : "CREATE ROLE corpus_boss; GRANT corpus_boss TO master_tgt WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_guarded",
            "CREATE SCHEMA shop AUTHORIZATION corpus_boss; CREATE TABLE shop.t (id serial); INSERT INTO shop.t DEFAULT VALUES; ALTER TABLE shop.t OWNER TO corpus_boss");
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_guarded",
            "SET guarded.allowed = 'yes'; CREATE MATERIALIZED VIEW shop.late AS SELECT pg_catalog.current_setting('guarded.allowed') AS allowed; ALTER MATERIALIZED VIEW shop.late OWNER TO corpus_boss");

        using (var interrupted = await corpus.RunAsync("apply", "", "--auto-approve"))
        {
            Assert.That(interrupted.ToString(), Does.Contain("refresh-views failed"));
        }

        await corpus.PsqlAsync(corpus.Target, "postgres", "ALTER ROLE master_tgt IN DATABASE corpus_guarded SET guarded.allowed = 'yes'");
        await corpus.PsqlAsync(
            corpus.Target,
            "corpus_guarded",
            "CREATE FUNCTION pg_catalog.refuse() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''nothing is dropped here''; END'");
        // As a part of an extension it is no difference.
        await corpus.PsqlAsync(
            corpus.Target,
            "corpus_guarded",
            "CREATE EVENT TRIGGER guard ON sql_drop WHEN TAG IN ('DROP SCHEMA') EXECUTE FUNCTION pg_catalog.refuse(); ALTER EXTENSION plpgsql ADD EVENT TRIGGER guard");
        using (var refused = await corpus.RunAsync("apply", "", "--auto-approve"))
        {
            Assert.That(refused.ExitCode, Is.EqualTo(1), refused.ToString());
            Assert.That(refused.ToString(), Does.Contain("nothing is dropped here"));
        }

        await corpus.PsqlAsync(corpus.Target, "corpus_guarded", "ALTER EXTENSION plpgsql DROP EVENT TRIGGER guard; DROP EVENT TRIGGER guard");
        using var again = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(again.ExitCode, Is.Zero, again.ToString());
        Assert.That(again.ToString(), Does.Not.Contain("not compared"));
        Assert.That(
            await Sql.ScalarAsync<long>(
                corpus.Target,
                "postgres",
                "SELECT count(*) FROM pg_auth_members WHERE roleid = 'corpus_boss'::regrole AND member = 'master_tgt'::regrole"
                    + (corpus.Target.MajorVersion < 16 ? "" : " AND NOT admin_option")),
            Is.Zero);
    }
}
