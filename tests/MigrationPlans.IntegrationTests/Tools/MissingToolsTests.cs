using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Tools;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Tools;

/// <summary>The real program where the machine's own PostgreSQL programs can't be seen, only those that a test puts on PATH.</summary>
public sealed class MissingToolsTests
{
    private const string Packages = "/usr/lib/postgresql";

    /// <summary>In a file system view of its own the packages' directory is empty.</summary>
    private const string Hidden = "eval \"$BEFORE\" && mount -t tmpfs none "
        + Packages
        + " && tool=$(command -v \"$1\") && shift && PATH=\"$SEEN\" exec \"$tool\" \"$@\"";

    private const UnixFileMode Passable =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

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
        Assert.That(
            plan.Error,
            Does.Contain("warning[MP4071]").And.Contain("the newest pg_dump here is 9.6").And.Contain($"postgresql-client-{TestServers.Source.MajorVersion}"));
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

    [Test]
    public async Task A_rehearsal_without_a_server_to_start_says_what_to_install()
    {
        var run = await RehearseAsync();

        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain("error[MP9200]").And.Contain("initdb, postgres, pg_ctl, psql").And.Contain("eng/setup.sh"));
    }

    [Test]
    public async Task A_server_that_can_not_be_made_is_told_in_its_own_words()
    {
        foreach (var program in new[] { "initdb", "postgres", "pg_ctl", "psql", "pg_dump" })
        {
            await PutAsync(
                program,
                $"[ \"$1\" = --version ] && echo '{program} (PostgreSQL) 99.1' && exit\necho '{program}: error: out of everything' >&2\nexit 1\n");
        }

        var run = await RehearseAsync();

        Assert.That(run.ExitCode, Is.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain("error[MP9201]").And.Contain("does not start").And.Contain("initdb: error: out of everything"));
        Assert.That(Directory.EnumerateDirectories(directory, "migplan-rehearse-*"), Is.Empty);
    }

    [Test]
    public async Task What_a_killed_rehearsal_left_and_can_not_be_removed_is_named_and_keeps_nothing_up()
    {
        var leftover = Path.Combine(directory, "migplan-rehearse-dead");
        Directory.CreateDirectory(Path.Combine(leftover, "busy"));
        await File.WriteAllTextAsync(
            Path.Combine(leftover, "owner.json"),
            JsonSerializer.Serialize(new { Process = ProcessIdentity.OfThisProcess() with { Started = "1" }, IsKept = false }));

        var run = await RehearseAsync($"mount -t tmpfs none '{leftover}/busy'");

        Assert.That(run.Error, Does.Contain("warning[MP9207]").And.Contain($"{leftover}, which a killed rehearsal left behind, can't be removed"));
        Assert.That(run.Error, Does.Contain("MP9200"), "it went on");
    }

    private string Log => Path.Combine(directory, "starts");

    private int Starts() => File.Exists(Log) ? File.ReadAllLines(Log).Length : 0;

    /// <summary>A pg_dump that says this version and notes each start.</summary>
    private async Task PutToolsAsync(string version)
    {
        await PutAsync("pg_dump", $"echo start >> '{Log}'\necho '{version}'\n");
        await PutAsync("pg_restore", "");
    }

    private async Task PutAsync(string name, string script)
    {
        var path = Path.Combine(directory, "bin", name);
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}");
        File.SetUnixFileMode(path, Passable);
    }

    /// <summary>With the system's programs, whose packages have no server, and a temporary directory of its own.</summary>
    /// <param name="before">What is done first in the same view of the file system.</param>
    private Task<ToolResult> RehearseAsync(string before = ":")
    {
        File.SetUnixFileMode(directory, Passable);
        return RunAsync("rehearse", [], new()
        {
            ["SEEN"] = $"{Path.Combine(directory, "bin")}:/usr/bin:/bin",
            ["TMPDIR"] = directory,
            ["BEFORE"] = before,
        });
    }

    private Task<ToolResult> RunAsync(string verb, params string[] options) =>
        RunAsync(verb, options, new() { ["SEEN"] = Path.Combine(directory, "bin"), ["BEFORE"] = ":" });

    private Task<ToolResult> RunAsync(string verb, string[] options, Dictionary<string, string?> view)
    {
        var start = ProgramUnderTest.StartInfo([verb, Path.Combine(directory, "manifest.yaml"), .. options]);
        var environment = view.ToImmutableDictionary().Add("TOOLS_OLD", TestServers.Source.Password).Add("TOOLS_NEW", TestServers.Target.Password);
        return ToolProcess.RunAsync(
            new ToolCommand("unshare", ["--mount", "sh", "-c", Hidden, "sh", start.FileName, .. start.ArgumentList]) { Environment = environment },
            CancellationToken.None);
    }
}
