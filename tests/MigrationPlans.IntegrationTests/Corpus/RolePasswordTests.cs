using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Password hashes go along only when they are asked for and can be read, and show nowhere.</summary>
public sealed class RolePasswordTests
{
    private const string HashSql = "SELECT COALESCE((SELECT rolpassword FROM pg_authid WHERE rolname = 'corpus_login'), 'none')";

    [TestCase(false, ", roles: { passwords: copy }", true)]
    [TestCase(false, "", false)]
    [TestCase(true, ", roles: { passwords: copy, map: { master_src: master_tgt } }", true)]
    [TestCase(true, ", roles: { passwords: copy, map: { master_src: master_tgt } }", false)]
    public async Task A_hash_is_carried_over_when_asked_for_and_readable(bool isManaged, string mapping, bool isCarried)
    {
        await using var corpus = new CorpusMigration("corpus_passwords", isManaged) { HasOwnRoles = mapping.Length > 0 };
        await corpus.StartAsync();
        if (isManaged && !isCarried)
        {
            // As on RDS, where nobody reads pg_authid.
            await corpus.PsqlAsync(corpus.Source, "postgres", "REVOKE pg_read_all_data FROM master_src");
        }

        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_passwords",
            $"CREATE ROLE corpus_login LOGIN PASSWORD 'known'; CREATE TABLE t (id int); ALTER TABLE t OWNER TO corpus_login; {(isManaged ? "GRANT corpus_login TO master_src" : "")}");

        using var run = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(run.ExitCode, Is.Zero, run.ToString());
        var hash = await Sql.ScalarAsync<string>(corpus.Source, "postgres", HashSql);
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "postgres", HashSql), Is.EqualTo(isCarried ? hash : "none"));
        Assert.That(run.ToString().Contains("MP6310", StringComparison.Ordinal), Is.EqualTo(!isCarried));
        Assert.That($"{run}", Does.Not.Contain("SCRAM-SHA-256$"));
        Assert.That(
            Directory.EnumerateFiles(corpus.StateDirectory, "*", SearchOption.AllDirectories).Select(File.ReadAllText),
            Has.None.Contains("SCRAM-SHA-256$"));
    }
}
