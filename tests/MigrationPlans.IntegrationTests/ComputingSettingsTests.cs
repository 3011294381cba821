using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// What is computed on the target comes out as in an ordinary session of the source, whose settings may be the database's or the server's: checks hold,
/// generated columns, indexes on expressions and materialized views have the same values.
/// </summary>
public sealed class ComputingSettingsTests
{
    /// <summary>Half past eleven in the evening in New York is the next day in UTC; the third of April where days come first.</summary>
    private const string Tables = """
        CREATE FUNCTION local_day(timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS 'SELECT $1::date';
        CREATE TABLE booking (id int PRIMARY KEY, at timestamptz, day date CHECK (at::date = day), generated date GENERATED ALWAYS AS (local_day(at)) STORED, label text, cost interval);
        INSERT INTO booking (id, at, day, label, cost) VALUES
          (1, '2024-05-01 23:30:00 America/New_York', '2024-05-01', '03/04/2020', '-1 day -2:03:04'), (2, '2024-05-02 12:00 America/New_York', '2024-05-02', '05/06/2021', '1 year -2 days 3:00');
        CREATE INDEX booking_day ON booking (local_day(at));
        CREATE MATERIALIZED VIEW stale AS SELECT label::date AS day, ARRAY[label::date] AS days FROM booking;
        INSERT INTO booking (id, at, day, label, cost) VALUES (3, '2024-05-03 12:00 America/New_York', '2024-05-03', '07/08/2022', '3 days');
        CREATE MATERIALIZED VIEW dated AS SELECT id, label::date AS day, ARRAY[label::date] AS days, cost::text AS cost FROM booking;
        CREATE MATERIALIZED VIEW daily AS SELECT at::date AS day, count(*) FROM booking GROUP BY 1;
        CREATE MATERIALIZED VIEW words AS SELECT to_tsvector('Häuser und Bücher') AS of_text;
        """;

    private const string Values = """
        SET datestyle = 'ISO, MDY'; SET intervalstyle = postgres; SET timezone = 'UTC'; SET enable_seqscan = off;
        SELECT format('%s|%s|%s|%s|%s', (SELECT string_agg(b::text, ',' ORDER BY id) FROM booking b), (SELECT string_agg(d::text, ',' ORDER BY id) FROM dated d),
          (SELECT string_agg(d::text, ',' ORDER BY day) FROM daily d), (SELECT of_text FROM words), (SELECT count(*) FROM booking WHERE local_day(at) = '2024-05-01'))
        """;

    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => servers = await OwnServers.StartAsync(
        ["timezone = 'America/New_York'", "datestyle = 'SQL, DMY'", "intervalstyle = 'sql_standard'", "default_text_search_config = 'german'"],
        ["timezone = 'Asia/Tokyo'", "datestyle = 'German, DMY'"]);

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [Test]
    public Task The_servers_settings_hold([Values("stream", "archive")] string strategy) => CarryAsync($"server_{strategy}", strategy, []);

    [Test]
    public Task The_databases_settings_hold([Values("stream", "archive")] string strategy) => CarryAsync(
        $"database_{strategy}",
        strategy,
        ["timezone TO 'America/Los_Angeles'", "datestyle TO 'Postgres, DMY'", "intervalstyle TO 'iso_8601'", "default_text_search_config TO 'simple'"]);

    private async Task CarryAsync(string database, string strategy, string[] settings)
    {
        await Sql.RunAsync(servers.Source, "postgres", $"CREATE DATABASE {database}");
        foreach (var setting in settings)
        {
            await Sql.RunAsync(servers.Source, "postgres", $"ALTER DATABASE {database} SET {setting}");
        }

        // The login's own are nobody else's.
        await Sql.RunAsync(
            servers.Source,
            "postgres",
            $"ALTER ROLE {Login} {(settings.Length == 0 ? "RESET timezone" : "SET timezone TO 'Pacific/Auckland'")}");
        await Sql.RunAsync(
            servers.Source,
            database,
            settings.Length == 0
                ? Tables
                : $"SET timezone = 'America/Los_Angeles'; {Tables.Replace("America/New_York", "America/Los_Angeles", StringComparison.Ordinal)}");
        var manifest = servers.WriteManifest(
            database.Replace('_', '-'),
            $"{{ from: source/{database}, to: target/{database}, strategy: {strategy}, verify: checksums }}");

        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        using var verify = await servers.RunAsync("verify", manifest);
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(verify.Output, Does.Not.Contain("left out"));
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, database, Values),
            Is.EqualTo(await Sql.ScalarAsync<string>(servers.Source, database, Values)));
    }

    private static string Login => MigrationPlans.PostgreSql.Clusters.LocalCluster.Superuser;
}
