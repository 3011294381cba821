using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Schemas of which tables are picked, by patterns and by names that dots are part of.</summary>
public sealed class PickedSchemaTests
{
    private const string Schema =
        """
        CREATE ROLE elsewhere; CREATE SCHEMA a; CREATE SCHEMA b AUTHORIZATION elsewhere; CREATE SCHEMA my AUTHORIZATION elsewhere; CREATE SCHEMA "my.sch";
        CREATE TABLE a.t (i int); CREATE TABLE b.other (i int); CREATE TABLE my.other (i int); CREATE TABLE "my.sch".t (i int);
        CREATE OPERATOR FAMILY a.fam USING btree; CREATE OPERATOR CLASS a.cl FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
        CREATE OPERATOR CLASS a.cl2 FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int);
        CREATE CONVERSION a.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; CREATE TEXT SEARCH PARSER a.prs (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
        CREATE TEXT SEARCH TEMPLATE a.tmpl (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        """;

    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE schemas");
        await Sql.RunAsync(servers.Source, "schemas", Schema);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [TestCase("wild", "*.t", "a my.sch")]
    [TestCase("dotted", "my.sch.t", "my.sch")]
    public async Task Only_those_that_hold_a_picked_table_come_along(string database, string pattern, string schemas)
    {
        var manifest = servers.WriteManifest(
            database, $"{{ from: source/schemas, to: target/{database}, verify: checksums, include: {{ tables: [\"{pattern}\"] }} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(plan.Output, Does.Match("schema b,.* schema my\\b.*stays behind but for what picked tables need"), plan.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(
                servers.Target, database, "SELECT string_agg(nspname, ' ' ORDER BY nspname) FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'"),
            Is.EqualTo(schemas));
        Assert.That(await Sql.ScalarAsync<long>(servers.Target, "postgres", "SELECT count(*) FROM pg_roles WHERE rolname = 'elsewhere'"), Is.Zero);
    }

    [Test]
    public async Task What_else_stays_behind_of_one_is_named_kind_by_kind()
    {
        var manifest = servers.WriteManifest("kinds", "{ from: source/schemas, to: target/kinds, include: { tables: [a.t] } }");

        using var plan = await servers.RunAsync("plan", manifest);

        foreach (var objects in new[]
        {
            "2 operator classes, cl among them", "3 operator families, cl among them", "conversion conv", "text search parser prs", "text search template tmpl",
        })
        {
            Assert.That(plan.Output, Does.Contain($"{objects} of schema a"), plan.ToString());
        }
    }
}
