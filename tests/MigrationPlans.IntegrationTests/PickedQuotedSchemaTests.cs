using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Schemas whose names need quotes are picked and left by the names that they have.</summary>
public sealed class PickedQuotedSchemaTests
{
    private const string Schema =
        """
        CREATE ROLE fun_owner; CREATE ROLE agg_owner; CREATE ROLE seq_user; CREATE ROLE schema_user; CREATE SCHEMA "My.S"; CREATE SCHEMA "😀 ""x"; CREATE SCHEMA a;
        CREATE FUNCTION "My.S".g(i int) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION "My.S".g OWNER TO fun_owner; CREATE AGGREGATE "My.S".agg(int) (SFUNC = int4larger, STYPE = int); ALTER AGGREGATE "My.S".agg(int) OWNER TO agg_owner;
        CREATE SEQUENCE "My.S".s; GRANT USAGE ON SEQUENCE "My.S".s TO seq_user; GRANT USAGE ON SCHEMA "My.S" TO schema_user; CREATE TABLE "My.S".x (i int); CREATE TYPE a.ty AS (x int, y int); CREATE FUNCTION "My.S".f(a.ty) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION "😀 ""x".f(a.ty, a.ty) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR "😀 ""x".@#@ (LEFTARG = a.ty, RIGHTARG = a.ty, FUNCTION = "😀 ""x".f); COMMENT ON FUNCTION "😀 ""x".f IS 'of it'; CREATE TABLE a.x (i int);
        CREATE EXTENSION hstore SCHEMA public; CREATE FUNCTION a.h(public.hstore) RETURNS int LANGUAGE sql AS 'SELECT 1';
        """;

    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE quoted");
        await Sql.RunAsync(servers.Source, "quoted", Schema);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [Test]
    public async Task One_that_is_picked_brings_its_roles_and_is_compared()
    {
        var manifest = servers.WriteManifest("one", "{ from: source/quoted, to: target/one, verify: checksums, include: { schemas: [My.S] } }");
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target, "postgres", "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE oid >= 16384 AND rolname <> 'migplan'"),
            Is.EqualTo("agg_owner fun_owner schema_user seq_user"));
        await Sql.RunAsync(servers.Target, "one", "DROP FUNCTION \"My.S\".f; DROP FUNCTION \"My.S\".g");
        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("function My.S.f(a.ty)").And.Contain("function My.S.g(integer)"), verify.ToString());
    }

    [Test]
    public async Task One_that_is_left_is_not_missed()
    {
        var manifest = servers.WriteManifest("other", "{ from: source/quoted, to: target/other, verify: checksums, exclude: { schemas: ['😀*'] } }");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(plan.Output, Does.Contain("schema 😀 \"x: stays behind").And.Not.Contain("needs what is not picked"), plan.ToString());
    }

    [Test]
    public async Task What_needs_a_skipped_extension_is_named_by_the_plan()
    {
        var manifest = servers.WriteManifest(
            "skipped", "{ from: source/quoted, to: target/skipped, extensions: { skip: [hstore] }, include: { schemas: ['My.S', '😀*'] } }");
        await Sql.RunAsync(servers.Source, "quoted", "CREATE FUNCTION \"My.S\".h(public.hstore) RETURNS int LANGUAGE sql AS 'SELECT 1'");

        using var plan = await servers.RunAsync("plan", manifest);
        await Sql.RunAsync(servers.Source, "quoted", "DROP FUNCTION \"My.S\".h");

        Assert.That(plan.Error, Does.Contain("MP4101").And.Contain("\"My.S\".h(public.hstore)"), plan.ToString());
    }
}
