using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Row security on the target, for a login that it filters for; what goes well is in traps.sql.</summary>
public sealed class RowSecurityTests
{
    [Test]
    public async Task Row_security_of_a_partitioned_table_hides_none_of_its_partitions_rows()
    {
        await using var corpus = new CorpusMigration("corpus_rooted", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_rooted", """
            ALTER ROLE master_src NOBYPASSRLS; CREATE ROLE corpus_renter; GRANT USAGE, CREATE ON SCHEMA public TO corpus_renter; SET ROLE corpus_renter;
            CREATE TABLE orders (id int, d date) PARTITION BY RANGE (d); CREATE TABLE orders_1 PARTITION OF orders DEFAULT; INSERT INTO orders SELECT i, date '2026-01-01' + i FROM generate_series(1, 9) i;
            ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON orders USING (id < 3); GRANT SELECT ON orders, orders_1 TO master_src;
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_rooted", "SELECT count(*) FROM orders"), Is.EqualTo(9));
    }

    /// <summary>Forced, it filters for the owner, too, whose member the login is.</summary>
    [Test]
    public async Task Rows_that_the_targets_login_does_not_see_are_said_not_to_be_compared()
    {
        await using var corpus = new CorpusMigration("corpus_forced", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_forced", """
            SET ROLE master_src; CREATE TABLE secret (id int); INSERT INTO secret VALUES (1), (2);
            ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY one ON secret USING (id = 1);
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Output, Does.Contain("note MP7002: rows of 1 table of new/corpus_forced were not compared: public.secret"));
    }

    [Test]
    public async Task A_materialized_view_that_has_rows_on_the_source_and_none_on_the_target_is_a_difference()
    {
        await using var corpus = new CorpusMigration("corpus_tenant", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_tenant", """
            CREATE ROLE corpus_tenant; CREATE TABLE t (tenant text, v int); INSERT INTO t VALUES ('a', 1); ALTER TABLE t OWNER TO corpus_tenant;
            ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY own ON t USING (tenant = current_setting('app.tenant', true));
            CREATE MATERIALIZED VIEW m AS SELECT v FROM t; ALTER MATERIALIZED VIEW m OWNER TO corpus_tenant; SET app.tenant = 'a'; REFRESH MATERIALIZED VIEW m;
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.EqualTo(8), apply.ToString());
        Assert.That(apply.Output + apply.Error, Does.Contain("public.m"));
    }

    [Test]
    public async Task A_materialized_view_whose_owner_sees_fewer_rows_than_on_the_source_is_refused_not_filled_with_those()
    {
        await using var corpus = new CorpusMigration("corpus_fewer", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_fewer", """
            CREATE ROLE corpus_auditor BYPASSRLS; GRANT corpus_auditor TO master_src;
            CREATE TABLE secret (id int); INSERT INTO secret VALUES (1), (2); ALTER TABLE secret OWNER TO master_src; ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
            CREATE POLICY one ON secret USING (id = 1); GRANT SELECT ON secret TO corpus_auditor;
            CREATE MATERIALIZED VIEW every AS SELECT * FROM secret; ALTER MATERIALIZED VIEW every OWNER TO corpus_auditor;
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(apply.Output + apply.Error, Does.Contain("materialized view public.every").And.Contain("row-level security policy for table \"secret\""));
    }
}
