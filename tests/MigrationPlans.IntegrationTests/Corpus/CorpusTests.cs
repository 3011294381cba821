using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>
/// Whole databases carried over by the real program, and both sides compared by bench/inventory.sh: pg_dump and plain SQL, none of
/// the code under test. What differs is explained in docs/differences.md, or it is a bug.
/// </summary>
public sealed class CorpusTests
{
    [TestCase("corpus_traps", false, "traps.sql", "traps-superuser.sql")]
    [TestCase("corpus_traps", true, "traps.sql")]
    [TestCase("corpus_regression", false, "regression.sql")]
    [TestCase("corpus_regression", true, "regression.sql")]
    [TestCase("corpus_odd", false, "odd.sql")]
    [TestCase("corpus_odd", true, "odd.sql")]
    [TestCase("corpus_samples", false, "Samples/film-rental.sql", "Samples/music-store.sql", "Samples/traders.sql", "Samples/flights.sql")]
    [TestCase("corpus_samples", true, "Samples/film-rental.sql", "Samples/music-store.sql", "Samples/traders.sql", "Samples/flights.sql")]
    public async Task A_copy_differs_from_its_source_only_where_it_is_said_to(string database, bool isManaged, params string[] files)
    {
        await using var corpus = new CorpusMigration(database, isManaged);
        await corpus.StartAsync(files);
        if (isManaged && corpus.Target.MajorVersion < CorpusMigration.TrustsExtensions && files.Any(HasExtensions))
        {
            Assert.Ignore($"it has extensions, which on PostgreSQL {corpus.Target.MajorVersion} take a superuser: PlannedLossTests");
        }

        using var run = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        Assert.That(KnownDifferences.Unexplained(await corpus.DifferencesAsync()), Is.Empty);
    }

    private static bool HasExtensions(string file) =>
        File.ReadAllText(Repository.PathOf("tests", "MigrationPlans.IntegrationTests", "Corpus", file)).Contains("CREATE EXTENSION", StringComparison.Ordinal);

    [Test]
    public void Every_known_difference_is_written_down()
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "differences.md"));

        Assert.That(KnownDifferences.Headings.Where(heading => !page.Contains($"## {heading}\n", StringComparison.Ordinal)), Is.Empty);
    }
}
