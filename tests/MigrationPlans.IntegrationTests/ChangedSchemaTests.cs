using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A source whose definitions change while a run is stopped, and nobody compares at the end.</summary>
[NonParallelizable]
public sealed class ChangedSchemaTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync("fsync = off");

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    /// <summary>The first run stops in the copy, at an index that can't be built; or after it, at a key that does not hold.</summary>
    [TestCase("copied", "CREATE FUNCTION refuse(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 1 / current_setting('port')::int / (current_setting('port')::int - {0}); END $$; CREATE TABLE item (id int); CREATE INDEX ON item (refuse(id)); INSERT INTO item VALUES (1)")]
    [TestCase("constrained", "CREATE TABLE item (id int PRIMARY KEY); CREATE TABLE child (id int REFERENCES item); ALTER TABLE child DISABLE TRIGGER ALL; INSERT INTO child VALUES (7)")]
    public async Task A_run_that_goes_on_says_so_and_goes_on_once_it_is_undone(string database, string source)
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(servers.Source, database, source.Replace("{0}", $"{servers.Target.Port}", StringComparison.Ordinal));
        await Sql.RunAsync(servers.Source, database, "CREATE VIEW shown AS SELECT id FROM item");
        var manifest = servers.WriteManifest(database, $"{{ from: source/{database}, to: target/{database}, verify: none }}");
        using var first = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.EqualTo(1), first.ToString());
        Assert.That(first.ToString(), Does.Not.Contain("MP6270"));
        await Sql.RunAsync(servers.Source, database, "CREATE OR REPLACE VIEW shown AS SELECT id, 'changed' AS what FROM item; COMMENT ON TABLE item IS 'minded by nobody'");

        using var changed = await servers.RunAsync("apply", manifest, "--auto-approve");
        await Sql.RunAsync(servers.Source, database, "DROP VIEW shown; CREATE VIEW shown AS SELECT id FROM item");
        using var undone = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(changed.ExitCode, Is.EqualTo(1), changed.ToString());
        Assert.That(changed.ToString(), Does.Contain("MP6270").And.Contain($"on `source/{database}`, VIEW public.shown was created or changed after the objects of"), changed.ToString());
        Assert.That(undone.ToString(), Does.Not.Contain("MP6270"));
        Assert.That(undone.ToString(), Does.Contain(database == "copied" ? "division by zero" : "child_id_fkey"), "what stopped it before");
    }
}
