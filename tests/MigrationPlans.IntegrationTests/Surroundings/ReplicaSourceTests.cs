using System.Diagnostics;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>A source that is a replica, and a target that may be its primary: dropped there, a database is gone on both.</summary>
public sealed class ReplicaSourceTests
{
    [Test]
    public async Task A_database_is_not_replaced_from_its_own_replica()
    {
        await using var servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE surr_replicated");
        await Sql.RunAsync(servers.Source, "surr_replicated", "CREATE TABLE kept AS SELECT i FROM generate_series(1, 3) i");
        await MakeCopyAsync(servers);
        var manifest = servers.WriteManifest("replica", "{ from: source/surr_replicated, to: target/surr_replicated, onExisting: replace }");
        var saved = Path.Combine(Path.GetDirectoryName(manifest)!, "saved.json");
        Assert.That((await servers.RunAsync("plan", manifest, "--out", saved)).ExitCode, Is.Zero, "a copy of a server is another one");

        await MakeReplicaAsync(servers.Source);
        AssertRefused(await servers.RunAsync("plan", manifest));
        AssertRefused(await servers.RunAsync("apply", saved, "--auto-approve"));
        Assert.That(await Sql.ScalarAsync<long>(servers.Target, "surr_replicated", "SELECT count(*) FROM kept"), Is.EqualTo(3));
    }

    /// <summary>From 15 on, a sequence of an unlogged table is unlogged too.</summary>
    [Test]
    public async Task What_no_replica_can_say_of_an_unlogged_table_keeps_none_from_being_copied_without_its_rows()
    {
        await using var servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE surr_unlogged");
        await Sql.RunAsync(
            servers.Source,
            "surr_unlogged",
            "CREATE UNLOGGED TABLE scratch (id serial); INSERT INTO scratch DEFAULT VALUES; CREATE TABLE kept (id serial); INSERT INTO kept DEFAULT VALUES; CHECKPOINT");
        await MakeReplicaAsync(servers.Source);
        var manifest = servers.WriteManifest("unlogged", "{ from: source/surr_unlogged, to: target/surr_unlogged, exclude: { tableData: [public.scratch] } }");

        using var plan = await servers.RunAsync("plan", manifest);
        using var apply = await servers.RunAsync("apply", manifest, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            await Sql.ScalarAsync<string>(servers.Target, "surr_unlogged", "SELECT concat_ws(' ', nextval('scratch_id_seq'), nextval('kept_id_seq'))"),
            Is.EqualTo("1 2"));
        if (servers.Source.MajorVersion >= 15)
        {
            Assert.That(plan.ToString(), Does.Contain("public.scratch_id_seq").And.Contain("begins anew"));
            Assert.That(apply.ToString(), Does.Contain("a read replica can't read an unlogged sequence"));
        }
    }

    private static void AssertRefused(MigplanProcess migplan)
    {
        Assert.That(migplan.ExitCode, Is.Not.Zero);
        Assert.That(migplan.Output + migplan.Error, Does.Contain("MP4020"));
    }

    /// <summary>As a restored snapshot is one.</summary>
    private static async Task MakeCopyAsync(OwnServers servers)
    {
        await servers.Source.StopAsync("fast", CancellationToken.None);
        await servers.Target.StopAsync("fast", CancellationToken.None);
        Directory.Delete(servers.Target.DataDirectory, recursive: true);
        using var copying = Process.Start("cp", ["-a", servers.Source.DataDirectory, servers.Target.DataDirectory]);
        await copying.WaitForExitAsync();

        // The password is the source's now.
        await File.WriteAllTextAsync(Path.Combine(servers.Target.DataDirectory, "pg_hba.conf"), "host all all 127.0.0.1/32 trust\n");
        await servers.Source.StartAsync(CancellationToken.None);
        await servers.Target.StartAsync(CancellationToken.None);
    }

    private static async Task MakeReplicaAsync(LocalCluster server)
    {
        await server.StopAsync("fast", CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(server.DataDirectory, "standby.signal"), "");
        await server.StartAsync(CancellationToken.None);
    }
}
