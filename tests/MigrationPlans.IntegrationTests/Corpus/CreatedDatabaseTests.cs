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
        await corpus.PsqlAsync(corpus.Source, "postgres", $"CREATE DATABASE corpus_rules TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER icu ICU_LOCALE 'en' ICU_RULES '{Rules}'");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", "SELECT daticurules FROM pg_database WHERE datname = 'corpus_rules'"), Is.EqualTo(Rules));
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
            await Sql.ScalarAsync<string>(corpus.Target, "postgres", "SELECT spcname::text FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE datname = 'corpus_space'"),
            Is.EqualTo(expected));
        Assert.That((apply.Output + apply.Error).Contains("MP6211", StringComparison.Ordinal), Is.EqualTo(expected == "pg_default"));
    }
}
