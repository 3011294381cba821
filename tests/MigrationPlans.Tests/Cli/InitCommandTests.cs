using MigrationPlans.Cli;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

internal sealed class InitCommandTests
{
    private TemporaryDirectory directory = null!;

    [SetUp]
    public void CreateDirectory() => directory = new TemporaryDirectory();

    [TearDown]
    public void RemoveDirectory() => directory.Dispose();

    [TestCase("consolidate")]
    [TestCase("split")]
    [TestCase("snapshot")]
    public async Task A_starter_is_valid_and_speaks_of_itself(string kind)
    {
        var init = await CommandRun.Of(directory.Path, "init", "--kind", kind, "-o", "plan.yaml");
        Assert.That(init.ExitCode, Is.EqualTo(ExitCode.Done), init.Error);
        var text = await File.ReadAllTextAsync(Path.Combine(directory.Path, "plan.yaml"));
        Assert.That(text, Does.StartWith("# yaml-language-server: $schema=migration-plan.v1.schema.json\n").And.Not.Contain("examples/"));

        var validation = await CommandRun.Of(directory.Path, "validate", "plan.yaml");
        Assert.That(validation.ExitCode, Is.EqualTo(ExitCode.Done), validation.Error);
        Assert.That(validation.Error, Does.Not.Contain("warning"));
    }

    [Test]
    public async Task A_hyphen_is_standard_output()
    {
        var init = await CommandRun.Of(directory.Path, "init", "-o", "-");
        Assert.That((init.ExitCode, init.Error), Is.EqualTo((ExitCode.Done, "")));
        Assert.That(init.Out, Does.StartWith("# yaml-language-server"));
    }

    [Test]
    public async Task A_directory_is_no_file()
    {
        var init = await CommandRun.Of(directory.Path, "init", "-o", ".");
        Assert.That(init.Error, Does.StartWith("error[MP9010]: `.` can't be written: it is a directory"));
    }

    [Test]
    public async Task A_file_that_is_there_is_overwritten_only_when_asked_to()
    {
        await CommandRun.Of(directory.Path, "init");
        var again = await CommandRun.Of(directory.Path, "init", "--kind", "split");
        Assert.That(again.ExitCode, Is.EqualTo(ExitCode.Failed));
        Assert.That(again.Error, Does.Contain("MP9009"));
        var forced = await CommandRun.Of(directory.Path, "init", "--kind", "split", "--force");
        Assert.That(forced.ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory.Path, "manifest.yaml")), Does.Contain("monolith-split"));
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    [TestCase("pwsh")]
    public async Task A_shells_completion_is_printed_with_how_to_load_it(string shell)
    {
        var run = await CommandRun.Of(directory.Path, "completion", shell);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.Done));
        Assert.That(run.Out, Does.StartWith("# Completion of migplan").And.Contain($"migplan completion {shell}").And.Contain("[suggest:"));
    }
}
