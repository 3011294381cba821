using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Two sources with roles of one name, which become one role of one target.</summary>
[NonParallelizable]
public sealed class SharedRoleTests
{
    private const string Role = "shared_app";

    private OwnServers servers = null!;

    [SetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync("fsync = off");
        await CreateAsync(servers.Source, "shared_one", "LOGIN PASSWORD 'of-one' CONNECTION LIMIT 7");
        await CreateAsync(TestServers.Source, "shared_two", "LOGIN SUPERUSER REPLICATION BYPASSRLS CREATEDB PASSWORD 'of-two' CONNECTION LIMIT 3");
    }

    [TearDown]
    public async Task StopAsync()
    {
        await Sql.DropDatabaseAsync(TestServers.Source, "shared_two");
        await Sql.RunAsync(TestServers.Source, "postgres", $"DROP ROLE IF EXISTS {Role}");
        await servers.DisposeAsync();
    }

    /// <summary>Each mapping alone, as if it had been the quicker one.</summary>
    [TestCase("target/shared_one")]
    [TestCase("target/shared_two")]
    public async Task Whichever_is_quicker_the_role_has_only_the_power_that_both_give_it_and_the_plan_says_so(string quicker)
    {
        var manifest = WriteManifest();

        await Sql.RunAsync(
            TestServers.Source,
            "shared_two",
            $"CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER guard ON ddl_command_end EXECUTE FUNCTION guard(); ALTER EVENT TRIGGER guard OWNER TO {Role}");
        using var plan = await RunAsync("plan", manifest);
        await Sql.RunAsync(TestServers.Source, "shared_two", "DROP EVENT TRIGGER guard; DROP FUNCTION guard");
        using var apply = await RunAsync("apply", manifest, "--auto-approve", "--target", quicker);

        Assert.That(
            plan.Error,
            Does.Contain($"warning[MP4150]: role `{Role}` on `target` comes from source and second, which differ")
                .And.Contain("SUPERUSER is only had on second, so it is not given")
                .And.Contain("event trigger guard of second/shared_two belongs to it, which takes a SUPERUSER"),
            plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                "postgres",
                $"SELECT rolsuper::text || rolreplication || rolbypassrls || rolcreatedb || rolcanlogin || rolconnlimit FROM pg_roles WHERE rolname = '{Role}'"),
            Is.EqualTo("falsefalsefalsefalsetrue7"));
        Assert.That(await PasswordAsync(servers.Target), Is.EqualTo(await PasswordAsync(servers.Source)).And.Not.EqualTo("none"));
    }

    private static async Task CreateAsync(LocalCluster server, string database, string attributes)
    {
        await Sql.RunAsync(server, "postgres", $"CREATE ROLE {Role} {attributes}");
        await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {database} OWNER {Role}");
    }

    private static Task<string> PasswordAsync(LocalCluster server) =>
        Sql.ScalarAsync<string>(server, "postgres", $"SELECT COALESCE(rolpassword, 'none') FROM pg_authid WHERE rolname = '{Role}'");

    private string WriteManifest()
    {
        var file = servers.WriteManifest(
            "shared-roles",
            "{ from: source/shared_one, to: target/shared_one, roles: { passwords: copy } }",
            "{ from: second/shared_two, to: target/shared_two, roles: { passwords: copy } }");
        var second = string.Create(
            CultureInfo.InvariantCulture,
            $"  second: {{ postgres: {{ host: 127.0.0.1, port: {TestServers.Source.Port} }}, credentials: {{ username: {LocalCluster.Superuser}, password: {{ env: SECOND_PASSWORD }} }} }}\ntargets:");
        File.WriteAllText(file, File.ReadAllText(file).Replace("targets:", second, StringComparison.Ordinal));
        return file;
    }

    private async Task<MigplanProcess> RunAsync(string verb, string manifest, params string[] options)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["SOURCE_PASSWORD"] = servers.Source.Password,
            ["SECOND_PASSWORD"] = TestServers.Source.Password,
            ["TARGET_PASSWORD"] = servers.Target.Password,
        };
        return await MigplanProcess.RunAsync([verb, manifest, .. options], environment);
    }
}
