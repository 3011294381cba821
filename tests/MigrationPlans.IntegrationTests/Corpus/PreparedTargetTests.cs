using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>A target database in which somebody who may do so created the extensions beforehand, as it is done where the login of a run may not.</summary>
public sealed class PreparedTargetTests
{
    private const string Database = "corpus_prepared";

    private const string Make = $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'";

    [TestCase("stream", false)]
    [TestCase("stream", true)]
    [TestCase("archive", true)]
    public async Task It_is_filled_beside_them_whatever_their_version_and_keeps_those_that_the_source_lacks(string strategy, bool isManaged)
    {
        await using var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "prepared", ("1.0", Script), ("1.1", Script));
        var (here, there) = isManaged ? ("master_src", "master_tgt") : ("migplan", "migplan");
        await corpus.PsqlAsync(corpus.Source, Database, $"""
            SET ROLE {here}; CREATE SCHEMA tools; CREATE EXTENSION {extension.Name} SCHEMA tools VERSION '1.0'; CREATE TABLE tools.mine (id int DEFAULT tools.seven());
            INSERT INTO tools.mine DEFAULT VALUES; GRANT USAGE ON SCHEMA tools TO PUBLIC; RESET ROLE; INSERT INTO tools.system VALUES (100)
            """);
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER {there}");
        await corpus.PsqlAsync(corpus.Target, Database, $"""
            CREATE SCHEMA tools; GRANT CREATE, USAGE ON SCHEMA tools TO {there}; CREATE EXTENSION {extension.Name} SCHEMA tools; GRANT INSERT, DELETE ON tools.system TO {there}; CREATE SCHEMA other; CREATE EXTENSION postgres_fdw SCHEMA other; COMMENT ON SCHEMA other IS 'of theirs'
            """);

        using var plan = await corpus.RunAsync("plan", $", strategy: {strategy}");
        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");
        using var verify = await corpus.RunAsync("verify", $", strategy: {strategy}");

        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());
        Assert.That(
            plan.ToString(),
            Does.Contain("MP4100").And.Contain($"holds nothing but extensions ({extension.Name}, postgres_fdw)").And.Not.Contain("create extension"),
            plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Contain("extension postgres_fdw"), "it is listed");
        Assert.That(verify.Output.Contains("schema tools", StringComparison.Ordinal), Is.EqualTo(isManaged), "what a login may not change of a superuser's");
        Assert.That(
            apply.ToString().Contains("what is said of schema tools (owner, privileges, comment)", StringComparison.Ordinal),
            Is.EqualTo(isManaged),
            apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                Database,
                $"SELECT extversion || ' ' || (SELECT string_agg(id::text, ',' ORDER BY id) FROM tools.system) || ' ' || (SELECT id FROM tools.mine) FROM pg_extension WHERE extname = '{extension.Name}'"),
            Is.EqualTo("1.1 1,100 7"));
    }

    [Test]
    public async Task One_that_is_in_another_schema_there_is_an_error_of_the_plan_with_the_way_out()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, "CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE t (h tools.hstore)");
        await corpus.PsqlAsync(corpus.Target, "postgres", Make);
        await corpus.PsqlAsync(corpus.Target, Database, "CREATE EXTENSION hstore");

        using var refused = await corpus.RunAsync("apply", "", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, Database, "CREATE SCHEMA tools; ALTER EXTENSION hstore SET SCHEMA tools");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP4151").And.Contain("ALTER EXTENSION \"hstore\" SET SCHEMA \"tools\""));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    [Test]
    public async Task One_that_the_mapping_says_to_replace_is_dropped_with_them()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, "CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE t (h tools.hstore)");
        await corpus.PsqlAsync(corpus.Target, "postgres", Make);
        await corpus.PsqlAsync(corpus.Target, Database, "CREATE EXTENSION hstore; CREATE SCHEMA left_over");

        using var plan = await corpus.RunAsync("plan", ", onExisting: replace");
        using var apply = await corpus.RunAsync("apply", ", onExisting: replace", "--auto-approve");

        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());
        Assert.That(plan.ToString(), Does.Contain("is dropped first").And.Not.Contain("MP4100").And.Not.Contain("MP4151"), plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                Database,
                "SELECT string_agg(extnamespace::regnamespace || ' ' || coalesce(to_regnamespace('left_over')::text, 'new'), ',') FROM pg_extension WHERE extname = 'hstore'"),
            Is.EqualTo("tools new"));
    }

    [Test]
    public async Task What_somebody_put_beside_them_or_into_their_tables_is_refused_as_ever()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "beside", ("1.0", Script));
        await corpus.PsqlAsync(corpus.Target, "postgres", Make);
        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            $"CREATE SCHEMA tools; CREATE SCHEMA unused; CREATE EXTENSION {extension.Name} SCHEMA tools; CREATE EXTENSION postgres_fdw");
        (string Put, string Take)[] things =
        [
            ("CREATE SCHEMA more; CREATE SEQUENCE more.more", "DROP SCHEMA more CASCADE"),
            ("CREATE TABLE tools.more ()", "DROP TABLE tools.more"),
            ("CREATE TYPE tools.more AS ENUM ()", "DROP TYPE tools.more"),
            ("CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION more"),
            ("CREATE SERVER more FOREIGN DATA WRAPPER postgres_fdw", "DROP SERVER more"),
            ("INSERT INTO tools.system VALUES (100)", "DELETE FROM tools.system WHERE id = 100"),
        ];

        foreach (var (put, take) in things)
        {
            await corpus.PsqlAsync(corpus.Target, Database, put);
            using var refused = await corpus.RunAsync("plan");
            Assert.That(refused.ToString(), Does.Contain("MP4002"), put);
            Assert.That(
                refused.ToString().Contains("rows in tools.system", StringComparison.Ordinal),
                Is.EqualTo(put.StartsWith("INSERT", StringComparison.Ordinal)),
                put);
            await corpus.PsqlAsync(corpus.Target, Database, take);
        }

        using var plan = await corpus.RunAsync("plan");
        Assert.That(plan.ToString(), Does.Not.Contain("MP4002").And.Contain("MP4100"));
    }

    /// <summary>They guard the database again when a run that was stopped is taken back.</summary>
    [Test]
    public async Task Their_event_triggers_fire_as_before_after_a_run_and_after_a_rollback()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "guards", ("1.0", "CREATE TABLE only_then (id int)"), ("1.1", Guards));
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            $"CREATE EXTENSION {extension.Name} VERSION '1.0'; CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES parent); SET session_replication_role = replica; INSERT INTO child VALUES (1)");
        await corpus.PsqlAsync(corpus.Target, "postgres", Make);
        await corpus.PsqlAsync(corpus.Target, Database, $"CREATE EXTENSION {extension.Name}");

        using var stopped = await corpus.RunAsync("apply", "", "--auto-approve");
        var during = await StatesAsync();
        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");
        var back = await StatesAsync();
        await corpus.PsqlAsync(corpus.Target, Database, "DROP TABLE child, parent");
        await corpus.PsqlAsync(corpus.Source, Database, "DELETE FROM child");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(stopped.ToString(), Does.Contain("child_id_fkey"));
        Assert.That(during, Is.EqualTo("a D, b D, c D, d D"));
        Assert.That(back, Is.EqualTo("a O, b A, c R, d D"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await StatesAsync(), Is.EqualTo("a O, b A, c R, d D"));

        Task<string> StatesAsync() => Sql.ScalarAsync<string>(
            corpus.Target,
            Database,
            "SELECT string_agg(evtname || ' ' || evtenabled::text, ', ' ORDER BY evtname) FROM pg_event_trigger");
    }

    private const string Script =
        """
        CREATE TABLE system (id int); INSERT INTO system VALUES (1); SELECT pg_catalog.pg_extension_config_dump('system', 'WHERE id > 99');
        CREATE FUNCTION seven() RETURNS int LANGUAGE sql AS 'SELECT 7'; GRANT SELECT ON system TO PUBLIC;
        """;

    private const string Guards =
        """
        CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER a ON ddl_command_end EXECUTE FUNCTION guard(); CREATE EVENT TRIGGER b ON ddl_command_end EXECUTE FUNCTION guard();
        CREATE EVENT TRIGGER c ON ddl_command_end EXECUTE FUNCTION guard(); CREATE EVENT TRIGGER d ON ddl_command_end EXECUTE FUNCTION guard(); ALTER EVENT TRIGGER b ENABLE ALWAYS; ALTER EVENT TRIGGER c ENABLE REPLICA; ALTER EVENT TRIGGER d DISABLE;
        """;
}
