using MigrationPlans.IntegrationTests.Corpus;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Settings that name a role: <c>ALTER DATABASE/ROLE … SET role</c>, and that of a function.</summary>
[NonParallelizable]
public sealed class SetRoleTests
{
    private const string SettingsQuery =
        """
        SELECT string_agg(format('%s/%s: %s', COALESCE(d.datname, '-'), COALESCE(r.rolname, '-'), s.setconfig), ', ' ORDER BY 1)
          FROM pg_db_role_setting s LEFT JOIN pg_database d ON d.oid = s.setdatabase LEFT JOIN pg_roles r ON r.oid = s.setrole
        """;

    private OwnServers servers = null!;

    [SetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync("fsync = off");

    [TearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    /// <summary>That one may not do anything.</summary>
    [TestCase("stream")]
    [TestCase("archive")]
    public async Task Our_sessions_act_as_their_login_where_the_databases_act_as_another(string strategy)
    {
        foreach (var server in new[] { servers.Source, servers.Target })
        {
            await Sql.RunAsync(server, "postgres", "CREATE ROLE powerless");
            await Sql.RunAsync(server, "postgres", "CREATE DATABASE acting");
            await Sql.RunAsync(server, "postgres", "ALTER DATABASE acting SET role = 'powerless'");
            await Sql.RunAsync(server, "postgres", "ALTER ROLE migplan SET role = 'powerless'");
        }

        await Sql.RunAsync(
            servers.Source,
            "acting",
            "SET ROLE none; CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1), (2); SELECT lo_from_bytea(0, 'large')");
        var manifest = servers.WriteManifest(
            "acting", $"{{ from: source/acting, to: target/acting, verify: checksums, fence: read-only, strategy: {strategy} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        using var verify = await servers.RunAsync("verify", manifest);

        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(await Sql.ScalarAsync<string>(servers.Target, "acting", "SELECT current_user::text"), Is.EqualTo("powerless"));
    }

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task Roles_in_settings_get_their_names_on_the_target_and_are_created(string strategy)
    {
        await Sql.RunAsync(servers.Source, "postgres", """
            CREATE ROLE old_owner; CREATE ROLE "odd '\ role"; CREATE ROLE helper; CREATE ROLE old_app IN ROLE old_owner; ALTER ROLE old_app SET role = 'old_owner'; ALTER ROLE old_app SET work_mem = '8MB';
            """);
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE settings OWNER old_owner");
        await Sql.RunAsync(servers.Source, "settings", CorpusText.Of(servers.Source.MajorVersion, """
            ALTER DATABASE settings SET role = 'old_owner'; ALTER ROLE old_app IN DATABASE settings SET role = 'old_owner';
            SET ROLE none; CREATE TABLE t (role text); GRANT SELECT ON t TO old_app;
            CREATE FUNCTION f() RETURNS text LANGUAGE sql SET role = 'old_owner' AS ' SELECT ''
             SET role TO ''''old_owner''''
            '' ';
            CREATE PROCEDURE p() LANGUAGE sql SET role = 'odd ''\ role' SET work_mem = '1MB' AS 'UPDATE t SET role = ''old_owner''';
            CREATE FUNCTION g() RETURNS text LANGUAGE sql SET role = 'helper' /*from 14*/ RETURN 'x' /*end*/ /*below 14*/ AS 'SELECT ''x''::text' /*end*/;
            """));
        const string Map = "roles: { map: { old_owner: new_owner, \"odd '\\\\ role\": \"new '\\\\ role\", old_app: new_app } }";
        var manifest = servers.WriteManifest("settings", $"{{ from: source/settings, to: target/settings, strategy: {strategy}, {Map} }}");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        using var verify = await servers.RunAsync("verify", manifest);

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, "postgres", SettingsQuery),
            Is.EqualTo("-/new_app: {role=new_owner,work_mem=8MB}, settings/-: {role=new_owner}, settings/new_app: {role=new_owner}"));
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                "settings",
                "SELECT string_agg(proname || ' ' || proconfig[1], ', ' ORDER BY 1) FROM pg_proc WHERE oid >= 16384"),
            Is.EqualTo("f role=new_owner, g role=helper, p role=new '\\ role"));
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, "settings", "SELECT prosrc FROM pg_proc WHERE proname = 'f'"),
            Does.Contain("SET role TO ''old_owner''"),
            "a text");
        Assert.That(await Sql.ScalarAsync<bool>(servers.Target, "settings", "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'helper')"), Is.True);

        await Sql.RunAsync(servers.Target, "settings", "SET ROLE none; ALTER FUNCTION g() SET role = 'new_owner'");
        using var changed = await servers.RunAsync("verify", manifest);
        Assert.That(changed.ExitCode, Is.EqualTo(8), changed.ToString());
        Assert.That(changed.Output, Does.Contain("function setting public.g() role to helper"));
    }
}
