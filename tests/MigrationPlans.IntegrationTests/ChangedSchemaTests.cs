using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A source whose definitions change while a run is stopped, and nobody compares at the end.</summary>
[NonParallelizable]
public sealed class ChangedSchemaTests
{
    private const string Unindexable =
        "CREATE FUNCTION refuse(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 1 / current_setting('port')::int / (current_setting('port')::int - {0}); END $$; CREATE TABLE item (id int); CREATE INDEX ON item (refuse(id)); INSERT INTO item VALUES (1); CREATE TABLE child ()";

    private const string Unkeyable =
        "CREATE TABLE item (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES item); ALTER TABLE child DISABLE TRIGGER ALL; INSERT INTO child VALUES (7)";

    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync("fsync = off");

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    /// <summary>The first run stops in the copy, at an index that can't be built; or after it, at a key that does not hold.</summary>
    [TestCase("copied", Unindexable)]
    [TestCase("constrained", Unkeyable)]
    public async Task A_run_that_goes_on_refuses_a_changed_table_and_goes_on_once_it_is_undone(string database, string source)
    {
        var manifest = await StopAsync(database, source);
        await Sql.RunAsync(
            servers.Source,
            database,
            "ALTER TABLE item ADD late text; CREATE TABLE part_late PARTITION OF parted FOR VALUES IN (2); COMMENT ON TABLE item IS 'minded by nobody'");

        using var changed = await servers.RunAsync("apply", manifest, "--auto-approve");
        await Sql.RunAsync(servers.Source, database, "DROP TABLE part_late; ALTER TABLE item DROP late");
        using var undone = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(changed.ExitCode, Is.EqualTo(1), changed.ToString());
        Assert.That(
            changed.ToString(),
            Does.Contain("MP6270").And.Contain($"on `source/{database}`, TABLE public.item and 2 more were created or changed after the objects of"),
            changed.ToString());
        Assert.That(
            undone.ToString(),
            Does.Not.Contain("MP6270").And.Contain(database == "copied" ? "division by zero" : "child_id_fkey"),
            "what stopped it before");
    }

    /// <summary>No row is in any of them.</summary>
    [TestCase("copiedon", Unindexable)]
    [TestCase("constrainedon", Unkeyable)]
    public async Task It_goes_on_with_other_objects_changed_and_notes_them(string database, string source)
    {
        var manifest = await StopAsync(database, source);
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE ROLE {database}");
        await Sql.RunAsync(servers.Source, database, $"""
            CREATE OR REPLACE VIEW shown AS SELECT id, 'changed' AS what FROM item; CREATE SCHEMA late; GRANT USAGE ON SCHEMA late TO {database};
            CREATE FUNCTION late.f(int[], n numeric) RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION late.f TO {database}; CREATE VIEW late.v AS SELECT 1 AS i; CREATE RULE r AS ON INSERT TO late.v DO INSTEAD NOTHING; ALTER SCHEMA public OWNER TO {database};
            ALTER TABLE item OWNER TO {database}; ALTER TYPE mood OWNER TO {database}; ALTER SEQUENCE numbers OWNER TO {database};
            CREATE RULE late AS ON DELETE TO item DO INSTEAD NOTHING; DROP INDEX IF EXISTS item_refuse_idx; TRUNCATE child
            """);
        await Sql.RunAsync(servers.Target, database, "TRUNCATE child");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            apply.ToString(),
            Does.Contain("MP6275").And.Contain("created or changed after the objects of").And.Not.Contain("MP6270"),
            apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<long>(servers.Target, database, "SELECT count(*) FROM information_schema.columns WHERE table_name = 'shown'"),
            Is.EqualTo(1),
            "as it was");
    }

    /// <summary>They would stay on the target with the rows of then.</summary>
    [TestCase("copieddrop", Unindexable)]
    [TestCase("constraineddrop", Unkeyable)]
    public async Task It_refuses_what_was_dropped_and_goes_on_once_it_is_dropped_on_the_target_too(string database, string source)
    {
        var manifest = await StopAsync(database, source);
        await Sql.RunAsync(servers.Source, database, "DROP TABLE parted; DROP SEQUENCE numbers");
        await Sql.RunAsync(servers.Target, database, "CREATE TABLE a_of_somebody_else (id int); ALTER TABLE parted ADD COLUMN later int");

        using var dropped = await servers.RunAsync("apply", manifest, "--auto-approve");
        await Sql.RunAsync(servers.Target, database, "DROP TABLE parted; DROP SEQUENCE numbers");
        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(dropped.ExitCode, Is.EqualTo(1), dropped.ToString());
        Assert.That(
            dropped.ToString(),
            Does.Contain("MP6271").And.Contain($"SEQUENCE public.numbers and 2 more are in target `target/{database}`"),
            dropped.ToString());
        Assert.That(
            again.ToString(),
            Does.Not.Contain("MP6271").And.Contain(database == "copieddrop" ? "division by zero" : "child_id_fkey"),
            "what stopped it before");
    }

    [Test]
    public async Task It_refuses_a_changed_materialized_view_as_it_does_a_table()
    {
        var manifest = await StopAsync("shownagain", Unindexable + "; CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n FROM item");
        await Sql.RunAsync(
            servers.Source,
            "shownagain",
            "DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS n, 1 AS one FROM item; CREATE INDEX ON totals (one)");

        using var changed = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(changed.ToString(), Does.Contain("MP6270").And.Contain("MATERIALIZED VIEW public.totals"), changed.ToString());
    }

    private async Task<string> StopAsync(string database, string source)
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(servers.Source, database, source.Replace("{0}", $"{servers.Target.Port}", StringComparison.Ordinal));
        await Sql.RunAsync(
            servers.Source,
            database,
            "CREATE VIEW shown AS SELECT id FROM item; CREATE TYPE mood AS ENUM ('good'); CREATE SEQUENCE numbers; CREATE TABLE parted (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF parted FOR VALUES IN (1)");
        var manifest = servers.WriteManifest(database, $"{{ from: source/{database}, to: target/{database}, verify: none }}");
        using var first = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.EqualTo(1), first.ToString());
        Assert.That(first.ToString(), Does.Not.Contain("MP6270"));
        return manifest;
    }
}
