using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>The superuser that made the source has a name that the target lacks.</summary>
public sealed class MissingSuperuserTests
{
    [Test]
    public async Task It_is_created_like_any_other_role_where_privileges_name_it()
    {
        await using var corpus = new CorpusMigration("corpus_boss", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_boss", """
            CREATE SCHEMA s; ALTER SCHEMA s OWNER TO master_src; CREATE TABLE s.t (id int); ALTER TABLE s.t OWNER TO master_src; GRANT SELECT ON s.t TO migplan;
            CREATE ROLE ro; ALTER DEFAULT PRIVILEGES FOR ROLE migplan IN SCHEMA s GRANT SELECT ON TABLES TO ro;
            """);
        await RenameAsync(corpus);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_boss", "SELECT has_table_privilege('corpus_admin', 's.t', 'SELECT')"), Is.True);
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_boss", "SELECT defaclrole::regrole::text FROM pg_default_acl"),
            Is.EqualTo("corpus_admin"));
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "postgres", "SELECT rolsuper FROM pg_roles WHERE rolname = 'corpus_admin'"), Is.False);
    }

    /// <summary>pg_dump says so of every database from below 15.</summary>
    [Test]
    public async Task Below_15_it_is_not_missed_because_the_schema_public_is_its_own()
    {
        await using var corpus = new CorpusMigration("corpus_public", isManaged: true);
        await corpus.StartAsync();
        Assume.That(corpus.Source.MajorVersion, Is.LessThan(15));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_public",
            "ALTER SCHEMA public OWNER TO migplan; GRANT USAGE ON SCHEMA public TO pg_monitor; CREATE TABLE t (id int); ALTER TABLE t OWNER TO master_src");
        await corpus.PsqlAsync(corpus.Target, "postgres", "ALTER ROLE master_tgt SUPERUSER");
        await RenameAsync(corpus);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Output + apply.Error, Does.Contain("owner of schema public (corpus_admin)"));
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "postgres", "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corpus_admin')"), Is.False);
        Assert.That(
            await Sql.ScalarAsync<bool>(corpus.Target, "corpus_public", "SELECT nspacl::text LIKE '%pg_monitor=U%' FROM pg_namespace WHERE nspname = 'public'"),
            Is.True);
    }

    /// <summary>From 15 on it belongs to the database's owner, who is the login, whether or not the role is made for another reason.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task A_login_that_is_none_carries_grants_on_its_schema_public_to_15_and_later(bool isThere)
    {
        await using var corpus = new CorpusMigration("corpus_granted", isManaged: true);
        await corpus.StartAsync();
        Assume.That(corpus.Source.MajorVersion, Is.LessThan(15));
        Assume.That(corpus.Target.MajorVersion, Is.GreaterThanOrEqualTo(15));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_granted",
            "ALTER SCHEMA public OWNER TO migplan; REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE ro; GRANT USAGE, CREATE ON SCHEMA public TO ro; CREATE TABLE t (id int); ALTER TABLE t OWNER TO master_src");
        if (isThere)
        {
            await corpus.PsqlAsync(corpus.Source, "corpus_granted", "ALTER DEFAULT PRIVILEGES FOR ROLE migplan IN SCHEMA public GRANT SELECT ON TABLES TO ro");
        }

        await RenameAsync(corpus);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<bool>(corpus.Target, "postgres", "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corpus_admin')"),
            Is.EqualTo(isThere));
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_granted", "SELECT has_schema_privilege('ro', 'public', 'CREATE')"), Is.True);
    }

    /// <summary>The test's own login can't rename itself.</summary>
    private static async Task RenameAsync(CorpusMigration corpus)
    {
        await corpus.PsqlAsync(corpus.Source, "postgres", "CREATE ROLE corpus_second LOGIN SUPERUSER PASSWORD 'corpus'");
        var login = new NpgsqlConnectionStringBuilder(Sql.ConnectionString(corpus.Source, "postgres")) { Username = "corpus_second", Password = "corpus" };
        await using var second = new NpgsqlConnection(login.ConnectionString);
        await second.OpenAsync();
        await Sql.RunAsync(second, "ALTER ROLE migplan RENAME TO corpus_admin");
    }
}
