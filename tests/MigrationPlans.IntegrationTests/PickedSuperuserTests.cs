using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A source whose first superuser, of whom the server records nothing, has another name than the target's.</summary>
[NonParallelizable]
public sealed class PickedSuperuserTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync("fsync = off");
        await Sql.RunAsync(servers.Source, "postgres", $"""
            CREATE ROLE app; CREATE ROLE ext_owner; CREATE ROLE ext_user; CREATE ROLE acting; CREATE ROLE helper SUPERUSER; GRANT app TO acting;
            SET SESSION AUTHORIZATION helper; ALTER ROLE migplan RENAME TO founder; CREATE ROLE migplan LOGIN SUPERUSER PASSWORD '{servers.Source.Password}'
            """);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [TestCase("granted", "GRANT SELECT ON billing.invoice TO founder", "app founder")]
    [TestCase("grantedcolumn", "GRANT SELECT (n) ON billing.invoice TO founder", "app founder")]
    [TestCase("policy", "CREATE POLICY p ON billing.invoice TO founder USING (true)", "app founder")]
    [TestCase(
        "pulled",
        "CREATE FUNCTION util.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION util.f() OWNER TO founder; ALTER TABLE billing.invoice ALTER n SET DEFAULT util.f()",
        "app founder")]
    [TestCase("sequence", "CREATE SEQUENCE billing.s; ALTER SEQUENCE billing.s OWNER TO founder", "app founder")]
    [TestCase("defaults", "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA billing GRANT SELECT ON TABLES TO founder", "app founder")]
    [TestCase("elsewhere", "CREATE TABLE util.t (); ALTER TABLE util.t OWNER TO founder; GRANT SELECT ON util.t TO ext_user", "app")]
    [TestCase(
        "extension",
        "CREATE SCHEMA ext AUTHORIZATION ext_owner; GRANT USAGE ON SCHEMA ext TO ext_user; CREATE EXTENSION hstore SCHEMA ext",
        "app ext_owner ext_user")]
    [TestCase("setting", "ALTER DATABASE setting SET role = 'acting'", "acting app")]
    public async Task What_names_a_role_under_a_pick_brings_it(string database, string statements, string roles)
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database} OWNER app");
        await Sql.RunAsync(
            servers.Source,
            database,
            $"CREATE SCHEMA billing AUTHORIZATION app; CREATE SCHEMA util AUTHORIZATION app; CREATE TABLE billing.invoice (n int); ALTER TABLE billing.invoice OWNER TO app; {statements}");
        var manifest = servers.WriteManifest(database, $"{{ from: source/{database}, to: target/{database}, include: {{ schemas: [billing] }} }}");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        var created = await Sql.ScalarAsync<string>(
            servers.Target, "postgres", "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE oid >= 16384");
        await Sql.DropDatabaseAsync(servers.Target, database);
        await Sql.RunAsync(servers.Target, "postgres", "DROP ROLE IF EXISTS founder, app, ext_owner, ext_user, acting");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(created, Is.EqualTo(roles));
    }
}
