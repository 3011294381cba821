using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

/// <summary><c>apply --target</c>: what it names is shown, approved and carried out, and nothing else.</summary>
public sealed class NamedTargetTests
{
    private const string A = "{ from: s/a, to: t/a }";
    private const string B = "{ from: s/b, to: t/b, onExisting: replace, fence: read-only }";

    private static readonly string[] Named = ["apply", "m.yaml", "--target", "t/a"];

    private ApplyStage stage = null!;

    [SetUp]
    public void Prepare()
    {
        stage = new ApplyStage();
        stage.Map(A, B);
    }

    [TearDown]
    public void CleanUp() => stage.Dispose();

    [Test]
    public async Task Only_what_is_named_is_shown_and_approved()
    {
        var (code, output, error) = await stage.AnswerAsync("yes", Named);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("Carry out t/a, and nothing else? Only `yes` is taken: "));
        Assert.That(output, Does.Contain("s/a → t/a").And.Not.Contain("s/b"));
        Assert.That(stage.Parts.Acts, Is.Not.Empty.And.All.StartsWith("t/a:"));
        var status = await stage.RunAsync("status", "m.yaml");
        Assert.That(
            status.Out,
            Does.Contain("unfinished, 1 of 2 databases done")
                .And.Contain("the plan is of t/a alone")
                .And.Contain("t/b  to do")
                .And.Not.Contain("changed since"));

        stage.Parts.Acts.Clear();
        var unasked = await stage.RunAsync("apply", "m.yaml");
        Assert.That(unasked.Code, Is.EqualTo(1), unasked.Error);
        Assert.That(unasked.Error, Does.Contain("MP9101"));
        Assert.That(unasked.Out, Does.Contain("s/b → t/b"));
        Assert.That(stage.Parts.Acts, Is.Empty);

        var rest = await stage.AnswerAsync("yes", "apply", "m.yaml");
        Assert.That(rest.Code, Is.Zero, rest.Error);
        Assert.That(rest.Error, Does.Contain("Carry this plan out?"));
        Assert.That(stage.Parts.Acts, Does.Contain("t/b:verify").And.None.StartsWith("t/a:"));
        Assert.That((await stage.RunAsync("apply", "m.yaml")).Out, Does.Contain("nothing to do, all 2 databases done already"));
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Not.Contain("--target"));
    }

    [Test]
    public async Task Status_as_JSON_is_what_its_schema_says()
    {
        Assert.That((await stage.RunAsync([.. Named, "--auto-approve"])).Code, Is.Zero);
        var schema = await NJsonSchema.JsonSchema.FromFileAsync(Repository.PathOf("schemas", "status.v1.schema.json"));
        var json = (await stage.RunAsync("status", "m.yaml", "--format", "json")).Out;
        Assert.That(schema.Validate(json), Is.Empty);
        Assert.That(json, Does.Contain("\"only\": [").And.Contain("\"status\": \"unfinished\""));
    }

    [Test]
    public async Task What_is_finished_is_said_of_what_is_named_alone()
    {
        Assert.That((await stage.RunAsync([.. Named, "--auto-approve"])).Code, Is.Zero);
        Assert.That((await stage.RunAsync(Named)).Out, Does.Contain("nothing to do, all 1 database done already"));
    }

    [Test]
    public async Task What_was_approved_goes_on_unasked_and_nothing_else_does()
    {
        await StopAsync();
        Assert.That((await stage.RunAsync("apply", "m.yaml")).Error, Does.Contain("MP9101"));
        Assert.That((await stage.RunAsync("apply", "m.yaml", "--target", "t/b")).Error, Does.Contain("MP9101"));
        Assert.That(stage.Parts.Acts, Is.Empty);
        Assert.That((await stage.RunAsync("plan", "m.yaml")).Out, Does.Contain("s/b → t/b").And.Contain("steps done already"));

        var (code, _, error) = await stage.RunAsync(Named);
        Assert.That(code, Is.Zero, error);
        Assert.That(stage.Parts.Acts, Does.Contain("t/a:verify").And.Not.Contain("t/a:create-database").And.All.StartsWith("t/a:"));
    }

    [Test]
    public async Task The_rest_is_begun_with_what_was_stopped_once_it_is_approved()
    {
        await StopAsync();
        var (code, output, error) = await stage.AnswerAsync("yes", "apply", "m.yaml");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("s/b → t/b"));
        Assert.That(stage.Parts.Acts, Does.Contain("t/a:verify").And.Contain("t/b:verify").And.Not.Contain("t/a:create-database"));
    }

    [Test]
    public async Task One_after_the_other_is_named()
    {
        await StopAsync();
        Assert.That((await stage.AnswerAsync("yes", "apply", "m.yaml", "--target", "t/b")).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Is.Not.Empty.And.All.StartsWith("t/b:"));
        Assert.That((await stage.RunAsync(Named)).Code, Is.Zero, "it was approved before");
        Assert.That((await stage.RunAsync("apply", "m.yaml")).Out, Does.Contain("nothing to do, all 2 databases done already"));
    }

    [Test]
    public async Task What_is_wrong_with_others_stands_in_nobodys_way()
    {
        stage.Map(A, "{ from: s/b, to: t/b }", "{ from: s/c, to: t/c, strategy: replicate }");
        stage.Parts.Effects["t/b:create-database"] = stage.Parts.Effects["t/b:verify"] = true;
        var all = await stage.ApplyAsync();
        Assert.That(all.Code, Is.EqualTo(1), all.Error);
        var (code, _, error) = await stage.RunAsync([.. Named, "--auto-approve"]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Not.Contain("MP4002"));
        Assert.That(stage.Parts.Acts, Is.Not.Empty.And.All.StartsWith("t/a:"));
        Assert.That((await stage.RunAsync("apply", "m.yaml", "--auto-approve", "--target", "t/b")).Error, Does.Contain("MP4002"));
    }

    [Test]
    public async Task What_was_seen_wrong_with_another_database_stands_in_nobodys_way()
    {
        stage.Parts.Findings = [ConnectionDiagnostics.InspectionFailed("s/b", "locked"), ConnectionDiagnostics.ConnectDenied("t/b", "u", "no")];
        var (code, _, error) = await stage.RunAsync([.. Named, "--auto-approve"]);
        Assert.That(code, Is.Zero, error);
        stage.Parts.Findings = [ConnectionDiagnostics.InspectionFailed("s/a", "locked")];
        Assert.That((await stage.RunAsync("apply", "m.yaml", "--auto-approve", "--target", "t/b")).Code, Is.Zero);
    }

    /// <summary>It is told by the name of the database that was tried first.</summary>
    [Test]
    public async Task What_is_wrong_with_an_endpoint_stands_in_the_way_and_is_told()
    {
        stage.Parts.TargetAnswers = false;
        stage.Parts.Findings = [ConnectionDiagnostics.Unreachable("t/b", "new.internal:5432", "refused")];
        var (code, _, error) = await stage.RunAsync([.. Named, "--auto-approve"]);
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(error, Does.Contain("MP3003"));
        Assert.That(stage.Parts.Acts, Is.Empty);
    }

    [Test]
    public async Task A_plan_that_was_approved_whole_is_not_asked_about_again()
    {
        stage.Parts.Act = step => Fail(step, "t/b:copy-data");
        Assert.That((await stage.ApplyAsync()).Code, Is.EqualTo(7));
        stage.Parts.Act = _ => { };
        Assert.That((await stage.RunAsync("apply", "m.yaml", "--target", "t/b")).Code, Is.Zero);
    }

    /// <summary>In the middle of the first database.</summary>
    private async Task StopAsync()
    {
        stage.Parts.Act = step =>
        {
            if (step.Id == "t/a:restore-schema")
            {
                stage.Stop();
            }
        };
        Assert.That((await stage.RunAsync([.. Named, "--auto-approve"])).Code, Is.EqualTo(4));
        stage.GoOn();
        stage.Parts.Act = _ => { };
        stage.Parts.Acts.Clear();
    }

    private static void Fail(MigrationPlans.Planning.Step step, string id)
    {
        if (step.Id == id)
        {
            throw new StepFailedException(ExecutionDiagnostics.ServerError(step.Id, "XX000", "no", detail: null, hint: null), FailureClass.Permanent);
        }
    }
}
