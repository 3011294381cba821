using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>
/// Schemas of a target database that somebody made beforehand, with an extension: whom they belong to, who may create in them,
/// and what is said of them.
/// </summary>
public sealed class PreparedSchemaTests
{
    private const string Database = "corpus_prepared_schema";

    private const string Make = $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'";

    /// <summary>As on RDS, where the master user is no superuser.</summary>
    [Test]
    public async Task One_of_an_administrator_who_is_no_superuser_stays_as_it_is()
    {
        await using var corpus = await StartAsync(isManaged: true);
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            "CREATE ROLE app_owner; GRANT app_owner TO master_src; CREATE SCHEMA own AUTHORIZATION app_owner; SET ROLE master_src; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE tools.mine (h tools.hstore); GRANT USAGE ON SCHEMA tools TO PUBLIC");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER master_tgt");
        await corpus.PsqlAsync(corpus.Target, Database, $"""
            CREATE ROLE dba; GRANT CREATE ON DATABASE {Database} TO dba; SET ROLE dba; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools;
            GRANT CREATE, USAGE ON SCHEMA tools TO master_tgt; COMMENT ON SCHEMA tools IS 'of theirs'
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, Database, "GRANT USAGE ON SCHEMA own TO dba");
        using var changed = await corpus.RunAsync("verify");

        Assert.That(apply.ToString(), Does.Contain("what is said of schema tools (owner, privileges, comment)"));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Contain("the schema belongs to another role there, and the login may not change it"));
        Assert.That(changed.ExitCode, Is.Not.Zero, "one that a run made");
    }

    /// <summary>From 16 on, an administrator who may give his rights away has to say so.</summary>
    [Test]
    public async Task So_does_one_of_an_administrator_whom_the_run_acts_for_meanwhile()
    {
        await using var corpus = await StartAsync(isManaged: true);
        if (corpus.Target.MajorVersion >= 16)
        {
            Assert.Ignore("a role of another administrator can't be joined there");
        }

        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            "CREATE ROLE dba; GRANT dba TO master_src; CREATE SCHEMA own AUTHORIZATION dba; SET ROLE master_src; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE tools.mine (h tools.hstore)");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER master_tgt");
        await corpus.PsqlAsync(corpus.Target, Database, $"""
            CREATE ROLE dba; GRANT CREATE ON DATABASE {Database} TO dba; SET ROLE dba; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; GRANT CREATE, USAGE ON SCHEMA tools TO master_tgt
            """);

        await ApplyAndVerifyAsync(corpus);

        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, Database, "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'tools'"),
            Is.EqualTo("dba"));
    }

    /// <summary>As PostGIS' topology does with its own.</summary>
    [Test]
    public async Task What_an_extension_granted_on_one_stays_granted()
    {
        await using var corpus = await StartAsync(isManaged: false);
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "granting", ("1.0", "GRANT USAGE ON SCHEMA @extschema@ TO PUBLIC;"));
        var make = $"CREATE SCHEMA tools; CREATE EXTENSION {extension.Name} SCHEMA tools";
        await corpus.PsqlAsync(corpus.Source, Database, make);
        await corpus.PsqlAsync(corpus.Target, "postgres", Make);
        await corpus.PsqlAsync(corpus.Target, Database, make);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, Database, "SELECT has_schema_privilege('public', 'tools', 'USAGE')"), Is.True);
    }

    [Test]
    public async Task Where_there_is_no_extension_nobody_prepared_one_and_its_owner_is_compared()
    {
        await using var corpus = await StartAsync(isManaged: true);
        await corpus.PsqlAsync(corpus.Source, Database, "SET ROLE master_src; CREATE SCHEMA own");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, Database, "ALTER SCHEMA own OWNER TO migplan");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Not.Zero, verify.ToString());
        Assert.That(verify.ToString(), Does.Contain("owner schema own"));
    }

    /// <summary>A database that the run made was prepared by nobody.</summary>
    [Test]
    public async Task One_with_an_extension_that_the_run_created_is_compared_afterwards()
    {
        await using var corpus = await StartAsync(isManaged: true);
        if (corpus.Target.MajorVersion < CorpusMigration.TrustsExtensions)
        {
            Assert.Ignore("only superusers create extensions there");
        }

        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            "CREATE ROLE app_owner; GRANT app_owner TO master_src; SET ROLE master_src; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; RESET ROLE; ALTER SCHEMA tools OWNER TO app_owner");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var equal = await corpus.RunAsync("verify");
        await corpus.PsqlAsync(corpus.Target, Database, "ALTER SCHEMA tools OWNER TO migplan");
        using var changed = await corpus.RunAsync("verify");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(equal.ExitCode, Is.Zero, equal.ToString());
        Assert.That(changed.ExitCode, Is.EqualTo(8), changed.ToString());
        Assert.That(changed.ToString(), Does.Contain("owner schema tools"));
    }

    [Test]
    public async Task Default_privileges_in_one_hide_nothing_that_their_role_owns_there()
    {
        await using var corpus = await StartAsync(isManaged: true);
        await corpus.PsqlAsync(corpus.Source, Database, """
            CREATE ROLE app_owner; GRANT app_owner TO master_src; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; ALTER SCHEMA tools OWNER TO master_src;
            ALTER DEFAULT PRIVILEGES FOR ROLE app_owner IN SCHEMA tools GRANT SELECT ON TABLES TO master_src; CREATE FUNCTION tools.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION tools.f() OWNER TO app_owner
            """);
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER master_tgt");
        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "CREATE SCHEMA tools; GRANT CREATE, USAGE ON SCHEMA tools TO master_tgt; CREATE EXTENSION hstore SCHEMA tools");

        using var plan = await corpus.RunAsync("plan");

        Assert.That(plan.ToString(), Does.Contain("MP4166").And.Contain("tools.f()"));
    }

    [Test]
    public async Task The_plan_asks_that_owners_may_create_in_one_that_the_login_may_not_change()
    {
        await using var corpus = await StartAsync(isManaged: true);
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            "CREATE ROLE app_owner; GRANT app_owner TO master_src; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE tools.mine (h tools.hstore); ALTER TABLE tools.mine OWNER TO app_owner; ALTER SCHEMA tools OWNER TO master_src");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER master_tgt");
        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "CREATE SCHEMA tools; GRANT CREATE, USAGE ON SCHEMA tools TO master_tgt; CREATE EXTENSION hstore SCHEMA tools");

        using var refused = await corpus.RunAsync("plan");
        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "CREATE ROLE app_owner; GRANT app_owner TO master_tgt WITH ADMIN OPTION; GRANT CREATE, USAGE ON SCHEMA tools TO app_owner");
        await ApplyAndVerifyAsync(corpus);

        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP4166").And.Contain("GRANT CREATE, USAGE ON SCHEMA \"tools\" TO \"app_owner\""));
    }

    [Test]
    public async Task The_same_of_a_schema_public_that_a_superuser_keeps()
    {
        await using var corpus = await StartAsync(isManaged: true);
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            "CREATE ROLE app_owner; GRANT app_owner TO master_src; CREATE TABLE public.mine (id int); ALTER TABLE public.mine OWNER TO app_owner");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER master_tgt");
        await corpus.PsqlAsync(corpus.Target, Database, "ALTER SCHEMA public OWNER TO migplan; REVOKE ALL ON SCHEMA public FROM PUBLIC");

        using var refused = await corpus.RunAsync("plan");
        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "CREATE ROLE app_owner; GRANT app_owner TO master_tgt WITH ADMIN OPTION; GRANT CREATE, USAGE ON SCHEMA public TO app_owner, master_tgt");
        await ApplyAndVerifyAsync(corpus);

        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP4166").And.Contain("GRANT CREATE, USAGE ON SCHEMA \"public\" TO \"app_owner\""));
    }

    [Test]
    public async Task What_is_said_of_one_that_the_login_may_change_becomes_the_sources()
    {
        await using var corpus = await StartAsync(isManaged: false);
        await corpus.PsqlAsync(
            corpus.Source,
            Database,
            "CREATE ROLE app; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; GRANT USAGE ON SCHEMA tools TO app; CREATE TABLE tools.mine (h tools.hstore)");
        await corpus.PsqlAsync(corpus.Target, "postgres", Make);
        await corpus.PsqlAsync(corpus.Target, Database, """
            CREATE ROLE giver; CREATE ROLE taker; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; COMMENT ON SCHEMA tools IS 'of theirs'; GRANT ALL ON SCHEMA tools TO PUBLIC;
            GRANT USAGE ON SCHEMA tools TO giver WITH GRANT OPTION; SET ROLE giver; GRANT USAGE ON SCHEMA tools TO taker
            """);

        await ApplyAndVerifyAsync(corpus);

        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                Database,
                "SELECT nspacl::text || coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = 'tools'"),
            Is.EqualTo("{migplan=UC/migplan,app=U/migplan}"));
    }

    [Test]
    public async Task What_only_the_target_has_for_its_extensions_is_listed_as_left_out()
    {
        await using var corpus = await StartAsync(isManaged: false);
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "language", ("1.0", Language));
        await corpus.PsqlAsync(corpus.Source, Database, "CREATE TABLE t ()");
        await corpus.PsqlAsync(corpus.Target, "postgres", Make);
        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            $"CREATE EXTENSION {extension.Name}; CREATE SCHEMA unused; COMMENT ON SCHEMA unused IS 'of theirs'; GRANT USAGE ON SCHEMA unused TO PUBLIC");

        var verified = await ApplyAndVerifyAsync(corpus);
        await corpus.PsqlAsync(corpus.Target, Database, "CREATE TABLE unused.more ()");
        using var filled = await corpus.RunAsync("verify");

        Assert.That(verified, Does.Contain("schema unused").And.Contain("language migplan_fake to PUBLIC"), "they are listed");
        Assert.That(filled.ExitCode, Is.Not.Zero, "somebody put something into it");
    }

    private static async Task<CorpusMigration> StartAsync(bool isManaged)
    {
        var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        return corpus;
    }

    /// <returns>What <c>verify</c> says.</returns>
    private static async Task<string> ApplyAndVerifyAsync(CorpusMigration corpus)
    {
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        return verify.Output;
    }

    private const string Language =
        """
        CREATE FUNCTION fake_handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'; CREATE TRUSTED LANGUAGE migplan_fake HANDLER fake_handler;
        """;
}
