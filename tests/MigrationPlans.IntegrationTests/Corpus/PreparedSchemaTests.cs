using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Schemas of a target database that somebody made beforehand, with an extension: whom they belong to, who may create in them, and what is said of them.</summary>
public sealed class PreparedSchemaTests
{
    private const string Database = "corpus_prepared_schema";

    private const string Make = $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'";

    /// <summary>As on RDS, where the master user is no superuser.</summary>
    [Test]
    public async Task One_of_an_administrator_who_is_no_superuser_stays_as_it_is()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, "CREATE ROLE app_owner; GRANT app_owner TO master_src; CREATE SCHEMA own AUTHORIZATION app_owner; SET ROLE master_src; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE tools.mine (h tools.hstore); GRANT USAGE ON SCHEMA tools TO PUBLIC");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER master_tgt");
        await corpus.PsqlAsync(corpus.Target, Database, $"""
            CREATE ROLE dba; GRANT CREATE ON DATABASE {Database} TO dba; SET ROLE dba; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools;
            GRANT CREATE, USAGE ON SCHEMA tools TO master_tgt; COMMENT ON SCHEMA tools IS 'of theirs'
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, Database, "GRANT USAGE ON SCHEMA own TO dba");
        using var changed = await corpus.RunAsync("verify");

        Assert.That(apply.ToString(), Does.Contain("what is said of schema tools (owner, privileges, comment)"));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Contain("the schema belongs to another role there, and the login may not change it"));
        Assert.That(changed.ExitCode, Is.Not.Zero, "one that a run made");
    }

    [Test]
    public async Task The_plan_asks_that_owners_may_create_in_one_that_the_login_may_not_change()
    {
        await using var corpus = new CorpusMigration(Database, isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, Database, "CREATE ROLE app_owner; GRANT app_owner TO master_src; CREATE SCHEMA tools; CREATE EXTENSION hstore SCHEMA tools; CREATE TABLE tools.mine (h tools.hstore); ALTER TABLE tools.mine OWNER TO app_owner; ALTER SCHEMA tools OWNER TO master_src");
        await corpus.PsqlAsync(corpus.Target, "postgres", $"{Make} OWNER master_tgt");
        await corpus.PsqlAsync(corpus.Target, Database, "CREATE SCHEMA tools; GRANT CREATE, USAGE ON SCHEMA tools TO master_tgt; CREATE EXTENSION hstore SCHEMA tools");

        using var refused = await corpus.RunAsync("plan");
        await corpus.PsqlAsync(corpus.Target, Database, "CREATE ROLE app_owner; GRANT app_owner TO master_tgt WITH ADMIN OPTION; GRANT CREATE, USAGE ON SCHEMA tools TO app_owner");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP4166").And.Contain("GRANT CREATE, USAGE ON SCHEMA \"tools\" TO \"app_owner\""));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
    }
}
