using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What the server prints otherwise when it is created anew is no difference.</summary>
public sealed class PrintedAnewTests
{
    private const string Names =
        """
        CREATE TABLE t (a int, b text, big int8); INSERT INTO t VALUES (1, 'k', 1);
        CREATE VIEW v AS SELECT a FROM t WHERE b IN (SELECT 'foo' UNION SELECT 'bar') OR EXISTS (SELECT 'x' FROM t) OR b = (SELECT 'q') OR b = (SELECT 'x' COLLATE "C") OR b = (SELECT (SELECT 'z')) OR a = ANY (ARRAY(SELECT -1));
        CREATE VIEW w AS SELECT 1 AS a FROM t WHERE EXISTS (SELECT '1'::numeric(3,1), NULL, 'a'::"char" UNION ALL SELECT 1, 'b', 'c') AND EXISTS (SELECT '2020-01-01'::timestamp(3)::date UNION SELECT timestamp '2020-01-01' + '1 day' UNION SELECT NULL);
        CREATE MATERIALIZED VIEW m AS SELECT b FROM t WHERE b = ANY (ARRAY(SELECT 'k'));
        CREATE RULE r AS ON UPDATE TO t WHERE new.b IN (SELECT 'foo') DO ALSO INSERT INTO t (b) SELECT 'x';
        CREATE FUNCTION fd(b bool DEFAULT 'x'::varchar IN ('a', 'b'), c int DEFAULT 1) RETURNS int LANGUAGE sql AS 'select 1';
        """;

    /// <summary>From 14 on.</summary>
    private const string Bodies =
        """
        CREATE FUNCTION g() RETURNS SETOF text BEGIN ATOMIC SELECT b FROM t UNION ALL SELECT 'none'; END;
        CREATE FUNCTION h(x int, y int) RETURNS SETOF int8 BEGIN ATOMIC SELECT big FROM t UNION ALL SELECT $2; END;
        """;

    private CorpusMigration corpus = null!;

    [SetUp]
    public async Task StartAsync()
    {
        corpus = new CorpusMigration("corpus_anew", isManaged: false);
        await corpus.StartAsync();
    }

    [TearDown]
    public async Task StopAsync() => await corpus.DisposeAsync();

    [Test]
    public async Task Names_and_lists_that_only_printing_adds_are_no_difference_and_other_ones_are()
    {
        var hasBodies = Math.Min(corpus.Source.MajorVersion, corpus.Target.MajorVersion) >= 14;
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", hasBodies ? Names + Bodies : Names);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_anew", "CREATE OR REPLACE FUNCTION fd(b bool DEFAULT 'x'::varchar IN ('a', 'c'), c int DEFAULT 1) RETURNS int LANGUAGE sql AS 'select 1'");
        using var verify = await corpus.RunAsync("verify");
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("argument defaults public.fd(boolean, integer): ").And.Contain("'c'::character varying").And.Not.Contain("definition ").And.Not.Contain("function public.fd"));
    }
}
