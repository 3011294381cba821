using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Indexes of extensions' access methods, as pgvector has them: some are built in memory or not at all.</summary>
public sealed class ExtensionIndexTests
{
    private const string Script =
        """
        CREATE ACCESS METHOD roomy TYPE INDEX HANDLER gisthandler;
        CREATE OPERATOR CLASS roomy_box_ops DEFAULT FOR TYPE box USING roomy AS OPERATOR 3 &&, OPERATOR 7 @>, FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
          FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal);
        CREATE FUNCTION needing(b box) RETURNS box LANGUAGE plpgsql IMMUTABLE AS
          $$ BEGIN IF pg_size_bytes(current_setting('maintenance_work_mem')) < 1100 * 1048576::int8 THEN RAISE program_limit_exceeded USING MESSAGE = 'memory required is 1100 MB'; END IF; RETURN b; END $$;
        """;

    [Test]
    public async Task They_get_what_the_target_gives_every_session([Values("stream", "archive")] string strategy)
    {
        await using var corpus = new CorpusMigration("corpus_roomy", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, $"roomy_{strategy}", ("1.0", Script));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_roomy",
            $"CREATE EXTENSION {extension.Name}; SET maintenance_work_mem = '2GB'; CREATE TABLE t (b box); INSERT INTO t VALUES ('(1,1),(0,0)'); CREATE INDEX small ON t USING roomy (needing(b))");
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_roomy",
            "SET maintenance_work_mem = '2GB'; CREATE TABLE u (b box, filling text); INSERT INTO u SELECT '(1,1),(0,0)', repeat('x', 500) FROM generate_series(1, 3000); CREATE INDEX large ON u USING roomy (needing(b))");

        using var refused = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, "postgres", "ALTER ROLE CURRENT_USER SET maintenance_work_mem = '1200MB'");
        using var apply = await corpus.RunAsync("apply", $", strategy: {strategy}", "--auto-approve");

        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP6253").And.Contain("memory required is 1100 MB"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }
}
