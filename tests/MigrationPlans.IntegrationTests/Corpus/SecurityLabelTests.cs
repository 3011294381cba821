using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>Labels mean something only to their provider, a library that the target may not have.</summary>
public sealed class SecurityLabelTests
{
    // No provider is needed to have a label: the library may have been unloaded since.
    private const string Labelled =
        """
        CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, name text); INSERT INTO app.t VALUES (1, 'a'); CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW app.v AS SELECT id FROM app.t;
        SET allow_system_table_mods = on;
        INSERT INTO pg_seclabel VALUES
          ('app.t'::regclass, 'pg_class'::regclass, 0, 'gone', 'secret label'), ('app.t'::regclass, 'pg_class'::regclass, 2, 'gone', 'l'), ('app.t'::regclass, 'pg_class'::regclass, 2, 'Other "one"', 'l'),
          ('app.v'::regclass, 'pg_class'::regclass, 0, 'gone', 'l'), ('app'::regnamespace, 'pg_namespace'::regclass, 0, 'gone', 'l'), ('app.f'::regproc, 'pg_proc'::regclass, 0, 'gone', 'l');
        INSERT INTO pg_shseclabel SELECT oid, 'pg_database'::regclass, 'gone', 'l' FROM pg_database WHERE datname = current_database();
        """;

    [TestCase("", false)]
    [TestCase(", strategy: archive", false)]
    [TestCase("", true)]
    [TestCase(", include: { schemas: [app] }", false)]
    public async Task Labels_of_a_provider_that_the_target_lacks_stay_behind_by_name(string mapping, bool isManaged)
    {
        await using var corpus = new CorpusMigration("corpus_labels", isManaged);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_labels",
            isManaged
                ? $"{Labelled} ALTER SCHEMA app OWNER TO master_src; ALTER TABLE app.t OWNER TO master_src; ALTER FUNCTION app.f() OWNER TO master_src; ALTER VIEW app.v OWNER TO master_src"
                : Labelled);

        using var plan = await corpus.RunAsync("plan", mapping);
        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");
        using var verify = await corpus.RunAsync("verify", mapping);

        Assert.That(
            plan.Output,
            Does.Contain("security labels of gone: stay behind if")
                .And.Contain("function app.f(), schema app, table app.t, table column app.t.name")
                .And.Contain("security labels of Other \"one\""),
            plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            apply.ToString(),
            Does.Contain("MP6213").And.Contain("no provider `gone`").And.Contain("TABLE \"app\".\"t\"").And.Not.Contain("secret label"));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            await Sql.ScalarAsync<long>(corpus.Target, "corpus_labels", "SELECT (SELECT count(*) FROM app.t) + (SELECT count(*) FROM pg_seclabels)"),
            Is.EqualTo(1));
    }
}
