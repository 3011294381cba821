using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Row security on the target, for a login that it filters for; what goes well is in traps.sql.</summary>
public sealed class RowSecurityTests
{
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
