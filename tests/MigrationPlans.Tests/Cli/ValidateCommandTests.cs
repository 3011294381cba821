using System.Text.Json.Nodes;
using MigrationPlans.Tests.Validation;
using MigrationPlans.Validation.Schema;
using NJsonSchema;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

internal sealed class ValidateCommandTests
{
    private readonly TemporaryDirectory directory = new();

    [OneTimeSetUp]
    public void WriteManifests()
    {
        File.WriteAllText(Path.Combine(directory.Path, "good.yaml"), Manifests.Full);
        File.WriteAllText(
            Path.Combine(directory.Path, "bad.yaml"),
            Manifests.Full.Replace("instance: nonprod-shared", "instnce: nonprod-shared")
                .Replace("migrator, password: { env: LEGACY_PASSWORD }", "migrator, password: hunter2"));
    }

    [OneTimeTearDown]
    public void Remove() => directory.Dispose();

    [Test]
    public async Task A_valid_manifest_ends_with_exit_0()
    {
        var run = await CommandRun.Of(directory.Path, "validate", "good.yaml");
        Assert.That(run, Is.EqualTo(new CommandRun(0, "good.yaml: valid\n", "")));
    }

    [Test]
    public async Task Text_shows_the_line_with_the_stretch_marked_and_never_a_password()
    {
        var run = await CommandRun.Of(directory.Path, "validate", "good.yaml", "bad.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(3));
            Assert.That(run.Out, Does.Contain("""
                error[MP1007]: unknown property `instnce` in targets.nonprod.rds
                   --> bad.yaml:24:12
                   |
                24 |     rds: { instnce: nonprod-shared, region: eu-west-1 }
                   |            ^^^^^^^ not a property of an RDS endpoint
                   = help: did you mean `instance`?
                """));
            Assert.That(run.Out, Does.Not.Contain("hunter2").And.Contain("bad.yaml: not valid, 2 errors"));
        });
    }

    [TestCase("prefer", true)]
    [TestCase("verify-full", false)]
    public async Task A_root_certificate_that_nobody_checks_is_a_warning(string mode, bool isWarned)
    {
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "tls.yaml"), $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: tls }
            sources:
              s:
                postgres: { host: old.internal }
                credentials: { username: u }
                tls: { mode: {{mode}}, rootCertificate: ca.pem }
            targets:
              t: { postgres: { host: new.internal }, credentials: { username: u } }
            databases: [{ from: s/a, to: t/a }]
            """);
        var run = await CommandRun.Of(directory.Path, "validate", "tls.yaml");
        Assert.That(run.ExitCode, Is.Zero, run.Out);
        Assert.That(
            run.Out,
            isWarned
                ? Does.Contain("warning[MP2125]").And.Contain("tls.yaml:8:26").And.Contain("the mode `prefer` does not check it")
                : Is.EqualTo("tls.yaml: valid\n"));
    }

    [Test]
    public async Task Json_follows_its_schema()
    {
        var run = await CommandRun.Of(directory.Path, "validate", "bad.yaml", "--format", "json");
        var schema = await JsonSchema.FromJsonAsync(EmbeddedSchema.Read("diagnostics.v1.schema.json"));
        Assert.Multiple(() =>
        {
            Assert.That(schema.Validate(run.Out), Is.Empty);
            Assert.That(JsonNode.Parse(run.Out)!["errors"]!.GetValue<int>(), Is.EqualTo(2));
            Assert.That(run.ExitCode, Is.EqualTo(3));
            Assert.That(run.Out, Does.Not.Contain("hunter2"));
        });
    }

    [Test]
    public async Task Sarif_names_rules_and_places()
    {
        var run = await CommandRun.Of(directory.Path, "validate", "bad.yaml", "--format", "sarif");
        var sarif = JsonNode.Parse(run.Out)!["runs"]![0]!;
        Assert.Multiple(() =>
        {
            Assert.That(sarif["tool"]!["driver"]!["rules"]!.AsArray(), Has.Count.EqualTo(2));
            Assert.That(sarif["results"]![0]!["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]!.GetValue<string>(), Is.EqualTo("bad.yaml"));
            Assert.That(run.Out, Does.Not.Contain("hunter2"));
        });
    }

    [Test]
    public async Task Github_annotations_are_one_line_each()
    {
        var run = await CommandRun.Of(directory.Path, "validate", "bad.yaml", "--format", "github");
        Assert.That(run.Out.TrimEnd().Split('\n'), Has.Length.EqualTo(2).And.All.StartsWith("::error file=bad.yaml,line="));
    }

    [Test]
    public async Task A_missing_file_is_a_finding_with_exit_3()
    {
        var run = await CommandRun.Of(directory.Path, "validate", "nope.yaml");
        Assert.That((run.ExitCode, run.Out.Split('\n')[0]), Is.EqualTo((3, "error[MP1001]: `nope.yaml` can't be read: there is no such file")));
    }

    [Test]
    public async Task A_wrong_format_is_a_wrong_command_line() =>
        Assert.That((await CommandRun.Of(directory.Path, "validate", "good.yaml", "--format", "xml")).ExitCode, Is.EqualTo(64));

    [Test]
    public async Task Schema_prints_the_schema_file()
    {
        var run = await CommandRun.Of(directory.Path, "schema");
        Assert.That(run.Out, Is.EqualTo(await File.ReadAllTextAsync(Repository.PathOf("schemas", "migration-plan.v1.schema.json"))));
    }

    [Test]
    public async Task Explain_prints_a_page_and_refuses_unknown_codes()
    {
        var known = await CommandRun.Of(directory.Path, "explain", "mp1007");
        var unknown = await CommandRun.Of(directory.Path, "explain", "MP0000");
        Assert.Multiple(() =>
        {
            Assert.That((known.ExitCode, known.Out.Split('\n')[0]), Is.EqualTo((0, "### MP1007: a property is not known here")));
            Assert.That((unknown.ExitCode, unknown.Out), Is.EqualTo((64, "")));
            Assert.That(unknown.Error, Does.StartWith("error[MP9001]"));
        });
    }
}
