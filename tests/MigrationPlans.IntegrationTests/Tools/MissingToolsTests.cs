using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Tools;

/// <summary>The real program where the machine's own PostgreSQL programs can't be seen, only those that a test puts on PATH.</summary>
public sealed class MissingToolsTests
{
    private const string Packages = "/usr/lib/postgresql";

    /// <summary>In a file system view of its own the packages' directory is empty.</summary>
    private const string Hidden = "mount -t tmpfs none " + Packages + " && tool=$(command -v \"$1\") && shift && PATH=\"$SEEN\" exec \"$tool\" \"$@\"";

    private string directory = "";

    [SetUp]
    public async Task CreateAsync()
    {
        directory = Directory.CreateTempSubdirectory("migplan-tools-").FullName;
        Directory.CreateDirectory(Path.Combine(directory, "bin"));
        var probe = await ToolProcess.RunAsync(new ToolCommand("unshare", ["--mount", "sh", "-c", $"mount -t tmpfs none {Packages}"]), CancellationToken.None);
        if (probe.ExitCode != 0)
        {
            Assert.Ignore($"only root may hide programs, and only where packages put them: {probe.Error}");
        }

        await File.WriteAllTextAsync(Path.Combine(directory, "manifest.yaml"), string.Create(CultureInfo.InvariantCulture, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: tools }
            sources: { old: { postgres: { host: 127.0.0.1, port: {{TestServers.Source.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: TOOLS_OLD } } } }
            targets: { new: { postgres: { host: 127.0.0.1, port: {{TestServers.Target.Port}} }, credentials: { username: {{LocalCluster.Superuser}}, password: { env: TOOLS_NEW } } } }
            databases: [ { from: old/postgres, to: new/tools_here }, { from: old/postgres, to: new/tools_there } ]
            """));
    }

    [TearDown]
    public void Delete() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task A_plan_says_beforehand_that_no_pg_dump_is_new_enough_and_asks_each_once()
    {
        await PutToolsAsync("pg_dump (PostgreSQL) 9.6.24");

        var plan = await RunAsync("plan");

        Assert.That(plan.ExitCode, Is.Zero, plan.Error);
        Assert.That(plan.Output, Does.Contain("create   database tools_here"));
        Assert.That(plan.Error, Does.Contain("warning[MP4071]").And.Contain("the newest pg_dump here is 9.6").And.Contain($"postgresql-client-{TestServers.Source.MajorVersion}"));
        Assert.That(plan.Error.Split("MP4071"), Has.Length.EqualTo(2), "said once for both databases");
        Assert.That(Starts(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_plan_says_beforehand_that_there_is_no_pg_dump_and_apply_refuses()
    {
        var plan = await RunAsync("plan");
        var run = await RunAsync("apply", "--auto-approve");

        Assert.That(plan.ExitCode, Is.Zero, plan.Error);
        Assert.That(plan.Error, Does.Contain("MP4071").And.Contain("no pg_dump was found here"));
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain("MP6304").And.Not.Contain("create-database started"));
    }

    [Test]
    public async Task A_pg_dump_without_its_pg_restore_does_not_count()
    {
        await PutToolsAsync("pg_dump (PostgreSQL) 99.1");
        File.Delete(Path.Combine(directory, "bin", "pg_restore"));

        var plan = await RunAsync("plan");
        var run = await RunAsync("apply", "--auto-approve");

        Assert.That(plan.Error, Does.Contain("MP4071"));
        Assert.That(run.Error, Does.Contain("MP6304"));
    }

    [Test]
    public async Task Nothing_is_said_where_one_is_new_enough_or_the_plan_is_an_offline_one()
    {
        await PutToolsAsync("pg_dump (PostgreSQL) 99.1");
        var fitting = await RunAsync("plan");
        Assert.That(fitting.Error, Does.Not.Contain("MP4071"));
        await PutToolsAsync("pg_dump (PostgreSQL) 9.6.24");

        var offline = await RunAsync("plan", "--offline");

        Assert.That(offline.ExitCode, Is.Zero, offline.Error);
        Assert.That(offline.Error, Does.Not.Contain("MP4071"));
        Assert.That(Starts(), Is.EqualTo(1), "by the online plan");
    }

    private string Log => Path.Combine(directory, "starts");

    private int Starts() => File.Exists(Log) ? File.ReadAllLines(Log).Length : 0;

    /// <summary>A pg_dump that says this version and notes each start.</summary>
    private async Task PutToolsAsync(string version)
    {
        foreach (var (name, text) in new[] { ("pg_dump", $"#!/bin/sh\necho start >> '{Log}'\necho '{version}'\n"), ("pg_restore", "#!/bin/sh\n") })
        {
            var path = Path.Combine(directory, "bin", name);
            await File.WriteAllTextAsync(path, text);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private Task<ToolResult> RunAsync(string verb, params string[] options)
    {
        var start = ProgramUnderTest.StartInfo([verb, Path.Combine(directory, "manifest.yaml"), .. options]);
        var environment = ImmutableDictionary<string, string?>.Empty
            .Add("SEEN", Path.Combine(directory, "bin")).Add("TOOLS_OLD", TestServers.Source.Password).Add("TOOLS_NEW", TestServers.Target.Password);
        return ToolProcess.RunAsync(
            new ToolCommand("unshare", ["--mount", "sh", "-c", Hidden, "sh", start.FileName, .. start.ArgumentList]) { Environment = environment }, CancellationToken.None);
    }
}
