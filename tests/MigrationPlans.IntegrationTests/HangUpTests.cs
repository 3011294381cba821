using System.Diagnostics;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>The terminal that a run was started from goes away, or the connection to it.</summary>
[NonParallelizable]
public sealed class HangUpTests
{
    private OwnServers servers = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        servers = await OwnServers.StartAsync();
        await Sql.RunAsync(servers.Source, "postgres", "CREATE DATABASE hang_up");
        await Sql.RunAsync(
            servers.Source,
            "hang_up",
            "CREATE TABLE t AS SELECT i, repeat('x', 50) AS x FROM generate_series(1, 400000) i; CREATE INDEX ON t (x, i); CREATE INDEX ON t (i, x)");
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await servers.DisposeAsync();

    [Test]
    public async Task It_is_a_stop_at_a_safe_point_however_often_it_is_told()
    {
        var manifest = servers.WriteManifest("stopped", "{ from: source/hang_up, to: target/hang_up }");
        using (var apply = servers.Start("apply", manifest, "--auto-approve"))
        {
            await apply.WaitForErrorTextAsync("copy-data started");
            await apply.SignalAsync("HUP");
            await apply.SignalAsync("HUP");
            await apply.WaitAsync();
            Assert.That(apply.ExitCode, Is.EqualTo(4), apply.ToString());
            Assert.That(apply.ToString(), Does.Contain("next: migplan apply"));
        }

        using var again = await servers.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(again.ExitCode, Is.Zero, again.ToString());
    }

    [Test]
    public async Task Under_nohup_it_is_not_heard()
    {
        var manifest = servers.WriteManifest("nohup", "{ from: source/hang_up, to: target/nohup }");
        var start = new ProcessStartInfo("sh", ["-c", $"trap '' HUP; exec {ProgramUnderTest.ShellCommand} apply {manifest} --auto-approve"]);
        (start.RedirectStandardError, start.RedirectStandardOutput) = (true, true);
        (start.Environment["SOURCE_PASSWORD"], start.Environment["TARGET_PASSWORD"]) = (servers.Source.Password, servers.Target.Password);
        using var apply = Process.Start(start)!;
        var output = apply.StandardOutput.ReadToEndAsync();
        while (await apply.StandardError.ReadLineAsync() is { } line && !line.Contains("copy-data started", StringComparison.Ordinal))
        {
            // Not yet.
        }

        ApplyFixture.Signal(apply, "HUP");
        var left = await apply.StandardError.ReadToEndAsync();
        await apply.WaitForExitAsync();
        Assert.That(apply.ExitCode, Is.Zero, left + await output);
    }
}
