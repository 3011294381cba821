using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A table that no pick names and that a picked one can't be without: it comes without rows, and is a whole table.</summary>
public sealed class PickedParentTests
{
    private const string Schema =
        """
        CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE b.far (id int PRIMARY KEY); CREATE TABLE b.p (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int DEFAULT 4, f int CONSTRAINT leads_off REFERENCES b.far);
        CREATE INDEX vi ON b.p (v); CREATE FUNCTION b.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER noting BEFORE INSERT ON b.p FOR EACH ROW EXECUTE FUNCTION b.note();
        CREATE TABLE a.c () INHERITS (b.p); INSERT INTO b.p (v) VALUES (1), (2); INSERT INTO a.c VALUES (7, 7);
        """;

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task It_has_its_identity_columns_and_is_compared(string strategy)
    {
        await using var servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE parent");
        await Sql.RunAsync(servers.Source, "parent", Schema);
        var manifest = servers.WriteManifest(
            "parent", $"{{ from: source/parent, to: target/parent, verify: checksums, strategy: {strategy}, include: {{ schemas: [a] }} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(plan.Output, Does.Contain("table b.p: comes along without rows").And.Not.Contain("b.p: stays behind"), plan.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target, "parent", "SELECT string_agg(attidentity, '') || ' ' || (SELECT count(*) FROM ONLY b.p) FROM pg_attribute WHERE attrelid = 'b.p'::regclass"),
            Is.EqualTo("a 0"));

        await Sql.RunAsync(
            servers.Target, "parent", "DROP INDEX b.vi; ALTER TABLE b.p DROP CONSTRAINT p_pkey; DROP TRIGGER noting ON b.p; ALTER TABLE ONLY b.p ALTER v SET DEFAULT 5");
        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("index b.vi").And.Contain("constraint b.p.p_pkey").And.Contain("trigger b.p.noting").And.Contain("default b.p.v").And.Not.Contain("leads_off"),
            verify.ToString());
    }
}
