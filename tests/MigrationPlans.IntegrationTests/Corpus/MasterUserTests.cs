using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What is beyond a login that is no superuser is in the plan, and what can be done without it is done.</summary>
public sealed class MasterUserTests
{
    private const string Database = "corpus_master";

    private const string Mapping =
        ", roles: { map: { master_src: master_tgt, corpus_boss: master_tgt, corpus_hashed: corpus_renamed }, passwords: copy }";

    private const string Source =
        """
        CREATE ROLE corpus_boss; CREATE ROLE corpus_app IN ROLE corpus_boss; CREATE TABLE t (id int); ALTER TABLE t OWNER TO corpus_app; CREATE ROLE corpus_bare LOGIN;
        SET password_encryption = 'md5'; CREATE ROLE corpus_hashed LOGIN PASSWORD 'h'; GRANT SELECT ON t TO corpus_boss, corpus_hashed, corpus_bare;
        ALTER DATABASE corpus_master SET log_min_duration_statement = 77; ALTER DATABASE corpus_master SET my.custom = 'x'; ALTER ROLE corpus_app IN DATABASE corpus_master SET log_statement = 'all'; ALTER DATABASE corpus_master SET work_mem = '5MB';
        """;

    [Test]
    public async Task What_a_login_may_not_give_stays_out_and_is_told_before_and_after()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: true) { HasOwnRoles = true };
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, Source);
        if (corpus.Source.MajorVersion < 14)
        {
            // Others read neither the table nor passwords.
            await corpus.PsqlAsync(corpus.Source, "postgres", "ALTER ROLE master_src SUPERUSER");
        }

        using var plan = await corpus.RunAsync("plan", Mapping);
        using var apply = await corpus.RunAsync("apply", Mapping, "--auto-approve");
        using var verify = await corpus.RunAsync("verify", Mapping);

        Assert.That(
            plan.Output,
            Does.Contain("membership of role corpus_app: master_tgt is the login of the run")
                .And.Contain("setting log_min_duration_statement, setting log_statement of corpus_app, setting my.custom: master_tgt may not set it"),
            plan.ToString());
        Assert.That(plan.Output, Does.Contain("role corpus_renamed: created without a password: the one that corpus_hashed has on the source is an MD5 hash"));
        Assert.That(plan.Output, Does.Contain("role corpus_bare: created without a password: it has none on the source"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "postgres", "SELECT pg_has_role('corpus_app', 'master_tgt', 'MEMBER')"), Is.False);
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("database setting log_min_duration_statement left out: 77 on the source")
                .And.Contain("setting log_statement of corpus_app left out")
                .And.Contain("setting my.custom left out: x on the source")
                .And.Not.Contain("work_mem"));
    }

    [Test]
    public async Task An_owner_that_is_in_the_login_is_refused_and_so_is_one_that_it_may_not_take_on()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, "CREATE ROLE corpus_o; CREATE TABLE t (id int); ALTER TABLE t OWNER TO corpus_o; GRANT corpus_o TO master_src");
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE ROLE corpus_o; GRANT master_tgt TO corpus_o");

        using var circle = await corpus.RunAsync("plan");
        Assert.That(circle.Error, Does.Contain("MP4183").And.Contain("REVOKE \"master_tgt\" FROM \"corpus_o\""), circle.ToString());

        if (corpus.Target.MajorVersion >= 16)
        {
            await corpus.PsqlAsync(corpus.Target, "postgres", "REVOKE master_tgt FROM corpus_o; GRANT corpus_o TO master_tgt WITH INHERIT TRUE, SET FALSE");
            using var heir = await corpus.RunAsync("plan");
            Assert.That(heir.Error, Does.Contain("MP4097"), heir.ToString());
        }
    }
}
