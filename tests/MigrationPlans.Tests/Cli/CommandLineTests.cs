using MigrationPlans.Cli;
using MigrationPlans.Tests.Validation;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

internal sealed class CommandLineTests
{
    private const string Url = "postgresql://u:LeakSecret@h/db";

    private readonly TemporaryDirectory directory = new();

    [OneTimeSetUp]
    public void WriteFiles()
    {
        File.WriteAllText(Path.Combine(directory.Path, "m.yaml"), Manifests.Full);
        File.WriteAllText(Path.Combine(directory.Path, "-m.yaml"), Manifests.Full);
        File.WriteAllText(Path.Combine(directory.Path, "pw"), "LeakSecret\n");
    }

    [OneTimeTearDown]
    public void Remove() => directory.Dispose();

    [TestCase("validate", Url)]
    [TestCase("validate", Url, "--format", "json")]
    [TestCase("validate", Url, "--format", "sarif")]
    [TestCase("validate", Url, "--format", "github")]
    [TestCase("plan", Url)]
    [TestCase("plan", "m.yaml", Url)]
    [TestCase("plan", "m.yaml", "--offline", "--check", Url)]
    [TestCase("plan", "m.yaml", "--offline", "--out", Url)]
    [TestCase("plan", "m.yaml", "--state", Url)]
    [TestCase("plan", "m.yaml", "--overlay", Url)]
    [TestCase("apply", $"{Url}.json")]
    [TestCase("import", Url)]
    [TestCase("init", "-o", Url)]
    [TestCase(Url)]
    public async Task A_password_in_a_url_is_not_repeated(params string[] arguments)
    {
        var run = await CommandRun.Of(directory.Path, arguments);
        Assert.That(run.ExitCode, Is.Not.Zero);
        Assert.That(run.Out + run.Error, Does.Not.Contain("LeakSecret"));
    }

    [Test]
    public async Task A_file_whose_name_begins_with_an_at_sign_is_no_list_of_arguments()
    {
        var run = await CommandRun.Of(directory.Path, "validate", "@pw");
        Assert.That(run.Out, Does.Contain("`@pw` can't be read"));
        Assert.That(run.Out + run.Error, Does.Not.Contain("LeakSecret"));
    }

    [TestCase("arn:aws:sts::333333333333:assumed-role/Deploy/sess", "its role is `arn:aws:iam::333333333333:role/Deploy`")]
    [TestCase("arn:aws:iam::333333333333:user/bob", "is not the ARN of a role")]
    [TestCase("arn:aws:iam::333333333333:root", "is not the ARN of a role")]
    [TestCase("foo", "is not the ARN of a role")]
    public async Task Only_a_role_can_be_the_principal_of_policies(string principal, string said)
    {
        var run = await CommandRun.Of(directory.Path, "iam", "m.yaml", "--principal", principal);
        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Out + run.Error, Does.Contain(said));
        Assert.That((await CommandRun.Of(directory.Path, "iam", "m.yaml", "--principal", "arn:aws-cn:iam::333333333333:role/team/a/Deploy")).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_saved_plan_goes_where_a_link_leads_or_to_standard_output()
    {
        File.CreateSymbolicLink(Path.Combine(directory.Path, "link.json"), Path.Combine(directory.Path, "not-yet.json"));
        Assert.That((await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", "link.json")).ExitCode, Is.Zero);
        var printed = await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", "-");
        Assert.That(printed.Out, Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(directory.Path, "not-yet.json"))));
        Assert.That(new FileInfo(Path.Combine(directory.Path, "link.json")).LinkTarget, Is.Not.Null);
        Assert.That(File.Exists(Path.Combine(directory.Path, "-")), Is.False);
    }

    /// <summary>Only what an earlier <c>plan</c> wrote is replaced, or an empty file that somebody made for it.</summary>
    [TestCase("own.yaml")]
    [TestCase("over.yaml")]
    [TestCase("over-link.json")]
    [TestCase("precious.sql")]
    public async Task A_saved_plan_takes_no_other_files_place(string file)
    {
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "own.yaml"), Manifests.Full);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "over.yaml"), "defaults: { database: { parallelism: 3 } }\n");
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "precious.sql"), "SELECT 1;\n");
        File.Delete(Path.Combine(directory.Path, "over-link.json"));
        File.CreateSymbolicLink(Path.Combine(directory.Path, "over-link.json"), Path.Combine(directory.Path, "over.yaml"));
        var before = await File.ReadAllTextAsync(Path.Combine(directory.Path, file));
        var run = await CommandRun.Of(directory.Path, "plan", "own.yaml", "--overlay", "over.yaml", "--offline", "--out", file);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((ExitCode.Failed, "")), run.Error);
        Assert.That(run.Error, Does.Contain($"error[MP4056]: plan file `{file}` can't be written: it is there, and is no plan"));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory.Path, file)), Is.EqualTo(before));
    }

    [Test]
    public async Task A_saved_plan_is_replaced_and_an_empty_file_is_filled()
    {
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "again.json"), "");
        for (var time = 0; time < 2; time++)
        {
            Assert.That((await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", "again.json")).ExitCode, Is.Zero);
        }

        Assert.That((await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", "/dev/null")).ExitCode, Is.Zero);
    }

    /// <summary>A device is written to as it is, and a file replaced: of a longer plan nothing is left.</summary>
    [Test]
    public async Task A_file_in_shared_memory_is_no_device()
    {
        if (!Directory.Exists("/dev/shm"))
        {
            Assert.Ignore("there is none");
        }

        var file = $"/dev/shm/migplan-{Guid.NewGuid():n}.json";
        try
        {
            await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", file);
            await File.AppendAllTextAsync(file, "what was longer");
            await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", file);
            var printed = await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", "-");
            Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(printed.Out));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestCase("did you mean `--auto-approve`?", "apply", "--auto-aprove", "m.yaml")]
    [TestCase("did you mean `--auto-approve`?", "apply", "m.yaml", "--auto-aprove")]
    [TestCase("did you mean `--offline`?", "plan", "--offlin")]
    [TestCase("did you mean `--state`?", "plan", "--stat=place", "m.yaml")]
    [TestCase("`--help` lists the options", "validate", "--offline", "m.yaml")]
    [TestCase("`--help` lists the options", "validate", "m.yaml", "-x")]
    public async Task A_misspelled_option_is_no_file(string help, params string[] arguments)
    {
        var run = await CommandRun.Of(directory.Path, arguments);
        Assert.That(run.ExitCode, Is.EqualTo(ExitCode.WrongCommandLine));
        Assert.That(run.Error, Does.StartWith("error[MP9109]: there is no option `").And.Contains(help));
    }

    [Test]
    public async Task A_plan_is_known_by_what_is_in_it()
    {
        await CommandRun.Of(directory.Path, "plan", "m.yaml", "--offline", "--out", "x.plan");
        var validate = await CommandRun.Of(directory.Path, "validate", "x.plan");
        Assert.That(
            (validate.ExitCode, validate.Out.Split('\n')[0]),
            Is.EqualTo((ExitCode.ManifestInvalid, "error[MP9110]: `x.plan` is a plan file, not a manifest")));
        var apply = await CommandRun.Of(directory.Path, "apply", "x.plan", "--manifest", "missing.yaml");
        Assert.That(apply.Error, Does.StartWith("error[MP1001]: `missing.yaml`"));
    }

    [Test]
    public async Task A_file_needs_a_name() =>
        Assert.That((await CommandRun.Of(directory.Path, "plan", "")).Error, Does.Contain("no file has an empty name"));

    [TestCase("validate", "--", "-m.yaml")]
    [TestCase("validate", "./-m.yaml")]
    public async Task A_file_may_begin_with_a_hyphen(params string[] arguments) =>
        Assert.That((await CommandRun.Of(directory.Path, arguments)).ExitCode, Is.Zero);

    [TestCase("abc")]
    [TestCase("0")]
    [TestCase("65")]
    [TestCase("1.5")]
    [TestCase("-1")]
    public async Task Parallelism_is_a_number_from_1_to_64(string workers)
    {
        var run = await CommandRun.Of(directory.Path, "apply", "m.yaml", "--parallelism", workers);
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((ExitCode.WrongCommandLine, "--parallelism takes a number from 1 to 64")));
    }

    [TestCase("", "it names nothing")]
    [TestCase("s3:/bucket", "a place in S3 begins with `s3://`")]
    [TestCase("S3:bucket", "a place in S3 begins with `s3://`")]
    [TestCase("gs://bucket", "it is neither a directory nor in S3")]
    [TestCase("m.yaml", "it is a file")]
    public async Task State_is_kept_in_no_such_place(string place, string reason)
    {
        var run = await CommandRun.Of(directory.Path, "status", "m.yaml", "--state", place);
        Assert.That((run.ExitCode, run.Error.Split('\n')[0]), Is.EqualTo((ExitCode.Failed, $"error[MP5007]: state can't be kept in `{place}`: {reason}")));
    }
}
