using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A pick brings the roles that what is picked can't be without, and no others of the database.</summary>
[NonParallelizable]
public sealed class PickedRoleTests
{
    private const string Roles =
        """
        CREATE ROLE billing_owner; CREATE ROLE billing_reader; CREATE ROLE billing_giver; CREATE ROLE billing_column; CREATE ROLE billing_policy; CREATE ROLE billing_future; CREATE ROLE billing_as;
        CREATE ROLE billing_sequence; CREATE ROLE billing_team; CREATE ROLE util_owner; CREATE ROLE util_caller; CREATE ROLE db_owner; GRANT billing_team TO billing_reader;
        CREATE ROLE shop_owner SUPERUSER; CREATE ROLE shop_reader; CREATE ROLE shop_future; CREATE ROLE lo_owner; CREATE ROLE stranger; CREATE ROLE billing_set;
        """;

    private const string Objects =
        """
        CREATE SCHEMA billing AUTHORIZATION billing_owner; CREATE SCHEMA shop AUTHORIZATION shop_owner; CREATE SCHEMA util AUTHORIZATION util_owner;
        CREATE FUNCTION util.stamp() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION util.stamp() OWNER TO util_owner; GRANT EXECUTE ON FUNCTION util.stamp() TO util_caller; GRANT USAGE ON SCHEMA util TO billing_owner;
        CREATE TABLE billing.invoice (id serial PRIMARY KEY, n int DEFAULT util.stamp()); ALTER TABLE billing.invoice OWNER TO billing_owner; INSERT INTO billing.invoice DEFAULT VALUES;
        GRANT USAGE ON SCHEMA billing TO billing_giver; GRANT SELECT ON billing.invoice TO billing_giver WITH GRANT OPTION; SET ROLE billing_giver; GRANT SELECT ON billing.invoice TO billing_reader; RESET ROLE;
        GRANT SELECT (n) ON billing.invoice TO billing_column; CREATE POLICY p ON billing.invoice TO billing_policy USING (true); GRANT USAGE ON SEQUENCE billing.invoice_id_seq TO billing_sequence;
        ALTER DEFAULT PRIVILEGES FOR ROLE billing_owner IN SCHEMA billing GRANT SELECT ON TABLES TO billing_future; CREATE FUNCTION billing.f() RETURNS int LANGUAGE sql SET role = 'billing_as' AS 'SELECT 1';
        CREATE TABLE shop.item (id int); ALTER TABLE shop.item OWNER TO shop_owner; GRANT SELECT ON shop.item TO shop_reader; ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner IN SCHEMA shop GRANT SELECT ON TABLES TO shop_future;
        GRANT CONNECT ON DATABASE picked_roles TO stranger; ALTER ROLE billing_owner IN DATABASE picked_roles SET role = 'billing_set'; ALTER ROLE stranger IN DATABASE picked_roles SET role = 'shop_future'; SELECT lo_create(4711); ALTER LARGE OBJECT 4711 OWNER TO lo_owner;
        """;

    private OwnServers servers = null!;

    [SetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync("fsync = off");
        await Sql.RunAsync(servers.Source, "postgres", Roles);
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE picked_roles OWNER db_owner");
        await Sql.RunAsync(servers.Source, "picked_roles", Objects);
    }

    [TearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [TestCase("stream", "include: { schemas: [billing] }")]
    [TestCase("archive", "include: { schemas: [billing] }")]
    public async Task Of_what_is_picked_all_are_created_and_of_the_rest_none(string strategy, string pick)
    {
        var manifest = servers.WriteManifest("picked-roles", $"{{ from: source/picked_roles, to: target/picked_roles, strategy: {strategy}, {pick} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                "postgres",
                "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE oid >= 16384 AND rolname <> 'migplan'"),
            Is.EqualTo("billing_as billing_column billing_future billing_giver billing_owner billing_policy billing_reader billing_sequence billing_set billing_team db_owner util_caller util_owner"));
        Assert.That(
            plan.Output,
            Does.Contain("role lo_owner, role shop_future, role shop_owner, role shop_reader, role stranger: has nothing in what is picked"),
            plan.ToString());
    }

    [Test]
    public async Task A_table_alone_brings_those_of_the_table_and_leaving_a_schema_out_leaves_out_its_own()
    {
        var manifest = servers.WriteManifest(
            "picked-table",
            "{ from: source/picked_roles, to: target/table, include: { tables: [shop.item] } }",
            "{ from: source/picked_roles, to: target/rest, exclude: { schemas: [shop, billing] } }");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                "postgres",
                "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE oid >= 16384 AND rolname <> 'migplan'"),
            Is.EqualTo("billing_owner billing_set db_owner shop_owner shop_reader util_caller util_owner"), "billing_owner may use the schema util");
    }
}
