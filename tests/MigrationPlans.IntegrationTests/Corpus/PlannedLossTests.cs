using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What can't come along is in the plan, object by object, before anything is done.</summary>
public sealed class PlannedLossTests
{
    private const string Mighty =
        """
        CREATE FUNCTION leak(int) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true'; CREATE TYPE shell; CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watch ON sql_drop EXECUTE FUNCTION on_ddl();
        SELECT lo_from_bytea(5000001, 'secret'); CREATE TABLE owned (id int);
        """;

    private const string Roles =
        """
        CREATE ROLE corpus_readers; CREATE ROLE corpus_there; CREATE ROLE corpus_alice LOGIN IN ROLE corpus_readers; CREATE ROLE corpus_app LOGIN IN ROLE corpus_there;
        CREATE TABLE read (id int); GRANT SELECT ON read TO corpus_readers, corpus_app; GRANT SET ON PARAMETER log_min_duration_statement TO corpus_app;
        """;

    private const string Keys =
        "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES parent); ALTER TABLE child DISABLE TRIGGER ALL";

    private const string Foreign =
        """
        CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'example.test'); CREATE ROLE corpus_user; CREATE USER MAPPING FOR corpus_user SERVER far OPTIONS (user 'u', password 'p');
        CREATE TABLE parent (a int); CREATE TABLE child (b int, a int); ALTER TABLE child INHERIT parent; ALTER TABLE parent OWNER TO master_src; ALTER TABLE child OWNER TO master_src;
        """;

    /// <summary>PUBLIC gets what it has below 15 by default.</summary>
    private const string SaidOfPublic =
        "ALTER SCHEMA public OWNER TO master_src; COMMENT ON SCHEMA public IS 'ours'; GRANT CREATE ON SCHEMA public TO pg_monitor; GRANT CREATE, USAGE ON SCHEMA public TO PUBLIC; CREATE TABLE t (id int); ALTER TABLE t OWNER TO master_src";

    [Test]
    public async Task Objects_that_only_a_superuser_can_carry_are_errors_of_the_plan()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", Mighty);

        using var plan = await corpus.RunAsync("plan");

        Assert.That(plan.ExitCode, Is.Not.Zero, plan.ToString());
        Assert.That(plan.Error, Does.Contain("MP4091").And.Contain("1 large object of the source"));
        Assert.That(plan.Error, Does.Contain("MP4092").And.Contain("event trigger watch, function public.leak(integer), type public.shell"));
        Assert.That(plan.Error, Does.Contain("MP4094").And.Contain("migplan"));
    }

    /// <summary>As in one that pg_upgrade brought from below 15.</summary>
    [Test]
    public async Task A_schema_public_of_a_superuser_that_the_target_has_is_told_and_the_way_out_works()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true) { HasOwnRoles = true };
        await corpus.StartAsync();
        Assume.That(corpus.Source.MajorVersion, Is.GreaterThanOrEqualTo(15));
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", "ALTER SCHEMA public OWNER TO migplan; GRANT CREATE ON SCHEMA public TO pg_monitor; CREATE SCHEMA s AUTHORIZATION master_src");

        using var plan = await corpus.RunAsync("plan", ", roles: { map: { master_src: master_tgt } }");
        using var picked = await corpus.RunAsync("plan", ", roles: { map: { master_src: master_tgt } }, include: { schemas: [s] }");
        using var apply = await corpus.RunAsync("apply", ", roles: { map: { master_src: master_tgt, migplan: master_tgt } }", "--auto-approve");

        Assert.That(
            plan.Error,
            Does.Contain("error[MP4094]: login `master_tgt` can't give schema public to `migplan`").And.Contain("roles: { map: { migplan: master_tgt } }"),
            plan.ToString());
        Assert.That(picked.ExitCode, Is.Zero, picked.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_loss", "SELECT nspowner::regrole || ' ' || nspacl::text FROM pg_namespace WHERE nspname = 'public'"),
            Does.StartWith("master_tgt ").And.Contain("pg_monitor=C/master_tgt"));
    }

    /// <summary>The table comes as the parent of one that is picked, the function as the default of its column, and their schemas with them.</summary>
    [Test]
    public async Task Whoever_owns_or_gave_rights_to_what_a_pick_brings_along_is_told_and_nobody_else()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", """
            CREATE ROLE corpus_t; CREATE ROLE corpus_f; CREATE ROLE corpus_g; CREATE ROLE corpus_s; CREATE ROLE corpus_x; CREATE SCHEMA base; CREATE SCHEMA util AUTHORIZATION corpus_s; CREATE SCHEMA shop AUTHORIZATION master_src;
            CREATE FUNCTION util.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION util.f() OWNER TO corpus_f; CREATE TABLE base.brought (id int); CREATE TABLE base.left (id int);
            CREATE TABLE shop.item (n int DEFAULT util.f()) INHERITS (base.brought); ALTER TABLE shop.item OWNER TO master_src; ALTER TABLE base.brought OWNER TO corpus_t; ALTER TABLE base.left OWNER TO corpus_x;
            ALTER SCHEMA base OWNER TO master_src; GRANT USAGE ON SCHEMA base TO corpus_g, corpus_t, corpus_x; GRANT CREATE ON SCHEMA base TO corpus_t; GRANT USAGE ON SCHEMA util TO master_src, corpus_f; GRANT CREATE ON SCHEMA util TO corpus_f;
            GRANT SELECT ON base.brought, base.left TO corpus_g WITH GRANT OPTION; SET ROLE corpus_g; GRANT SELECT ON base.brought, base.left TO master_src
            """);
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE ROLE corpus_t SUPERUSER; CREATE ROLE corpus_f SUPERUSER; CREATE ROLE corpus_g SUPERUSER; CREATE ROLE corpus_s SUPERUSER; CREATE ROLE corpus_x SUPERUSER");

        using var plan = await corpus.RunAsync("plan", ", include: { schemas: [shop] }");
        await corpus.PsqlAsync(corpus.Target, "postgres", "DROP ROLE corpus_t, corpus_f, corpus_g, corpus_s");
        using var apply = await corpus.RunAsync("apply", ", include: { schemas: [shop] }", "--auto-approve");

        Assert.That(
            plan.Error.Split('\n').Where(line => line.StartsWith("error", StringComparison.Ordinal)),
            Is.EquivalentTo(new[]
            {
                "error[MP4094]: login `master_tgt` can't give table base.brought to `corpus_t`, which is a superuser on the target",
                "error[MP4094]: login `master_tgt` can't give function util.f() to `corpus_f`, which is a superuser on the target",
                "error[MP4094]: login `master_tgt` can't give schema util to `corpus_s`, which is a superuser on the target",
                "error[MP4094]: login `master_tgt` can't give rights to table base.brought in the name of `corpus_g`, which is a superuser on the target",
            }),
            plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    /// <summary>What is hidden deeper than the plan looks is told when it is created.</summary>
    [Test]
    public async Task An_interval_that_becomes_a_text_where_14_and_later_do_not_let_it_is_told_and_the_way_out_works()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        Assume.That(corpus.Source.MajorVersion, Is.LessThan(14));
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", """
            CREATE TABLE job (id int, elapsed interval, took text GENERATED ALWAYS AS (elapsed::text) STORED); ALTER TABLE job OWNER TO master_src; INSERT INTO job VALUES (1, '90 min'); CREATE TABLE deep (elapsed interval[]); ALTER TABLE deep OWNER TO master_src;
            CREATE INDEX deep_index ON deep (((elapsed)[1]::text))
            """);

        using var plan = await corpus.RunAsync("plan");
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", """
            CREATE FUNCTION interval_text(interval) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1::text'; ALTER FUNCTION interval_text(interval) OWNER TO master_src;
            ALTER TABLE job DROP COLUMN took, ADD COLUMN took text GENERATED ALWAYS AS (interval_text(elapsed)) STORED
            """);
        using var hidden = await corpus.RunAsync("apply", "", "--auto-approve");
        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", "DROP INDEX deep_index; CREATE INDEX deep_index ON deep (interval_text((elapsed)[1]))");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        var isRefused = corpus.Target.MajorVersion >= 14;
        Assert.That(
            plan.Error.Contains("error[MP4175]: generated column took of public.job can't be created by PostgreSQL 14 and newer", StringComparison.Ordinal),
            Is.EqualTo(isRefused),
            plan.ToString());
        Assert.That(hidden.Error.Contains("MP6251", StringComparison.Ordinal) && hidden.Error.Contains("migplan explain MP4175", StringComparison.Ordinal), Is.EqualTo(isRefused), hidden.ToString());
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    [Test]
    public async Task What_roles_have_beside_the_database_and_keys_that_do_not_hold_are_noted_in_the_plan()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE ROLE corpus_there");
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", Roles);
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", Keys);

        using var plan = await corpus.RunAsync("plan");
        using var run = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(plan.Output, Does.Contain("role corpus_alice: has its rights as a member of corpus_readers only"), plan.ToString());
        Assert.That(plan.Output, Does.Contain("membership of role corpus_app: corpus_there is on the target already"));
        Assert.That(plan.Output, Does.Contain("privileges of role corpus_app on parameter log_min_duration_statement"));
        Assert.That(plan.Output, Does.Contain("foreign key child_id_fkey of public.child: its triggers are disabled on the source"));
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                "postgres",
                "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname ~ '^corpus'"),
            Is.EqualTo("corpus_app corpus_readers corpus_there"));
    }

    [Test]
    public async Task Extensions_that_take_a_superuser_are_warnings_of_the_plan_for_all_others()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", "CREATE EXTENSION postgres_fdw; CREATE EXTENSION citext");

        using var plan = await corpus.RunAsync("plan");

        Assert.That(
            plan.Error,
            Does.Contain("MP4095").And.Contain("extension `postgres_fdw` takes a superuser on `new`, and login `master_tgt` is none"),
            plan.ToString());
        Assert.That(
            plan.Error,
            corpus.Target.MajorVersion < CorpusMigration.TrustsExtensions ? Does.Contain("extension `citext`") : Does.Not.Contain("extension `citext`"));
    }

    [Test]
    public async Task A_database_that_lets_in_too_few_is_an_error_of_the_plan_for_all_but_superusers()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER DATABASE corpus_loss CONNECTION LIMIT 5");

        using var narrow = await corpus.RunAsync("plan", ", parallelism: 3");
        using var wide = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(
            narrow.Error,
            Does.Contain("MP4016").And.Contain("`old/corpus_loss` lets in 5 connections, and the run needs at least 6"),
            narrow.ToString());
        Assert.That(wide.ExitCode, Is.Zero, wide.ToString());
    }

    [Test]
    public async Task A_partition_that_is_detached_by_half_is_an_error_of_the_plan()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: false);
        await corpus.StartAsync();
        Assume.That(corpus.Source.MajorVersion, Is.GreaterThanOrEqualTo(14));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_loss",
            "CREATE TABLE l (a int) PARTITION BY LIST (a); CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1); INSERT INTO l VALUES (1); UPDATE pg_inherits SET inhdetachpending = true");

        using var plan = await corpus.RunAsync("plan");
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", "ALTER TABLE l DETACH PARTITION l1 FINALIZE");
        using var detached = await corpus.RunAsync("plan");

        Assert.That(plan.ExitCode, Is.Not.Zero);
        Assert.That(
            plan.Error,
            Does.Contain("MP4120").And.Contain("partition public.l1 of public.l").And.Contain("ALTER TABLE public.l DETACH PARTITION public.l1 FINALIZE"),
            plan.ToString());
        Assert.That(detached.ExitCode, Is.Zero, detached.ToString());
    }

    [Test]
    public async Task A_function_with_a_parameter_of_its_own_is_a_warning_for_all_but_superusers_and_those_who_may_set_it()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_loss",
            "CREATE SCHEMA s AUTHORIZATION master_src; CREATE FUNCTION s.f() RETURNS int LANGUAGE sql SET app.tenant = 'x' SET work_mem = '1MB' AS 'SELECT 1'; ALTER FUNCTION s.f() OWNER TO master_src");

        using var plan = await corpus.RunAsync("plan");
        Assert.That(
            plan.Error,
            Does.Contain("MP4121").And.Contain("function s.f() sets app.tenant, which login `master_tgt` may not").And.Not.Contain("work_mem"),
            plan.ToString());

        Assume.That(corpus.Target.MajorVersion, Is.GreaterThanOrEqualTo(15));
        await corpus.PsqlAsync(corpus.Target, "postgres", "GRANT SET ON PARAMETER app.tenant TO master_tgt");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Not.Contain("MP4121"));
    }

    [Test]
    public async Task Functions_in_a_library_that_the_target_can_not_load_are_an_error_of_the_plan()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", """
            CREATE EXTENSION hstore; CREATE FUNCTION there() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
            CREATE SCHEMA s; CREATE FUNCTION s."Gone"(int) RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
            UPDATE pg_proc SET probin = '$libdir/it''s nowhere' WHERE proname = 'Gone';
            """);

        using var plan = await corpus.RunAsync("plan");
        using var without = await corpus.RunAsync("apply", ", exclude: { schemas: [s] }", "--auto-approve");

        Assert.That(plan.ExitCode, Is.Not.Zero);
        Assert.That(
            plan.Error,
            Does.Contain("MP4141").And.Contain(
                "function s.\"Gone\"(integer) can't be created on `new`, which can't load the library $libdir/it's nowhere: could not access file"),
            plan.ToString());
        Assert.That(plan.Error, Does.Not.Contain("there()").And.Not.Contain("hstore"));
        Assert.That(without.ExitCode, Is.Zero, without.ToString());
    }

    [Test]
    public async Task Casts_and_transforms_of_types_that_nobody_can_own_take_a_superuser()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", """
            CREATE FUNCTION as_int(text) RETURNS int LANGUAGE sql AS 'SELECT length($1)'; CREATE CAST (text AS int) WITH FUNCTION as_int(text); CREATE TYPE own AS (a int); CREATE CAST (own AS text) WITH INOUT;
            CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
            """);

        using var plan = await corpus.RunAsync("plan");

        Assert.That(plan.ExitCode, Is.Not.Zero);
        Assert.That(
            plan.Error,
            Does.Contain("MP4092").And.Contain("can't create cast (pg_catalog.text AS integer), transform for integer").And.Not.Contain("own AS text"),
            plan.ToString());
    }

    /// <summary>Its range type was given away below 17, and it was not.</summary>
    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task A_multirange_type_of_a_role_that_the_login_may_not_act_for_stays_with_the_login(string mapping)
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        Assume.That((corpus.Source.MajorVersion, corpus.Target.MajorVersion) is ( >= 14 and < 17, < 17));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_loss",
            "CREATE TYPE span AS RANGE (SUBTYPE = int4, MULTIRANGE_TYPE_NAME = spans); ALTER TYPE span OWNER TO master_src");

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Output, Does.Contain("MP6260").And.Contain("multirange type \"public\".\"spans\" could not be given to migplan"));
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                "corpus_loss",
                "SELECT string_agg(typowner::regrole::text, ' ') FROM pg_type WHERE typname IN ('span', 'spans')"),
            Is.EqualTo("master_tgt master_tgt"));
    }

    [Test]
    public async Task A_materialized_view_that_fails_says_how_to_leave_its_rows_behind()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_loss",
            "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE MATERIALIZED VIEW m AS SELECT 1 / a AS b FROM t; INSERT INTO t VALUES (0)");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var rollback = await corpus.RunAsync("rollback", "", "--auto-approve");
        using var without = await corpus.RunAsync("apply", ", exclude: { tableData: [public.m] }", "--auto-approve");

        Assert.That(
            apply.ToString(),
            Does.Contain("MP6240").And.Contain("materialized view public.m can't be filled: division by zero").And.Contain("tableData: [public.m]"));
        Assert.That(without.ExitCode, Is.Zero, rollback.ToString() + without);
    }

    [Test]
    public async Task What_arrives_otherwise_is_noted_in_the_plan()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", Foreign);

        using var plan = await corpus.RunAsync("plan", ", include: { schemas: [public] }");

        Assert.That(plan.Output, Does.Contain("options of user mapping far for corpus_user"), plan.ToString());
        Assert.That(plan.Output, Does.Contain("table public.child: its columns come in another order"));
    }

    [TestCase("c")]
    [TestCase("c[]")]
    [TestCase("holder")]
    public async Task Values_of_a_row_type_whose_columns_change_places_are_an_error_of_the_plan(string type)
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_loss",
            $"""
            CREATE TABLE p (a int, b int); CREATE TABLE c (b int, a int); ALTER TABLE c INHERIT p; CREATE TABLE kept (b int, a int);
            CREATE TYPE holder AS (i int, held c); CREATE TABLE empty_one (v c); CREATE TABLE harmless (v kept); INSERT INTO harmless VALUES (ROW(1, 2));
            CREATE TABLE t (id int, v {type}); INSERT INTO t VALUES (1, NULL);
            """);

        using var plan = await corpus.RunAsync("plan");

        Assert.That(plan.ExitCode, Is.Not.Zero);
        Assert.That(plan.Error, Does.Contain("MP4096").And.Contain("column \"v\" of public.t holds values of the row type of public.c"), plan.ToString());
        Assert.That(plan.Error, Does.Not.Contain("harmless").And.Not.Contain("empty_one"));
    }

    /// <summary>As on servers below 15 whose template was never changed.</summary>
    [Test]
    public async Task A_schema_public_that_belongs_to_a_superuser_stays_as_it_is_on_the_target()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.InTemplateAsync(corpus.Target, "ALTER SCHEMA public OWNER TO migplan; GRANT CREATE ON SCHEMA public TO PUBLIC");
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_loss",
            "ALTER SCHEMA public OWNER TO master_src; COMMENT ON SCHEMA public IS 'ours'; GRANT CREATE ON SCHEMA public TO pg_monitor; CREATE TABLE t (id int); ALTER TABLE t OWNER TO master_src");

        using var run = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Output, Does.Contain("MP6210").And.Contain("what is said of schema public (owner, privileges, comment)"));
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_loss", "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'"),
            Is.EqualTo("migplan"));
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_loss", "SELECT to_regclass('public.t') IS NOT NULL"));
    }

    /// <summary>On any version: a superuser made the target database beforehand, and kept its schema.</summary>
    [Test]
    public async Task What_is_said_of_a_schema_public_that_stays_is_foretold_by_the_plan_and_left_out_by_verify()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", SaidOfPublic);
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE DATABASE corpus_loss TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.utf8' OWNER master_tgt");
        await corpus.PsqlAsync(
            corpus.Target,
            "corpus_loss",
            "ALTER SCHEMA public OWNER TO migplan; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT CREATE, USAGE ON SCHEMA public TO PUBLIC");

        using var plan = await corpus.RunAsync("plan");
        using var run = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");
        using var json = await corpus.RunAsync("verify", "", "--format", "json");

        AssertForetold(plan);
        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("owner schema public left out: master_src on the source, migplan on the target; the schema belongs to the superuser migplan there"));
        Assert.That(verify.Output, Does.Contain("grant schema public to pg_monitor left out: CREATE on the source, absent on the target"));
        Assert.That(
            verify.Output,
            Does.Contain("comment schema public left out: ours on the source, absent on the target").And.Not.Contain("to PUBLIC left out"));
        Assert.That(json.Output, Does.Contain("\"leftOut\"").And.Contain("\"name\": \"schema public to pg_monitor\""));
    }

    /// <summary>Which database is made, nobody can look into beforehand: the version tells whom its schema will belong to.</summary>
    [Test]
    public async Task A_schema_public_of_a_database_that_is_yet_to_be_made_belongs_to_a_superuser_below_15()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", "ALTER SCHEMA public OWNER TO migplan");
        using var unchanged = await corpus.RunAsync("plan");
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", SaidOfPublic);

        using var plan = await corpus.RunAsync("plan");

        if (corpus.Target.MajorVersion < 15)
        {
            AssertForetold(plan);
        }

        Assert.That(corpus.Target.MajorVersion < 15 ? unchanged.Output : plan.Output, Does.Not.Contain("schema public"), plan.ToString());
    }

    [Test]
    public async Task Of_a_schema_public_that_nobody_ever_changed_nothing_stays_behind()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        // What PUBLIC may do there below 15 is no loss where it may do it on the target.
        var asBelow15 = corpus.Source.MajorVersion < 15 ? "; GRANT CREATE ON SCHEMA public TO PUBLIC" : "";
        await corpus.InTemplateAsync(corpus.Target, $"ALTER SCHEMA public OWNER TO migplan{asBelow15}");
        // Below 15, the login was given the schema.
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", corpus.Source.MajorVersion < 15 ? "ALTER SCHEMA public OWNER TO migplan" : "SELECT");

        using var run = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(run.Output + run.Error, Does.Not.Contain("schema public"));
        Assert.That(verify.Output, Does.Not.Contain("left out"), verify.ToString());
    }

    [Test]
    public async Task A_dropped_schema_public_stays_where_it_belongs_to_a_superuser()
    {
        await using var corpus = new CorpusMigration("corpus_loss", isManaged: true);
        await corpus.StartAsync();
        await corpus.InTemplateAsync(corpus.Target, "ALTER SCHEMA public OWNER TO migplan; GRANT CREATE ON SCHEMA public TO PUBLIC");
        await corpus.PsqlAsync(corpus.Source, "corpus_loss", "DROP SCHEMA public");

        using var run = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        using var verify = await corpus.RunAsync("verify");
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Contain("schema public left out: absent on the source"));
    }

    private static void AssertForetold(MigplanProcess plan)
    {
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());
        Assert.That(
            plan.Output,
            Does.Contain(
                "owner of schema public: master_src on the source; the schema belongs to the superuser migplan there, and master_tgt may not change it"),
            plan.ToString());
        Assert.That(plan.Output, Does.Contain("privileges on schema public to pg_monitor: CREATE on the source, none on the target"));
        Assert.That(plan.Output, Does.Contain("comment of schema public: the target keeps its own").And.Not.Contain("schema public to PUBLIC"));
    }
}
