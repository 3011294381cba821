using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using MigrationPlans.Cli;
using MigrationPlans.Cli.Commands;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlanCommandTests : IRunParts, IInspector
{
    private const string Manifest = """
        apiVersion: migrationplans.dev/v1
        kind: MigrationPlan
        metadata: { name: sample }
        sources:
          legacy:
            postgres: { host: 127.0.0.1, port: 5432 }
            credentials: { username: migrator, password: { env: LEGACY_PASSWORD } }
        targets:
          nonprod:
            postgres: { host: 127.0.0.1, port: 5433 }
            credentials: { username: migrator, password: { env: NONPROD_PASSWORD } }
        databases:
          - { from: legacy/shop, to: nonprod/shop }

        """;

    private string directory = "";
    private InspectedFacts facts = new Sample().Facts;
    private int looks;

    [SetUp]
    public void CreateDirectory()
    {
        directory = Directory.CreateTempSubdirectory("migplan-plan-").FullName;
        File.WriteAllText(Path.Combine(directory, "m.yaml"), Manifest);
        facts = new Sample().Facts;
        looks = 0;
    }

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task A_plan_is_printed_for_people()
    {
        var (code, output, error) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Done), error);
        Assert.That(output, Does.Contain("legacy/shop → nonprod/shop").And.Contain("Plan: 1 database to carry over"));
        Assert.That(error, Is.Empty);
    }

    [Test]
    public async Task Pending_changes_are_exit_2_when_asked() =>
        Assert.That((await RunAsync("m.yaml", "--detailed-exitcode")).Code, Is.EqualTo(ExitCode.ChangesPending));

    [Test]
    public async Task Offline_looks_at_no_server_and_gives_the_same_bytes_each_time()
    {
        var first = await RunAsync("m.yaml", "--offline", "--format", "json");
        var second = await RunAsync("m.yaml", "--offline", "--format", "json");
        Assert.That(second.Output, Is.EqualTo(first.Output));
        Assert.That(looks, Is.Zero);
        Assert.That(PlanDocument.Read(first.Output, "stdout").Plan!.Mode, Is.EqualTo(PlanMode.Offline));
    }

    [TestCase("markdown", "## Migration plan `sample`")]
    [TestCase("mermaid", "flowchart LR")]
    public async Task Other_formats_are_printed(string format, string start) =>
        Assert.That((await RunAsync("m.yaml", "--format", format)).Output, Does.StartWith(start));

    [Test]
    public async Task A_saved_plan_is_up_to_date_until_the_facts_change()
    {
        await RunAsync("m.yaml", "--out", "plan.json");
        Assert.That((await RunAsync("m.yaml", "--check", "plan.json")).Code, Is.EqualTo(ExitCode.Done));
        var sample = new Sample();
        facts = (sample with { Source = sample.Source with { Publications = ["p"] } }).Facts;
        var (code, _, error) = await RunAsync("m.yaml", "--check", "plan.json");
        Assert.That(code, Is.EqualTo(ExitCode.Stale));
        Assert.That(error, Does.Contain("MP4055").And.Contain("publication p"));
    }

    [Test]
    public async Task A_committed_offline_plan_is_checked_offline_and_stale_when_the_manifest_changes()
    {
        await RunAsync("m.yaml", "--offline", "--out", "plan.json");
        Assert.That((await RunAsync("m.yaml", "--check", "plan.json")).Code, Is.EqualTo(ExitCode.Done));
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), Manifest.Replace("to: nonprod/shop", "to: nonprod/mall", StringComparison.Ordinal));
        var (code, _, error) = await RunAsync("m.yaml", "--check", "plan.json");
        Assert.That(code, Is.EqualTo(ExitCode.Stale));
        Assert.That(error, Does.Contain("the manifest has changed"));
        Assert.That(looks, Is.Zero);
    }

    [TestCase("{}", "MP4052")]
    [TestCase(null, "MP4051")]
    public async Task A_plan_to_check_that_is_none_is_exit_1(string? content, string code)
    {
        if (content is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "plan.json"), content);
        }

        var result = await RunAsync("m.yaml", "--check", "plan.json");
        Assert.That(result.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(result.Error, Does.Contain(code));
    }

    [Test]
    public async Task A_plan_that_cannot_be_saved_is_exit_1()
    {
        var result = await RunAsync("m.yaml", "--out", "no/such/directory/plan.json");
        Assert.That(result.Code, Is.EqualTo(ExitCode.Failed));
        Assert.That(result.Error, Does.Contain("MP4056"));
    }

    [Test]
    public async Task A_failed_inspection_is_exit_1_and_prints_no_plan()
    {
        facts = new InspectedFacts { Diagnostics = [InspectionDiagnostics.PasswordVariableMissing("legacy", "LEGACY_PASSWORD")] };
        var (code, output, error) = await RunAsync("m.yaml", "--out", "plan.json");
        Assert.That(code, Is.EqualTo(ExitCode.Failed));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.Contain("MP3001"));
        Assert.That(File.Exists(Path.Combine(directory, "plan.json")), Is.False);
    }

    [Test]
    public async Task A_finished_run_leaves_nothing_to_do_although_the_target_is_not_empty_any_more()
    {
        await RecordAsync(plan => plan.Steps.Length);
        facts = (new Sample() with { Target = Sample.Occupied("nonprod", "shop") }).Facts;
        var (code, output, error) = await RunAsync("m.yaml", "--detailed-exitcode");
        Assert.That(code, Is.EqualTo(ExitCode.Done), error);
        Assert.That(output, Does.Contain("Nothing to do: all 11 steps are done."));
    }

    [Test]
    public async Task An_unfinished_run_is_shown_with_what_is_done()
    {
        await RecordAsync(_ => 4);
        facts = (new Sample() with { Target = Sample.Occupied("nonprod", "shop", "sample") }).Facts;
        var (code, output, _) = await RunAsync("m.yaml", "--detailed-exitcode");
        Assert.That(code, Is.EqualTo(ExitCode.ChangesPending));
        Assert.That(output, Does.Contain("4 of 11 steps done already"));
    }

    [Test]
    public async Task What_an_unfinished_run_has_begun_of_a_manifest_that_has_grown_is_shown_as_far_as_it_is()
    {
        await RecordAsync(plan => plan.Steps.Length - 1);
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), Manifest + "  - { from: legacy/shop, to: nonprod/copy }\n");
        facts = (new Sample() with { MoreTargets = [Sample.Absent("nonprod", "copy")], Target = Sample.Occupied("nonprod", "shop") }).Facts;
        var (code, output, error) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Done), error);
        Assert.That(output, Does.Contain("legacy/shop → nonprod/shop  10 of 11 steps done already").And.Contain("legacy/shop → nonprod/copy\n"));
    }

    [Test]
    public async Task What_a_finished_run_has_done_of_a_manifest_that_has_grown_is_shown_as_done()
    {
        await RecordAsync(plan => plan.Steps.Length);
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), Manifest + "  - { from: legacy/shop, to: nonprod/copy }\n");
        facts = (new Sample() with { MoreTargets = [Sample.Absent("nonprod", "copy")], Target = Sample.Occupied("nonprod", "shop") }).Facts;
        var (code, output, error) = await RunAsync("m.yaml", "--detailed-exitcode");
        Assert.That(code, Is.EqualTo(ExitCode.ChangesPending), error);
        Assert.That(output, Does.Contain("legacy/shop → nonprod/shop  11 of 11 steps done already").And.Contain("legacy/shop → nonprod/copy\n"));
    }

    [TestCase("--detailed-exitcode")]
    [TestCase("--check", "saved.json")]
    [TestCase("--out", "next.json")]
    public async Task A_finished_run_whose_target_has_gone_is_exit_6_as_apply_says(params string[] options)
    {
        await RecordAsync(plan => plan.Steps.Length);
        var (code, output, error) = await RunAsync(["m.yaml", .. options]);
        Assert.That(code, Is.EqualTo(ExitCode.Stale), error);
        Assert.That(error, Does.Contain("MP6008").And.Contain("nonprod/shop"));
        Assert.That(output, Is.Empty);
        Assert.That(File.Exists(Path.Combine(directory, "next.json")), Is.False);
    }

    [Test]
    public async Task What_has_gone_of_a_manifest_that_has_grown_is_exit_6_too()
    {
        await RecordAsync(plan => plan.Steps.Length);
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), Manifest + "  - { from: legacy/shop, to: nonprod/copy }\n");
        facts = (new Sample() with { MoreTargets = [Sample.Absent("nonprod", "copy")] }).Facts;
        var (code, output, error) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Stale), error);
        Assert.That(error, Does.Contain("MP6008").And.Contain("nonprod/shop").And.Not.Contain("nonprod/copy"));
        Assert.That(output, Is.Empty);
    }

    [Test]
    public async Task A_finished_run_whose_target_cannot_be_looked_at_is_exit_1()
    {
        await RecordAsync(plan => plan.Steps.Length);
        facts = new InspectedFacts { Diagnostics = [InspectionDiagnostics.PasswordVariableMissing("nonprod", "NONPROD_PASSWORD")] };
        var (code, output, error) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Failed));
        Assert.That(error, Does.Contain("MP3001"));
        Assert.That(output, Is.Empty);
    }

    [Test]
    public async Task Offline_a_finished_run_is_not_looked_for()
    {
        await RecordAsync(plan => plan.Steps.Length);
        looks = 0;
        Assert.That((await RunAsync("m.yaml", "--offline")).Code, Is.EqualTo(ExitCode.Done));
        Assert.That(looks, Is.Zero);
    }

    /// <summary>The run, whether it has ended or not, is not about the move.</summary>
    [TestCase(false)]
    [TestCase(true)]
    public async Task Snapshots_of_this_state_that_no_plan_goes_on_with_are_left_over(bool isFinished)
    {
        await RecordAsync(plan => isFinished ? plan.Steps.Length : 1);
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), Manifest + """
            instances:
              - from: { region: eu-central-1, match: { identifiers: ["env-*"] } }
                to: { region: eu-west-1 }
            """);
        facts = (isFinished ? new Sample() with { Target = Sample.Occupied("nonprod", "shop") } : new Sample()).Facts with
        {
            Instances = [InstanceSample.Of("env-a") with
            {
                Snapshots = [new SnapshotFacts("left", "eu-central-1", "111111111111", CreatedAt: null, "lineage")],
            }],
        };
        var (code, output, error) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Failed), error);
        Assert.That(error, Does.Contain("MP3609"));
        Assert.That(output, Is.Empty);
    }

    /// <summary>The state of a run that did the first steps.</summary>
    private async Task RecordAsync(Func<MigrationPlan, int> count)
    {
        await RunAsync("m.yaml", "--out", "saved.json");
        var json = await File.ReadAllTextAsync(Path.Combine(directory, "saved.json"));
        var plan = PlanDocument.Read(json, "saved.json").Plan!;
        using var store = await StateStore.OpenAsync(
            new LocalStateFiles(Path.Combine(directory, ".migplan", "sample"), TimeProvider.System),
            TimeProvider.System,
            CancellationToken.None);
        await store.WritePlanAsync(Encoding.UTF8.GetBytes(json));
        await store.AppendAsync(new PlanAdopted("lineage", plan.Name, plan.Digest, plan.ManifestDigest, [.. plan.Steps.Select(step => step.Id)]));
        foreach (var step in plan.Steps.Take(count(plan)))
        {
            await store.AppendAsync(new StepBegun(step.Id));
            await store.AppendAsync(new StepFinished(step.Id, "done", FoundDone: false, []));
        }
    }

    [Test]
    public async Task An_invalid_manifest_is_exit_3()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "m.yaml"), "kind: Nothing");
        Assert.That((await RunAsync("m.yaml", "--offline")).Code, Is.EqualTo(ExitCode.ManifestInvalid));
    }

    [Test]
    public async Task A_finding_of_the_planner_points_into_the_manifest()
    {
        facts = (new Sample() with { Target = Sample.Occupied("nonprod", "shop") }).Facts;
        var (code, _, error) = await RunAsync("m.yaml");
        Assert.That(code, Is.EqualTo(ExitCode.Failed));
        Assert.That(error, Does.Contain("MP4002").And.Contain("m.yaml:13:"));
    }

    Action<LongWait>? IRunParts.TellWait { get; set; }

    IInspector IRunParts.Inspector => this;

    IDatabaseVerifier IRunParts.Verifier => throw new NotSupportedException();

    IInstanceVerifier IRunParts.InstanceVerifier => throw new NotSupportedException();

    IResourceRemover IRunParts.Remover => throw new NotSupportedException();

    ImmutableArray<IStepHandler> IRunParts.Handlers => throw new NotSupportedException();

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;

    Task<InspectedFacts> IInspector.InspectAsync(MigrationManifest manifest, CancellationToken cancellationToken)
    {
        looks++;
        return Task.FromResult(facts);
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost { In = TextReader.Null, Out = output, Error = error, WorkingDirectory = directory, Compose = (_, _) => this };
        var command = PlanCommand.Create(host);
        var code = await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
