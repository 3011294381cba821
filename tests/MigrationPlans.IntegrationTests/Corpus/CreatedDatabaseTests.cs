using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What only CREATE DATABASE can say.</summary>
public sealed class CreatedDatabaseTests
{
    private const string Rules = "&v << w <<< W";

    [Test]
    public async Task An_ICU_database_keeps_its_rules()
    {
        await using var corpus = new CorpusMigration("corpus_rules", isManaged: false);
        await corpus.StartAsync();
        Assume.That(corpus.Source.MajorVersion, Is.GreaterThanOrEqualTo(16));
        await corpus.PsqlAsync(corpus.Source, "postgres", "DROP DATABASE corpus_rules");
        await corpus.PsqlAsync(
            corpus.Source,
            "postgres",
            $"CREATE DATABASE corpus_rules TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en' ICU_RULES '{Rules}'");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "postgres", "SELECT daticurules FROM pg_database WHERE datname = 'corpus_rules'"),
            Is.EqualTo(Rules));
    }

    /// <summary>It need not only be there: the login of the run must be allowed to create in it.</summary>
    [TestCase(false, true, "fast")]
    [TestCase(true, true, "pg_default")]
    [TestCase(false, false, "pg_default")]
    public async Task A_database_comes_into_its_tablespace_where_that_can_be_used(bool isManaged, bool isThere, string expected)
    {
        await using var corpus = new CorpusMigration("corpus_space", isManaged);
        await corpus.StartAsync();
        foreach (var server in isThere ? new[] { corpus.Source, corpus.Target } : [corpus.Source])
        {
            await using var connection = await Sql.OpenAsync(server, "postgres");
            await Sql.RunAsync(connection, "SET allow_in_place_tablespaces = on");
            await Sql.RunAsync(connection, "CREATE TABLESPACE fast LOCATION ''");
        }

        await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER DATABASE corpus_space SET TABLESPACE fast");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                "postgres",
                "SELECT spcname::text FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = 'corpus_space'"),
            Is.EqualTo(expected));
        Assert.That((apply.Output + apply.Error).Contains("MP6211", StringComparison.Ordinal), Is.EqualTo(expected == "pg_default"));
        Assert.That(
            apply.Output.Contains("tablespace fast of the database: the login can't create", StringComparison.Ordinal),
            Is.EqualTo(expected == "pg_default"),
            apply.ToString());
    }

    /// <summary>As on a managed service: the tablespace is there, and belongs to somebody else.</summary>
    [Test]
    public async Task What_is_in_a_tablespace_that_the_login_may_not_use_goes_into_the_databases_own_and_the_plan_says_so()
    {
        await using var corpus = new CorpusMigration("corpus_placed", isManaged: true);
        await corpus.StartAsync();
        foreach (var server in new[] { corpus.Source, corpus.Target })
        {
            await using var connection = await Sql.OpenAsync(server, "postgres");
            await Sql.RunAsync(connection, "SET allow_in_place_tablespaces = on");
            await Sql.RunAsync(connection, "CREATE TABLESPACE fast LOCATION ''");
        }

        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_placed",
            "CREATE TABLE t (id int PRIMARY KEY) TABLESPACE fast; ALTER TABLE t OWNER TO master_src; INSERT INTO t VALUES (1)");

        using var plan = await corpus.RunAsync("plan");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(
            plan.Output,
            Does.Contain("tablespace fast: the run can't create in one of that name: what is in it, of public.t, goes into the database's own"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_placed", "SELECT count(*) FROM t"), Is.EqualTo(1));
    }

    /// <summary>The login acts for the owner before anything is created; for the database's own tablespace, nobody needs a privilege.</summary>
    [Test]
    public async Task What_is_in_a_tablespace_that_its_owner_may_use_or_that_is_the_databases_own_comes_there()
    {
        await using var corpus = new CorpusMigration("corpus_owned", isManaged: true);
        await corpus.StartAsync();
        foreach (var server in new[] { corpus.Source, corpus.Target })
        {
            await using var connection = await Sql.OpenAsync(server, "postgres");
            await Sql.RunAsync(connection, "SET allow_in_place_tablespaces = on");
            await Sql.RunAsync(connection, "CREATE TABLESPACE fast LOCATION ''");
            await Sql.RunAsync(connection, "CREATE TABLESPACE home LOCATION ''");
            await Sql.RunAsync(connection, "CREATE ROLE space_owner; GRANT CREATE ON TABLESPACE fast TO space_owner");
        }

        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            corpus.Target.MajorVersion < 16 ? "SELECT" : "GRANT space_owner TO master_tgt WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
        await corpus.PsqlAsync(
            corpus.Target,
            "postgres",
            "CREATE DATABASE corpus_owned TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8' OWNER master_tgt TABLESPACE home");
        await corpus.PsqlAsync(corpus.Source, "corpus_owned", """
            CREATE TABLE t (id int PRIMARY KEY USING INDEX TABLESPACE fast) TABLESPACE fast; ALTER TABLE t OWNER TO space_owner; GRANT SELECT ON t TO master_src; INSERT INTO t VALUES (1);
            CREATE TABLE here (id int) TABLESPACE home; ALTER TABLE here OWNER TO master_src
            """);

        using var plan = await corpus.RunAsync("plan");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(plan.Output, Does.Not.Contain("tablespace fast").And.Not.Contain("tablespace home"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Not.Contain("MP6211"));
        Assert.That(
            await Sql.ScalarAsync<string>(
                corpus.Target,
                "corpus_owned",
                "SELECT string_agg(c.relname || ' ' || t.spcname, ', ' ORDER BY c.relname) FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE c.relname IN ('t', 't_pkey', 'here')"),
            Is.EqualTo("t fast, t_pkey fast"));
    }

    /// <summary>The server lets a database name it, with a notice, and no session.</summary>
    [Test]
    public async Task A_setting_that_names_what_is_not_there_is_missed_where_it_was_taken_off()
    {
        await using var corpus = new CorpusMigration("corpus_named", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER DATABASE corpus_named SET temp_tablespaces = 'absent'");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "postgres", "ALTER DATABASE corpus_named RESET temp_tablespaces");

        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("database setting temp_tablespaces: absent on the source, absent on the target"));
    }

    /// <summary>Written into the catalog by hand, as an older server or another system would let it be set.</summary>
    [TestCase("operator_precedence_warning=on", "unrecognized configuration parameter")]
    [TestCase("lc_monetary=xx_YY.latin77", "invalid value for parameter")]
    public async Task A_setting_that_the_server_refuses_stays_behind_and_keeps_no_run_from_its_end(string setting, string reason)
    {
        await using var corpus = new CorpusMigration("corpus_setting", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "postgres",
            $"ALTER DATABASE corpus_setting SET work_mem = '5MB'; UPDATE pg_db_role_setting SET setconfig = array_append(setconfig, '{setting}')");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Output, Does.Contain("MP6311").And.Contain(reason));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Contain($"setting {setting.Split('=')[0]} left out").And.Contain(reason));

        await corpus.PsqlAsync(corpus.Target, "postgres", "ALTER DATABASE corpus_setting RESET work_mem");
        using var again = await corpus.RunAsync("verify");

        Assert.That(again.ExitCode, Is.EqualTo(8), again.ToString());
        Assert.That(again.Output, Does.Contain("database setting work_mem: 5MB on the source, absent on the target"));
    }
}
