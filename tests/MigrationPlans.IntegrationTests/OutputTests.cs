using System.Diagnostics;
using System.Text;
using System.Text.Json;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>What the program writes, and what it does where nothing can be written: full disks, pipes, links, other locales.</summary>
public sealed class OutputTests
{
    private const string Manifest = """
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: output }
        sources:
          s: { postgres: { host: old.internal }, credentials: { username: u } }
        targets:
          t: { postgres: { host: new.internal }, credentials: { username: u } }
        databases:
          - { from: s/größe_日本, to: t/größe_日本 }
        """;

    private string directory = null!;

    [SetUp]
    public async Task CreateDirectoryAsync()
    {
        directory = Directory.CreateTempSubdirectory("migplan-output-").FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), Manifest);
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task Findings_that_can_not_be_written_are_lost_and_the_exit_code_stays()
    {
        var run = await ShellAsync("migplan validate missing.yaml 2>/dev/full");
        Assert.That(run.Code, Is.EqualTo(3), run.Error);
    }

    [Test]
    public async Task Data_that_can_not_be_written_is_a_failure_that_says_so()
    {
        var run = await ShellAsync("migplan plan m.yaml --offline --format json >/dev/full");
        Assert.That(run.Code, Is.EqualTo(1), run.Error);
        Assert.That(run.Error, Does.Contain("MP9107"));
    }

    [TestCase("plan m.yaml --offline >&-", 1)]
    [TestCase("version >&-", 1)]
    [TestCase("validate missing.yaml >/dev/null 2>&-", 3)]
    public async Task A_stream_that_is_closed_is_one_that_can_not_be_written(string command, int code)
    {
        var run = await ShellAsync($"migplan {command}");
        Assert.That(run.Code, Is.EqualTo(code), run.Error);
        Assert.That(run.Error, code == 1 ? Does.StartWith("error[MP9107]") : Is.Empty);
    }

    [TestCase("version", 0)]
    [TestCase("plan --help", 0)]
    [TestCase("validate m.yaml", 1)]
    public async Task A_working_directory_that_is_gone_is_missed_only_where_it_is_needed(string command, int code)
    {
        var run = await ShellAsync($"mkdir gone && cd gone && rmdir ../gone && migplan {command}");
        Assert.That(run.Code, Is.EqualTo(code), run.Error);
        Assert.That(run.Error, code == 1 ? Does.Contain("error[MP9108]") : Is.Empty);
    }

    [Test]
    public async Task A_reader_that_has_seen_enough_is_no_failure()
    {
        var run = await ShellAsync("set -o pipefail; migplan schema | head -1");
        Assert.That(run.Code, Is.Zero, run.Error);
    }

    [TestCase("en_US.ISO-8859-1")]
    [TestCase("C")]
    public async Task Data_is_UTF8_whatever_the_locale_says(string locale)
    {
        var run = await ShellAsync($"LC_ALL={locale} migplan plan m.yaml --offline --format json");
        Assert.That(run.Code, Is.Zero, run.Error);
        using var plan = JsonDocument.Parse(run.Out);
        Assert.That(plan.RootElement.GetProperty("databases")[0].GetProperty("address").GetString(), Is.EqualTo("t/größe_日本"));
    }

    [Test]
    public async Task A_plan_is_written_into_a_pipe_which_stays_one()
    {
        var run = await ShellAsync("mkfifo pipe; cat pipe >read & migplan plan m.yaml --offline --out pipe >/dev/null && wait && test -p pipe");
        Assert.That(run.Code, Is.Zero, run.Error);
        using var plan = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(directory, "read")));
        Assert.That(plan.RootElement.GetProperty("digest").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task A_plan_is_written_where_a_link_leads_and_the_link_stays()
    {
        const string Plan = "migplan plan m.yaml --offline --out plan.json >/dev/null";
        var run = await ShellAsync($"mkdir kept && {Plan} && mv plan.json kept && ln -s kept/plan.json plan.json && {Plan} && test -L plan.json && migplan plan m.yaml --check plan.json");
        Assert.That(run.Code, Is.Zero, run.Error);
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, "kept", "plan.json")), Does.Contain("\"digest\""));
    }

    [Test]
    public async Task A_device_stays_a_device()
    {
        var run = await ShellAsync("migplan plan m.yaml --offline --out /dev/null >/dev/null && test -c /dev/null");
        Assert.That(run.Code, Is.Zero, run.Error);
    }

    private async Task<(int Code, string Out, string Error)> ShellAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"migplan() {{ {ProgramUnderTest.ShellCommand} \"$@\"; }}; {command}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
            WorkingDirectory = directory,
            UseShellExecute = false,
        };
        using var shell = Process.Start(start)!;
        var error = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return (shell.ExitCode, output, await error);
    }
}
