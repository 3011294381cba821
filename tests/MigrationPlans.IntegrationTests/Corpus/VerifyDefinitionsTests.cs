using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What <c>verify</c> finds changed of definitions, each property by itself.</summary>
public sealed class VerifyDefinitionsTests
{
    private const string Source =
        """
        CREATE SCHEMA a; CREATE SCHEMA "a.b"; CREATE VIEW a."b.c" AS SELECT 1 x; CREATE VIEW "a.b".c AS SELECT 1 x; CREATE ROLE "PUBLIC";
        CREATE TABLE a.t (x int); CREATE TABLE a."t.x" (y int); COMMENT ON COLUMN a.t.x IS 'one'; COMMENT ON TABLE a."t.x" IS 'two'; GRANT SELECT ON a.t TO "PUBLIC";
        CREATE TABLE guarded (id int DEFAULT 1, owner text); CREATE POLICY plain ON guarded USING (owner = CURRENT_USER) WITH CHECK (owner = CURRENT_USER);
        CREATE POLICY asking ON guarded USING (owner IN (SELECT g.owner FROM guarded g)) WITH CHECK (owner = CURRENT_USER);
        """;

    private static readonly (string Sql, string[] Found)[] Changes =
    [
        ("DROP VIEW a.\"b.c\"", ["view a.b.c:"]),
        ("COMMENT ON COLUMN a.t.x IS 'two'; COMMENT ON TABLE a.\"t.x\" IS 'one'", ["comment a.t.x: one on the source, two on the target", "comment a.t.x: two on the source, one on the target"]),
        ("REVOKE SELECT ON a.t FROM \"PUBLIC\"; GRANT SELECT ON a.t TO PUBLIC", ["grant a.t to PUBLIC: SELECT on the source, absent on the target", "grant a.t to PUBLIC: absent on the source, SELECT on the target"]),
        ("ALTER TABLE guarded ALTER id SET DEFAULT 999", ["default public.guarded.id: 1 on the source, 999 on the target"]),
        ("ALTER POLICY plain ON guarded USING (true) WITH CHECK (true)", ["policy condition public.guarded.plain:", "policy check public.guarded.plain:"]),
        ("ALTER POLICY asking ON guarded USING (true) WITH CHECK (true)", ["policy condition public.guarded.asking:", "policy check public.guarded.asking:"]),
    ];

    [Test]
    public async Task Each_property_of_a_definition_is_compared()
    {
        await using var corpus = new CorpusMigration("corpus_definitions", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_definitions", CorpusText.Of(corpus.Source.MajorVersion, Source));
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_definitions", string.Join("; ", Changes.Select(change => change.Sql)));
        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(Changes.SelectMany(change => change.Found).Where(line => !verify.Output.Contains(line, StringComparison.Ordinal)), Is.Empty, verify.ToString());
    }
}
