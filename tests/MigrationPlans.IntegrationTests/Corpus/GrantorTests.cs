using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>A right that somebody else than the owner gave hangs on that role: it arrives so, and is compared so.</summary>
public sealed class GrantorTests
{
    private const string Database = "corpus_given";

    private const string AclSql = "SELECT (SELECT relacl::text FROM pg_class WHERE oid = 's.t'::regclass) || ' ' || (SELECT attacl::text FROM pg_attribute WHERE attrelid = 's.t'::regclass AND attname = 'n')";

    private const string DatabaseGrantsSql =
        "SELECT string_agg(concat_ws(' ', a.grantee::regrole, a.privilege_type, a.is_grantable, 'by', a.grantor::regrole), ', ' ORDER BY a.grantee::regrole::text, a.privilege_type) FROM pg_database d, aclexplode(d.datacl) a WHERE datname = current_database() AND a.grantee::regrole::text ~ '^corpus'";

    private const string Schema =
        """
        CREATE ROLE corpus_o; CREATE ROLE corpus_g; CREATE ROLE corpus_u; CREATE ROLE corpus_r; CREATE SCHEMA s AUTHORIZATION corpus_o; CREATE TABLE s.t (id int, n int); ALTER TABLE s.t OWNER TO corpus_o;
        GRANT USAGE ON SCHEMA s TO corpus_g; GRANT SELECT, UPDATE (n) ON s.t TO corpus_g WITH GRANT OPTION; SET ROLE corpus_g; GRANT SELECT, UPDATE (n) ON s.t TO corpus_u; RESET ROLE; GRANT INSERT, SELECT, UPDATE (n) ON s.t TO corpus_r;
        """;

    private const string OnDatabase =
        """
        CREATE ROLE corpus_a; CREATE ROLE corpus_b; CREATE ROLE corpus_c; GRANT CREATE, TEMP ON DATABASE corpus_given TO corpus_b WITH GRANT OPTION;
        SET ROLE corpus_b; GRANT CREATE, TEMP ON DATABASE corpus_given TO corpus_a WITH GRANT OPTION; RESET ROLE; SET ROLE corpus_a; GRANT TEMP ON DATABASE corpus_given TO corpus_c; RESET ROLE; GRANT CREATE ON DATABASE corpus_given TO corpus_c;
        """;

    [TestCase("stream", true)]
    [TestCase("archive", true)]
    [TestCase("stream", false)]
    public async Task It_arrives_in_its_givers_name_and_one_in_anothers_name_is_a_difference(string strategy, bool isManaged)
    {
        await using var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, Schema);
        await AssertMightyGiverIsToldAsync(corpus, strategy, isManaged);

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await AsTextAsync(corpus.Target, AclSql), Is.EqualTo(await AsTextAsync(corpus.Source, AclSql)));

        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "SET ROLE corpus_g; REVOKE SELECT, UPDATE (n) ON s.t FROM corpus_u; SET ROLE corpus_o; GRANT SELECT, UPDATE (n) ON s.t TO corpus_u");
        using var verify = await corpus.RunAsync("verify", $", strategy: {strategy}");
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("grant s.t to corpus_u by corpus_g: SELECT on the source, absent on the target")
                .And.Contain("grant s.t to corpus_u: absent on the source, SELECT on the target"));
        Assert.That(verify.Output, Does.Contain("grant s.t.n to corpus_u by corpus_g: UPDATE on the source, absent on the target"));
    }

    [Test]
    public async Task One_on_the_database_too()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, OnDatabase);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await AsTextAsync(corpus.Target, DatabaseGrantsSql), Is.EqualTo(await AsTextAsync(corpus.Source, DatabaseGrantsSql)));

        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "SET ROLE corpus_a; REVOKE TEMP ON DATABASE corpus_given FROM corpus_c; RESET ROLE; GRANT TEMP ON DATABASE corpus_given TO corpus_c");
        using var verify = await corpus.RunAsync("verify");
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("privileges of corpus_c by corpus_a: TEMPORARY on the source, absent on the target"));
    }

    [Test]
    public async Task One_on_the_database_that_the_login_can_only_give_as_the_owner_is_named()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, OnDatabase);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Output, Does.Contain("MP6311").And.Contain("privileges of corpus_a by corpus_b given in the owner's name"));
        Assert.That(
            await Sql.ScalarAsync<bool>(
                corpus.Target,
                Database,
                "SELECT has_database_privilege('corpus_a', current_database(), 'CREATE WITH GRANT OPTION') AND has_database_privilege('corpus_c', current_database(), 'TEMP')"),
            Is.True);
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
    }

    /// <summary>The owner has nothing but the object, and the giver nothing at all: a login that is no superuser acts for both.</summary>
    [TestCase("stream", false)]
    [TestCase("stream", true)]
    [TestCase("archive", true)]
    public async Task One_on_a_large_object_too(string strategy, bool isManaged)
    {
        await using var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, """
            CREATE ROLE corpus_o; CREATE ROLE corpus_g; CREATE ROLE corpus_u; SELECT lo_from_bytea(70001, 'x'); ALTER LARGE OBJECT 70001 OWNER TO corpus_o;
            GRANT SELECT ON LARGE OBJECT 70001 TO corpus_g WITH GRANT OPTION; SET ROLE corpus_g; GRANT SELECT ON LARGE OBJECT 70001 TO corpus_u; RESET ROLE; GRANT UPDATE ON LARGE OBJECT 70001 TO corpus_u;
            """);
        if (isManaged)
        {
            await corpus.PsqlAsync(corpus.Source, Database, "GRANT corpus_o TO master_src");
            await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE ROLE corpus_o SUPERUSER");
            using var plan = await corpus.RunAsync("plan", $", strategy: {strategy}");
            Assert.That(plan.Error, Does.Contain("error[MP4094]: login `master_tgt` can't give large object 70001 to `corpus_o`"), plan.ToString());
            await corpus.PsqlAsync(corpus.Target, "postgres", "DROP ROLE corpus_o");
        }

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        const string Acl = "SELECT lomacl::text FROM pg_largeobject_metadata";
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await AsTextAsync(corpus.Target, Acl), Is.EqualTo(await AsTextAsync(corpus.Source, Acl)).And.Contain("corpus_u=r/corpus_g"));

        await corpus.PsqlAsync(
            corpus.Target,
            Database,
            "SET ROLE corpus_g; REVOKE SELECT ON LARGE OBJECT 70001 FROM corpus_u; SET ROLE corpus_o; GRANT SELECT ON LARGE OBJECT 70001 TO corpus_u");
        using var verify = await corpus.RunAsync("verify", $", strategy: {strategy}");
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("corpus_u:SELECT by corpus_g, corpus_u:UPDATE: 1 (hash of their oids")
                .And.Contain("large objects of corpus_o for corpus_g:SELECT*, corpus_u:SELECT, corpus_u:UPDATE: absent on the source"));
    }

    /// <summary>Beforehand; only a superuser acts for a superuser.</summary>
    private static async Task AssertMightyGiverIsToldAsync(CorpusMigration corpus, string strategy, bool isManaged)
    {
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE ROLE corpus_g SUPERUSER");
        using var plan = await corpus.RunAsync("plan", $", strategy: {strategy}");
        Assert.That(
            plan.Error.Contains("error[MP4094]: login `master_tgt` can't give rights to", StringComparison.Ordinal)
                && plan.Error.Contains("in the name of `corpus_g`", StringComparison.Ordinal),
            Is.EqualTo(isManaged),
            plan.ToString());
        if (isManaged && strategy == "stream")
        {
            await AssertPickedTablesCountAsync(corpus);
        }

        await corpus.PsqlAsync(corpus.Target, "postgres", "DROP ROLE corpus_g");
    }

    /// <summary>A pick may name some tables of a schema; a table's own sequence comes with it.</summary>
    private static async Task AssertPickedTablesCountAsync(CorpusMigration corpus)
    {
        await corpus.PsqlAsync(corpus.Source, Database, """
            CREATE TABLE s.counted (id serial); ALTER TABLE s.counted OWNER TO corpus_o; CREATE TABLE s.own (id int); ALTER TABLE s.own OWNER TO corpus_o;
            GRANT USAGE ON SEQUENCE s.counted_id_seq TO corpus_g WITH GRANT OPTION; SET ROLE corpus_g; GRANT USAGE ON SEQUENCE s.counted_id_seq TO corpus_u;
            """);
        (string Pick, string? Told)[] picks =
        [
            ("include: { tables: [s.t] }", "give rights to table s.t in"),
            ("include: { tables: [s.counted] }", "give rights to sequence s.counted_id_seq in"),
            ("include: { tables: [s.own] }", null),
            ("exclude: { tables: [s.t] }", "give rights to sequence s.counted_id_seq in"),
            ("exclude: { tables: [s.t, s.counted] }", null),
        ];
        foreach (var (pick, told) in picks)
        {
            using var plan = await corpus.RunAsync("plan", $", {pick}");
            Assert.That(plan.Error, told is null ? Does.Not.Contain("give rights to") : Does.Contain(told), $"{pick}\n{plan}");
        }

        await corpus.PsqlAsync(corpus.Source, Database, "DROP TABLE s.counted, s.own");
    }

    private static Task<string> AsTextAsync(LocalCluster server, string sql) => Sql.ScalarAsync<string>(server, Database, sql);
}
