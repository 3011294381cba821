using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Properties of a database that would keep the run's own sessions out are given last, and are no obstacle to taking it back.</summary>
public sealed class LastChangesTests
{
    private const string StateSql = "SELECT datconnlimit || ' ' || datistemplate FROM pg_database WHERE datname = 'corpus_late'";

    private const string SettingSql =
        "SELECT d.datdba::regrole || ' ' || array_to_string(s.setconfig, ' ') FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = 'corpus_late' AND s.setrole = 0";

    [Test]
    public async Task A_full_template_that_makes_everybody_another_role_is_copied_and_rolled_back()
    {
        await using var corpus = new CorpusMigration("corpus_late", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "postgres",
            "CREATE ROLE corpus_weak; CREATE ROLE corpus_owner; GRANT corpus_owner, corpus_weak TO master_src WITH ADMIN OPTION");
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_late",
            "CREATE SCHEMA s AUTHORIZATION corpus_owner; CREATE TABLE s.t AS SELECT i FROM generate_series(1, 100) i; ALTER TABLE s.t OWNER TO corpus_owner; GRANT CREATE ON SCHEMA public TO corpus_weak");
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_late",
            "ALTER DATABASE corpus_late OWNER TO corpus_owner; ALTER DATABASE corpus_late IS_TEMPLATE true; ALTER DATABASE corpus_late CONNECTION LIMIT 4; ALTER ROLE ALL IN DATABASE corpus_late SET role = 'corpus_weak'");
        // Its own setting outranks the database's; only the target's login meets that one.
        await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER ROLE master_src SET role = 'none'");

        using var apply = await corpus.RunAsync("apply", ", parallelism: 1", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", SettingSql), Is.EqualTo("corpus_owner role=corpus_weak"));
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", StateSql), Is.EqualTo("4 true"));

        await corpus.PsqlAsync(corpus.Target, "postgres", "ALTER DATABASE corpus_late CONNECTION LIMIT 0");
        using var rollback = await corpus.RunAsync("rollback", ", parallelism: 1", "--auto-approve");

        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "postgres", "SELECT count(*) FROM pg_database WHERE datname = 'corpus_late'"), Is.Zero);
    }
}
