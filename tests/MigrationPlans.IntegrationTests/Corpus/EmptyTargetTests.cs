using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>A target database that somebody made beforehand, with properties of its own.</summary>
public sealed class EmptyTargetTests
{
    private const string Database = "corpus_empty";

    [TestCase(false)]
    [TestCase(true)]
    public async Task It_is_filled_and_gets_the_sources_properties_in_place_of_its_own(bool isManaged)
    {
        await using var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        var owner = isManaged ? "master_tgt" : "migplan";
        await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER DATABASE corpus_empty SET statement_timeout = '10min'");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            $"CREATE DATABASE corpus_empty TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8' OWNER {owner}");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            $"ALTER DATABASE corpus_empty SET work_mem = '7MB'; ALTER DATABASE corpus_empty SET statement_timeout = '1min'; ALTER ROLE {owner} IN DATABASE corpus_empty SET lock_timeout = '1h'");

        using var plan = await corpus.RunAsync("plan");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(
            plan.Error,
            Does.Contain("MP4100")
                .And.Contain("is there, and empty: it is filled, not created")
                .And.Contain($"lock_timeout of {owner}, statement_timeout, work_mem"),
            plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                Database,
                "SELECT string_agg(s.setconfig::text, ' ') FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()"),
            Is.EqualTo("{statement_timeout=10min}"));
    }

    /// <summary>Who makes a database for somebody lets him create in it. With no object at all, there is nothing else to be restored.</summary>
    [TestCase("stream", "", false)]
    [TestCase("stream", "CREATE TABLE t ()", false)]
    [TestCase("archive", "CREATE TABLE t ()", false)]
    [TestCase("stream", "CREATE TABLE t ()", true)]
    public async Task What_is_said_of_its_schema_public_becomes_the_sources(string strategy, string objects, bool isDropped)
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            $"CREATE ROLE reader; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO reader; {objects}");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'");
        await corpus.PsqlAsync(corpus.Target, Database, isDropped ? "DROP SCHEMA public" : """
            CREATE ROLE app; CREATE ROLE friend; ALTER SCHEMA public OWNER TO app; COMMENT ON SCHEMA public IS 'of theirs'; GRANT ALL ON SCHEMA public TO PUBLIC;
            GRANT ALL ON SCHEMA public TO friend WITH GRANT OPTION; SET ROLE friend; GRANT CREATE ON SCHEMA public TO pg_monitor
            """);

        using var plan = await corpus.RunAsync("plan", $", strategy: {strategy}");
        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(
            plan.ToString().Contains("privileges of friend on schema public, privileges of pg_monitor on schema public", StringComparison.Ordinal),
            Is.EqualTo(!isDropped),
            plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await SaidOfPublicAsync(corpus.Target), Is.EqualTo(await SaidOfPublicAsync(corpus.Source)));
    }

    /// <summary>They would be given on all that a run creates.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task Default_privileges_in_it_become_the_sources(bool isManaged)
    {
        await using var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        var (here, owner) = isManaged ? ("master_src", "master_tgt") : ("migplan", "migplan");
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            $"CREATE ROLE reader; SET ROLE {here}; CREATE SCHEMA s; ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO reader; CREATE TABLE s.t (); CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE s.y AS ENUM ('a')");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8' OWNER {owner}");
        await corpus.PsqlAsync(corpus.Target, Database, $"""
            CREATE ROLE app; SET ROLE {owner}; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app; ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO app;
            ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM {owner}; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC, app; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO app;
            RESET ROLE; ALTER DEFAULT PRIVILEGES GRANT TRIGGER ON TABLES TO app; CREATE ROLE other; ALTER DEFAULT PRIVILEGES FOR ROLE other GRANT SELECT ON TABLES TO app
            """);

        using var plan = await corpus.RunAsync("plan");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(
            plan.ToString(),
            Does.Contain("MP4100")
                .And.Contain($"default privileges of {owner}")
                .And.Contain($"default privileges of other{(isManaged ? " (where the login may)" : "")}"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                Database,
                "SELECT string_agg(defaclobjtype::text || defaclacl::text, ' ') FROM pg_default_acl WHERE defaclrole::regrole::text = '" + owner + "'"),
            Is.EqualTo($"S{{{owner}=rwU/{owner},reader=r/{owner}}}"));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output.Contains("only a superuser may take them away", StringComparison.Ordinal), Is.EqualTo(isManaged));
        Assert.That(verify.Output.Contains("the login can't act for that role", StringComparison.Ordinal), Is.EqualTo(isManaged));
    }

    [Test]
    public async Task One_with_an_extension_in_a_schema_public_that_the_source_lacks_keeps_both()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, "DROP SCHEMA public; CREATE SCHEMA s; CREATE TABLE s.t ()");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'");
        await corpus.PsqlAsync(corpus.Target, Database, "CREATE EXTENSION hstore");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                Database,
                "SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'hstore'"),
            Is.EqualTo("public"));
    }

    /// <summary>As <c>pg_restore --clean</c> makes it.</summary>
    [Test]
    public async Task A_schema_public_that_was_made_anew_is_as_good_as_the_first_and_its_comment_is_compared()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            "DROP SCHEMA public; CREATE SCHEMA public; COMMENT ON SCHEMA public IS 'standard public schema'; GRANT ALL ON SCHEMA public TO PUBLIC; CREATE TABLE t ()");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, Database, "COMMENT ON SCHEMA public IS 'of theirs'");
        using var changed = await corpus.RunAsync("verify");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(changed.ExitCode, Is.EqualTo(8), changed.ToString());
        Assert.That(changed.ToString(), Does.Contain("comment schema public"));
    }

    private static Task<string> SaidOfPublicAsync(PostgreSql.Clusters.LocalCluster server) => Sql.ScalarAsync<string>(server, Database, """
        SELECT concat_ws(' | ', nspowner::regrole, (SELECT string_agg(item::text, ' ' ORDER BY item::text) FROM unnest(nspacl) item), obj_description(oid, 'pg_namespace')) FROM pg_namespace WHERE nspname = 'public'
        """);
}
