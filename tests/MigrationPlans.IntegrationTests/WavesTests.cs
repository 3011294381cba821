using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>One manifest, carried out in waves: what an earlier wave has finished is live by now.</summary>
[NonParallelizable]
public sealed class WavesTests
{
    private const string First = "wave_one";
    private const string Second = "wave_two";
    private const string Monolith = "waves_monolith";
    private const string Billing = "waves_billing";
    private const string Shipping = "waves_shipping";

    /// <summary>Wants a setting that the target lacks.</summary>
    private const string Hindrance =
        "SET waves.allowed = 'yes'; CREATE MATERIALIZED VIEW late AS SELECT pg_catalog.current_setting('waves.allowed') AS allowed";

    [Test]
    public async Task A_later_wave_and_its_rollback_leave_the_earlier_one_alone()
    {
        using var fixture = new ApplyFixture(First, Second);
        await fixture.FillAsync(100);
        await Sql.RunAsync(TestServers.Source, Second, Hindrance);
        Write(fixture, First);
        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.Zero, first.Output);
        await Sql.RunAsync(TestServers.Target, First, "INSERT INTO customer (name) VALUES ('live')");

        Write(fixture, First, Second);
        var second = await fixture.ApplyAsync();
        Assert.That(second.ExitCode, Is.EqualTo(7), second.Output);
        Assert.That(second.Output, Does.Contain("new/wave_two:refresh-views failed").And.Not.Contain("new/wave_one:create-database"));
        Assert.That(await IsLiveAsync(), Is.True);

        var rollback = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(await IsLiveAsync(), Is.True);
        Assert.That(await ExistsAsync(Second), Is.False);
        Assert.That(await IsReadOnlyAsync(First), Is.True);
        Assert.That(await IsReadOnlyAsync(Second), Is.False);

        await Sql.RunAsync(TestServers.Source, Second, "DROP MATERIALIZED VIEW late");
        var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.Zero, again.Output);
        Assert.That(await IsLiveAsync(), Is.True);

        Write(fixture, Second);
        var smaller = await fixture.ApplyAsync();
        Assert.That(smaller.ExitCode, Is.Zero, smaller.Output);
        Assert.That(smaller.Output, Does.Contain("nothing to do, all 1 database done already"));
        Write(fixture, First, Second);
        var astray = await fixture.ApplyAsync();
        Assert.That(astray.ExitCode, Is.EqualTo(1), astray.Output);
        Assert.That(astray.Output, Does.Contain("MP4019"));
        Assert.That(await IsLiveAsync(), Is.True);

        var all = await fixture.RunAsync("rollback", "manifest.yaml", "--earlier", "--auto-approve");
        Assert.That(all.ExitCode, Is.Zero, all.Output);
        Assert.That(await ExistsAsync(First) || await ExistsAsync(Second), Is.False);
        Assert.That(await IsReadOnlyAsync(First) || await IsReadOnlyAsync(Second), Is.False);
    }

    [Test]
    public async Task Where_an_endpoint_left_the_manifest_a_rollback_says_so_and_ends_once_it_is_back()
    {
        using var fixture = new ApplyFixture(First, Second);
        await fixture.FillAsync(100);
        Write(fixture, First);
        var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.Output);

        fixture.WriteFile("manifest.yaml", $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: apply-test }
            sources: { old: { postgres: { host: 127.0.0.1, port: {{TestServers.Source.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: APPLY_TEST_OLD } } } }
            targets: { other: { postgres: { host: 127.0.0.1, port: {{TestServers.Target.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: APPLY_TEST_NEW } } } }
            databases: [{ from: old/{{Second}}, to: other/{{Second}} }]
            """);
        var held = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(held.ExitCode, Is.EqualTo(1), held.Output);
        Assert.That(held.Output, Does.Contain("made for new/wave_one, which is not in this manifest"));
        Assert.That(held.Output, Does.Contain("MP9106").And.Contain("the manifest has no endpoint `new` any more; put it back"));
        Assert.That(await ExistsAsync(First), Is.True);

        Write(fixture, Second);
        var ended = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(ended.ExitCode, Is.Zero, ended.Output);
        Assert.That(ended.Output, Does.Contain("made for new/wave_one, which is not in this manifest"));
        Assert.That(await ExistsAsync(First), Is.False);
    }

    /// <summary>The source serves others too, so its owner lifted the fence after the first wave, and the second one sets it anew.</summary>
    [Test]
    public async Task A_fence_that_a_later_wave_sets_again_goes_with_its_rollback_and_one_that_it_finds_stays()
    {
        using var fixture = new ApplyFixture(Monolith);
        await fixture.CreateAsync(
            $"CREATE SCHEMA billing CREATE TABLE invoice (id int); CREATE SCHEMA shipping CREATE TABLE parcel (id int); SET search_path = shipping; {Hindrance}");
        await Sql.DropDatabaseAsync(TestServers.Target, Billing);
        await Sql.DropDatabaseAsync(TestServers.Target, Shipping);
        Pick(fixture, Billing);
        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.Zero, first.Output);

        Pick(fixture, Billing, Shipping);
        await FailAndRollBackAsync(fixture);
        Assert.That(await IsReadOnlyAsync(Monolith), Is.True, "it was found in its place");

        await Sql.RunAsync(TestServers.Source, "postgres", $"ALTER DATABASE {Monolith} RESET default_transaction_read_only");
        await FailAndRollBackAsync(fixture);
        Assert.That(await IsReadOnlyAsync(Monolith), Is.False);
    }

    [Test]
    public async Task A_later_wave_does_not_drop_a_finished_database_by_another_name_of_its_server()
    {
        using var fixture = new ApplyFixture(First, Second);
        await fixture.FillAsync(100);
        Write(fixture, First);
        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.Zero, first.Output);
        await Sql.RunAsync(TestServers.Target, First, "INSERT INTO customer (name) VALUES ('live')");

        fixture.MoreMappings = [$"{{ from: old/{Second}, to: alias/{First} }}"];
        Write(fixture, First);
        fixture.WriteFile("alias.yaml", $$"""
            targets:
              alias:
                postgres: { host: localhost, port: {{TestServers.Target.Port}} }
                credentials: { username: {{LocalCluster.Superuser}}, password: { env: APPLY_TEST_NEW } }
            """);
        var second = await fixture.RunAsync("apply", "manifest.yaml", "--overlay", "alias.yaml", "--auto-approve");
        Assert.That(second.ExitCode, Is.EqualTo(1), second.Output);
        Assert.That(second.Output, Does.Contain("MP4019").And.Contain($"finished before as `new/{First}`"));
        Assert.That(await IsLiveAsync(), Is.True);
    }

    [Test]
    public async Task A_later_wave_replaces_a_database_of_the_same_name_as_a_source_that_has_been_left_and_is_gone()
    {
        using var fixture = new ApplyFixture(First, Second);
        await fixture.FillAsync(100);
        await Sql.DropDatabaseAsync(TestServers.Target, Billing);
        fixture.Databases = [];
        fixture.MoreMappings = [$"{{ from: old/{First}, to: new/{Billing} }}"];
        fixture.WriteManifest("counts");
        var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.Zero, first.Output);

        await Sql.DropDatabaseAsync(TestServers.Source, First);
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {First}");
        await Sql.RunAsync(TestServers.Target, First, "CREATE TABLE in_the_way (i int)");
        fixture.MoreMappings = [.. fixture.MoreMappings, $"{{ from: old/{Second}, to: new/{First}, onExisting: replace }}"];
        fixture.WriteManifest("counts");
        var second = await fixture.RunAsync("apply", "manifest.yaml", "--target", $"new/{First}", "--auto-approve");
        Assert.That(second.ExitCode, Is.Zero, second.Output);
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, First, "SELECT count(*) FROM customer"), Is.EqualTo(10));
    }

    private static async Task FailAndRollBackAsync(ApplyFixture fixture)
    {
        var second = await fixture.ApplyAsync();
        Assert.That(second.ExitCode, Is.EqualTo(7), second.Output);
        Assert.That(await IsReadOnlyAsync(Monolith), Is.True);
        var rollback = await fixture.RunAsync("rollback", "manifest.yaml", "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.Output);
        Assert.That(await ExistsAsync(Shipping), Is.False);
        Assert.That(await ExistsAsync(Billing), Is.True);
    }

    private static void Pick(ApplyFixture fixture, params string[] parts)
    {
        fixture.Databases = [];
        fixture.MoreMappings = [.. parts.Select(part => $"{{ from: old/{Monolith}, to: new/{part}, include: {{ schemas: [{part["waves_".Length..]}] }} }}")];
        fixture.WriteManifest("counts", "fence: read-only");
    }

    private static void Write(ApplyFixture fixture, params string[] databases)
    {
        fixture.Databases = databases;
        fixture.WriteManifest("counts", "fence: read-only, onExisting: replace");
    }

    private static async Task<bool> IsLiveAsync() =>
        await Sql.ScalarAsync<long>(TestServers.Target, First, "SELECT count(*) FROM customer WHERE name = 'live'") == 1;

    private static async Task<bool> ExistsAsync(string database) =>
        await Sql.ScalarAsync<long>(TestServers.Target, "postgres", $"SELECT count(*) FROM pg_database WHERE datname = '{database}'") == 1;

    private static async Task<bool> IsReadOnlyAsync(string database) =>
        await Sql.ScalarAsync<string>(TestServers.Source, database, "SELECT current_setting('transaction_read_only')") == "on";
}
