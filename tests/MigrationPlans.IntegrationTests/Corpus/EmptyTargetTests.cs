using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>A target database that somebody made beforehand, with properties of its own.</summary>
public sealed class EmptyTargetTests
{
    private const string Database = "corpus_empty";

    [TestCase(false)]
    [TestCase(true)]
    public async Task It_is_filled_and_gets_the_sources_properties_in_place_of_its_own(bool isManaged)
    {
        await using var corpus = new CorpusMigration(Database, isManaged);
        await corpus.StartAsync();
        var owner = isManaged ? "master_tgt" : "migplan";
        await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER DATABASE corpus_empty SET statement_timeout = '10min'");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"CREATE DATABASE corpus_empty TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8' OWNER {owner}");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"ALTER DATABASE corpus_empty SET work_mem = '7MB'; ALTER DATABASE corpus_empty SET statement_timeout = '1min'; ALTER ROLE {owner} IN DATABASE corpus_empty SET lock_timeout = '1h'");

        using var plan = await corpus.RunAsync("plan");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(plan.Error, Does.Contain("MP4100").And.Contain("is there, and empty: it is filled, not created").And.Contain($"lock_timeout of {owner}, statement_timeout, work_mem"), plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, Database, "SELECT string_agg(s.setconfig::text, ' ') FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()"), Is.EqualTo("{statement_timeout=10min}"));
    }
}
