using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Publications of which a pick takes a part of what they publish, or nothing: the plan says so.</summary>
public sealed class PickedPublicationTests
{
    private const string Schema =
        """
        CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (id int PRIMARY KEY); CREATE TABLE b.t (id int PRIMARY KEY);
        CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION other FOR TABLE b.t; CREATE PUBLICATION pair FOR TABLE a.t, b.t; CREATE PUBLICATION ours FOR TABLE a.t;
        """;

    private const string WithSchemas = "CREATE PUBLICATION schemas FOR TABLES IN SCHEMA a, b; CREATE PUBLICATION far FOR TABLES IN SCHEMA b;";

    [TestCase("include: { schemas: [a] }", "ours pair", true)]
    [TestCase("exclude: { schemas: [b] }", "everything other ours pair", false)]
    public async Task What_stays_behind_of_them_is_named(string pick, string arrive, bool isIncluding)
    {
        await using var servers = await OwnServers.StartAsync("wal_level = logical");
        var hasSchemas = servers.Source.MajorVersion >= 15;
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE published");
        await Sql.RunAsync(servers.Source, "published", Schema + (hasSchemas ? WithSchemas : ""));
        var manifest = servers.WriteManifest("published", $"{{ from: source/published, to: target/published, verify: checksums, publications: copy, {pick} }}");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(
            plan.Output,
            Does.Contain("table b.t of publication pair").And.Contain("is not picked; the publication comes without it").And.Not.Contain("publication ours"),
            plan.ToString());
        Assert.That(plan.Output, isIncluding
            ? Does.Contain("publication everything: publishes all tables, and `include` takes some")
                .And.Contain("publication other: nothing that it publishes is picked")
            : Does.Contain("table b.t of publication other").And.Not.Contain("publication everything"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        var expected = arrive.Split(' ').Concat(hasSchemas ? isIncluding ? ["schemas"] : ["far", "schemas"] : []).Order(StringComparer.Ordinal);
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, "published", "SELECT string_agg(pubname, ' ' ORDER BY pubname COLLATE \"C\") FROM pg_publication"),
            Is.EqualTo(string.Join(' ', expected)));
        Assert.That(await Sql.ScalarAsync<bool>(servers.Target, "published", "SELECT to_regnamespace('b') IS NULL"), Is.True);
        if (hasSchemas)
        {
            Assert.That(plan.Output, Does.Contain("schema b of publication schemas"));
        }
    }
}
