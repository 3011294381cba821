using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Comments on what a table has by another one alone, of which a dump says nothing.</summary>
[NonParallelizable]
public sealed class InheritedCommentTests
{
    private const string Database = "inherited_comment";

    [Test]
    public async Task Comments_on_inherited_constraints_and_triggers_come_along([Values("stream", "archive")] string strategy)
    {
        using var fixture = new ApplyFixture(Database);
        await fixture.CreateAsync("""
            CREATE TABLE p (a int CONSTRAINT ck CHECK (a > 0)); CREATE TABLE c () INHERITS (p);
            COMMENT ON CONSTRAINT ck ON c IS 'child''s \ check';
            CREATE TABLE pk (id int PRIMARY KEY); CREATE TABLE pt (a int REFERENCES pk, b int CONSTRAINT low CHECK (b < 9)) PARTITION BY LIST (b);
            CREATE TABLE "Part" PARTITION OF pt FOR VALUES IN (1);
            COMMENT ON CONSTRAINT pt_a_fkey ON "Part" IS 'key of the part';
            COMMENT ON CONSTRAINT low ON "Part" IS 'check of the part';
            CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER stamp AFTER INSERT ON pt FOR EACH ROW EXECUTE FUNCTION keep();
            COMMENT ON TRIGGER stamp ON "Part" IS 'trigger of the part';
            """);
        fixture.WriteManifest("checksums", $"strategy: {strategy}");

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.Zero, apply.Output);
        Assert.That(
            await Sql.ScalarAsync<string[]>(
                TestServers.Target,
                Database,
                "SELECT array_agg(description ORDER BY description COLLATE \"C\") FROM pg_description WHERE classoid IN ('pg_constraint'::regclass, 'pg_trigger'::regclass) AND objoid >= 16384"),
            Is.EqualTo(new[] { "check of the part", @"child's \ check", "key of the part", "trigger of the part" }));
    }
}
