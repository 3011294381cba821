using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

public sealed class SchemaRestoreTests
{
    private static readonly string[] Roles = ["schema_owner", "role \"with; quotes"];

    [Test]
    public async Task A_schema_of_all_kinds_and_hostile_names_arrives_unchanged()
    {
        await SchemaText.PrepareAsync("schema_rich", Roles);
        await SchemaFiles.LoadAsync("rich-schema.sql", "schema_rich");
        await using var migration = new SchemaMigration("schema_rich");

        await migration.RunAsync();

        // It sleeps until a run has ended, which is a later step.
        await Sql.RunAsync(TestServers.Target, "schema_rich", "ALTER EVENT TRIGGER watch ENABLE");
        var target = await SchemaText.OfAsync(TestServers.Target, "schema_rich");
        Assert.That(target, Is.EqualTo(await SchemaText.OfAsync(TestServers.Source, "schema_rich")));
    }
}
