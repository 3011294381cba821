using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>An extension can stay behind where nothing that is carried over needs it.</summary>
public sealed class SkippedExtensionTests
{
    [Test]
    public async Task What_needs_it_is_an_error_of_the_plan_as_far_as_it_is_picked()
    {
        await using var servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE skipping");
        await Sql.RunAsync(servers.Source, "skipping", """
            CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; CREATE SCHEMA app; CREATE SCHEMA plain; CREATE TABLE plain.t (id int);
            CREATE TABLE app.t (id int, h ext.hstore); CREATE TABLE app.list (l ext.hstore[]); CREATE FUNCTION app.f(ext.hstore) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE app.d (t text CHECK ((t::ext.hstore) IS NOT NULL));
            """);
        string Manifest(string name, string more) =>
            servers.WriteManifest(name, $"{{ from: source/skipping, to: target/{name}, extensions: {{ skip: [hstore] }}{more} }}");

        using var whole = await servers.RunAsync("plan", Manifest("whole", ""));
        using var part = await servers.RunAsync("apply", Manifest("part", ", include: { schemas: [plain] }"), "--auto-approve");

        Assert.That(whole.ExitCode, Is.Not.Zero, whole.ToString());
        Assert.That(whole.Error, Does.Contain("MP4101").And.Contain("function app.f(ext.hstore), table app.d, table app.list, table app.t"), whole.ToString());
        Assert.That(part.ExitCode, Is.Zero, part.ToString());
    }
}
