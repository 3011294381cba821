using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What an owner may not do, on the source or on a prepared target, keeps no run from its end, and nothing lent for it stays.</summary>
public sealed class LackingRightsTests
{
    private const string Database = "corpus_lacking";

    /// <summary>The owner of <c>by_group</c> reads as a member, that of <c>lost</c> could once; both for themselves and behind a view.</summary>
    private const string Source =
        """
        CREATE ROLE corpus_o; CREATE ROLE corpus_group; CREATE ROLE corpus_member IN ROLE corpus_group; CREATE ROLE corpus_lost; GRANT CREATE ON SCHEMA public TO corpus_member, corpus_lost, corpus_o;
        SET ROLE corpus_o; CREATE SEQUENCE called; SELECT setval('called', 42); CREATE SEQUENCE uncalled START 7; REVOKE ALL ON SEQUENCE called, uncalled FROM corpus_o;
        CREATE TABLE t (id int); INSERT INTO t SELECT generate_series(1, 3); CREATE TABLE u (id int); INSERT INTO u VALUES (1); GRANT SELECT ON t TO corpus_group; GRANT SELECT ON t, u TO corpus_lost;
        SET ROLE corpus_member; CREATE VIEW behind AS SELECT id FROM t; GRANT SELECT ON behind TO corpus_lost; CREATE MATERIALIZED VIEW by_group AS SELECT id FROM t;
        SET ROLE corpus_lost; CREATE MATERIALIZED VIEW lost AS SELECT id FROM u; CREATE MATERIALIZED VIEW above AS SELECT behind.id FROM behind JOIN lost USING (id);
        SET ROLE corpus_o; REVOKE SELECT ON u FROM corpus_lost;
        """;

    private const string Standing = "SELECT (SELECT last_value || is_called::text FROM called) || ' ' || (SELECT last_value || is_called::text FROM uncalled)";

    private const string Counted = "SELECT (SELECT count(*) FROM by_group) || ' ' || (SELECT count(*) FROM lost) || ' ' || (SELECT count(*) FROM above)";

    private const string Rights =
        "SELECT string_agg(concat_ws(' ', c.relname, a.grantee::regrole, a.privilege_type, 'by', a.grantor::regrole), ', ' ORDER BY c.relname, a.grantee::regrole::text, a.privilege_type) FROM pg_class c CROSS JOIN LATERAL aclexplode(COALESCE(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END, c.relowner))) a WHERE c.relkind IN ('r', 'v', 'm', 'S') AND c.relnamespace = 'public'::regnamespace AND a.privilege_type <> 'MAINTAIN'";

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task Sequences_are_set_and_views_filled_all_the_same(string strategy)
    {
        await using var corpus = new CorpusMigration(Database, isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, Source);
        if (corpus.Source.MajorVersion < 14)
        {
            // Who is to read what its owner may not.
            await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER ROLE master_src SUPERUSER");
        }

        // A role that is there keeps its members, and gets none.
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE ROLE corpus_group");

        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Contain("MP6330").And.Contain("\"corpus_lost\" may not read \"public\".\"u\"").And.Contain("\"corpus_member\" may not read \"public\".\"t\""));
        foreach (var sql in new[] { Standing, Counted, Rights })
        {
            var target = await Sql.ScalarAsync<string>(corpus.Target, Database, sql);
            Assert.That(target, Is.EqualTo(await Sql.ScalarAsync<string>(corpus.Source, Database, sql)));
        }
    }
}
