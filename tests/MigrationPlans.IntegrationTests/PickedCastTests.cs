using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Casts of types that come along come too: whatever is picked may use them, and PostgreSQL does not always write down that it does.</summary>
public sealed class PickedCastTests
{
    private const string Schema =
        """
        CREATE SCHEMA types; CREATE SCHEMA app; CREATE SCHEMA other; CREATE TYPE types.mood AS ENUM ('a', 'b'); CREATE TYPE types.far AS ENUM ('a', 'b'); CREATE TYPE types.rng AS RANGE (subtype = int);
        CREATE FUNCTION types.m2i(types.mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE CAST (types.mood AS int) WITH FUNCTION types.m2i(types.mood); CREATE CAST (types.far AS int) WITH INOUT;
        CREATE TYPE types.a AS (n int); CREATE TYPE types.b AS (n int); CREATE FUNCTION types.a2b(types.a) RETURNS types.b LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1.n)::types.b'; CREATE CAST (types.a AS types.b) WITH FUNCTION types.a2b(types.a) AS ASSIGNMENT;
        CREATE CAST (text AS types.mood) WITH INOUT AS ASSIGNMENT;
        CREATE TABLE app.t (id int PRIMARY KEY, m types.mood, chk int GENERATED ALWAYS AS (m::int) STORED, d types.mood DEFAULT 'b'::text, r types.rng); INSERT INTO app.t VALUES (1, 'a');
        CREATE VIEW app.v AS SELECT m::int AS n, 'a'::text::types.mood AS m FROM app.t; CREATE TABLE app.c (v types.a);
        """;

    [TestCase("stream")]
    [TestCase("archive")]
    public async Task They_are_there_for_columns_defaults_and_views(string strategy)
    {
        await using var servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE casts");
        await Sql.RunAsync(servers.Source, "casts", Schema);
        var manifest = servers.WriteManifest(
            "casts",
            $"{{ from: source/casts, to: target/casts, verify: checksums, strategy: {strategy}, include: {{ schemas: [app] }} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            plan.Output,
            Does.Contain("cast (types.far AS integer): comes with its types or its function, and none of them comes along")
                .And.Not.Contain("cast (types.mood")
                .And.Not.Contain("multirange"),
            plan.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target,
                "casts",
                "SELECT string_agg(castsource::regtype || ' ' || casttarget::regtype, ', ' ORDER BY castsource::regtype::text) FROM pg_cast WHERE oid >= 16384 AND casttarget::regtype::text <> 'types.rng_multirange'"),
            Is.EqualTo("text types.mood, types.a types.b, types.mood integer"));
    }
}
