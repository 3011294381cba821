using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

/// <summary>Manifests that are changed while a run of theirs is unfinished: one database failed, the others are done.</summary>
public sealed class ChangedManifestTests
{
    private const string A = "{ from: s/a, to: t/a }";
    private const string B = "{ from: s/b, to: t/b }";
    private const string C = "{ from: s/c, to: t/c }";

    private ApplyStage stage = null!;

    [SetUp]
    public void Prepare() => stage = new ApplyStage("a", "b");

    [TearDown]
    public void CleanUp() => stage.Dispose();

    [TestCase("{ from: s/b, to: t/b, publications: copy }")]
    [TestCase("{ from: s/other, to: t/b }")]
    [TestCase("{ from: s/b, to: t/renamed }")]
    [TestCase("{ from: s/b, to: t/b, fence: read-only }", C)]
    [TestCase]
    public async Task A_mapping_that_has_made_nothing_on_its_target_may_be_changed_or_left_out(params string[] mappings)
    {
        await FailAsync("t/b:create-roles");
        stage.Map([A, .. mappings]);
        stage.Parts.Looks.Clear();
        var (code, output, error) = await stage.ApplyAsync();

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Match(@"s/a → t/a +\d+ of \d+ steps done already"), "the plan is shown");
        Assert.That(stage.Parts.Acts, Has.None.StartsWith("t/a:"));
        Assert.That(stage.Parts.Looks, Does.Not.Contain("s/a"));
        foreach (var target in mappings.Select(mapping => mapping.Contains("t/renamed", StringComparison.Ordinal)
            ? "t/renamed"
            : mapping.Contains("t/c", StringComparison.Ordinal) ? "t/c" : "t/b"))
        {
            Assert.That(stage.Parts.Acts, Does.Contain($"{target}:verify"));
        }

        Assert.That((await stage.ApplyAsync()).Out, Does.Contain("nothing to do"));
    }

    [Test]
    public async Task A_changed_plan_is_approved_anew()
    {
        await FailAsync("t/b:create-roles");
        stage.Map(A, B, C);
        var (code, output, error) = await stage.RunAsync("apply", "m.yaml");
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(output, Does.Contain("s/c → t/c"));
        Assert.That(error, Does.Contain("MP9101"));
        Assert.That(stage.Parts.Acts, Is.Empty);

        stage.Map(A, B);
        Assert.That((await stage.RunAsync("apply", "m.yaml")).Code, Is.Zero, "what was approved goes on");
    }

    /// <summary>What says how, and not what: it holds for the steps that are left.</summary>
    [TestCase("{ from: s/b, to: t/b, parallelism: 2 }")]
    [TestCase("{ from: s/b, to: t/b, verify: checksums }")]
    [TestCase("{ from: s/b, to: t/b, onExisting: replace }")]
    [TestCase(B, C)]
    public async Task A_mapping_that_was_begun_goes_on_where_it_was(params string[] mappings)
    {
        await FailAsync("t/b:copy-data");
        stage.Map([A, .. mappings]);
        Step? verified = null;
        stage.Parts.Act = step => verified = step.Id == "t/b:verify" ? step : verified;
        var (code, output, error) = await stage.ApplyAsync();

        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Match(@"s/b → t/b +\d+ of \d+ steps done already"));
        Assert.That(stage.Parts.Acts, Does.Contain("t/b:copy-data").And.Not.Contain("t/b:restore-schema").And.None.StartsWith("t/a:"));
        var isHashed = mappings[0].Contains("checksums", StringComparison.Ordinal);
        Assert.That(
            ((MigrationPlans.Planning.Steps.VerifyStep)verified!).Level,
            Is.EqualTo(isHashed ? MigrationPlans.Manifest.VerificationLevel.Checksums : MigrationPlans.Manifest.VerificationLevel.Counts));
    }

    [Test]
    public async Task Another_login_is_no_change()
    {
        await FailAsync("t/b:copy-data");
        stage.Write($$"""
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: u, password: { env: RENAMED } } }
            targets:
              t: { postgres: { host: new.internal }, credentials: { username: u } }
            databases: [{{A}}, {{B}}]
            """);
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.Zero, error);
        Assert.That(stage.Parts.Acts, Does.Contain("t/b:verify").And.None.StartsWith("t/a:"));
    }

    [TestCase("{ from: s/b, to: t/b, publications: copy }", "its mapping asks for something else now")]
    [TestCase("{ from: s/b, to: t/b, fence: read-only }", "its mapping asks for something else now")]
    [TestCase("{ from: s/b, to: t/renamed }", "is not in the manifest any more")]
    public async Task A_mapping_that_was_begun_and_is_changed_is_named_and_can_be_taken_back_alone(string changed, string reason)
    {
        await FailAsync("t/b:copy-data");
        stage.Map(A, changed);
        foreach (var command in (string[][])[["apply", "m.yaml", "--auto-approve"], ["plan", "m.yaml"]])
        {
            var (code, _, error) = await stage.RunAsync(command);
            Assert.That(code, Is.EqualTo(6), error);
            Assert.That(
                error,
                Does.Contain("error[MP5024]").And.Contain($"`t/b` was begun, and").And.Contain(reason).And.Contain("migplan rollback MANIFEST --target t/b"));
            Assert.That(error, Does.Not.Contain("t/a").And.Not.Contain("MP4002"));
        }

        Assert.That(stage.Parts.Acts, Is.Empty);
        var rollback = await stage.RollBackAsync("--target", "t/b");
        Assert.That(rollback.Code, Is.Zero, rollback.Error);
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/b" }));
        var again = await stage.ApplyAsync();
        Assert.That(again.Code, Is.Zero, again.Error);
        Assert.That(stage.Parts.Acts, Has.None.StartsWith("t/a:"));
    }

    [Test]
    public async Task A_part_that_could_not_be_taken_back_is_not_forgotten()
    {
        await FailAsync("t/b:create-database");
        stage.Parts.Remove = _ => throw new StepFailedException(ConnectionDiagnostics.Unreachable("t", "new.internal", "gone"), FailureClass.Unavailable);
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.EqualTo(1));
        stage.Map(A, "{ from: s/b, to: t/b, publications: copy }");
        Assert.That((await stage.ApplyAsync()).Error, Does.Contain("MP5015").And.Contain("--target t/b"));

        var isConfirmed = true;
        stage.Parts.Remove = _ => new RemovalResult(IsGone: true, "gone");
        stage.Parts.Confirm = confirmed => isConfirmed = confirmed;
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.Zero);
        Assert.That(isConfirmed, Is.False, "its creation had not ended");
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Match("t/b  to do"));
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Does.Contain("t/b:verify").And.None.StartsWith("t/a:"));
    }

    [Test]
    public async Task What_an_earlier_plan_finished_is_taken_back_only_with_it()
    {
        stage.Map(A);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Map(A, B);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Parts.Acts.Clear();
        var rollback = await stage.RollBackAsync("--target", "t/a");
        Assert.That(rollback.Out, Does.Contain("stays    database t/a"));
        Assert.That(stage.Parts.Removed, Is.Empty);
        Assert.That((await stage.ApplyAsync()).Out, Does.Contain("nothing to do"));
        Assert.That((await stage.RollBackAsync("--target", "t/a", "--earlier")).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/a" }));
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Does.Contain("t/a:verify").And.None.StartsWith("t/b:"));
    }

    [Test]
    public async Task Plan_shows_what_apply_would_do_with_the_changed_manifest()
    {
        await FailAsync("t/b:create-roles");
        stage.Map(A, B, C);
        var (code, output, error) = await stage.RunAsync("plan", "m.yaml", "--detailed-exitcode");
        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(output, Does.Match(@"s/a → t/a +\d+ of \d+ steps done already").And.Contain("s/c → t/c"));
        Assert.That(error, Does.Not.Contain("MP4002"));
    }

    [Test]
    public async Task A_finished_mapping_that_was_changed_is_refused_as_after_a_finished_run()
    {
        await FailAsync("t/b:create-roles");
        stage.Map("{ from: s/a, to: t/a, onExisting: replace, publications: copy }", B);
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(error, Does.Contain("MP4019").And.Contain("`t/a`"));
        Assert.That(stage.Parts.Acts, Is.Empty);
    }

    [Test]
    public async Task Rollback_leaves_what_was_finished_before_the_manifest_was_changed()
    {
        await FailAsync("t/b:copy-data");
        stage.Map(A, B, C);
        stage.Parts.Act = step => Fail(step, "t/c:copy-data");
        Assert.That((await stage.ApplyAsync()).Code, Is.EqualTo(7));
        var rollback = await stage.RollBackAsync();
        Assert.That(rollback.Code, Is.Zero, rollback.Error);
        Assert.That(stage.Parts.Removed, Is.EquivalentTo(new[] { "database t/b", "database t/c" }));
        Assert.That(rollback.Out, Does.Contain("stays    database t/a"));
        Assert.That((await stage.RollBackAsync("--earlier")).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Does.Contain("database t/a"));
    }

    [Test]
    public async Task A_fence_that_nobody_needs_any_more_is_told_and_can_be_lifted()
    {
        stage.Map(A, "{ from: s/b, to: t/b, fence: read-only }");
        stage.Parts.Act = step =>
        {
            if (step.Id == "t/b:fence-source")
            {
                stage.Stop();
            }
        };
        Assert.That((await stage.ApplyAsync()).Code, Is.EqualTo(4));
        stage.GoOn();
        stage.Parts.Act = _ => { };
        stage.Map(A);
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Contain("warning[MP5025]").And.Contain("`s/b`").And.Contain("migplan rollback MANIFEST --target t/b"));
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "fence s/b" }));
    }

    [Test]
    public async Task A_fence_of_a_mapping_that_is_only_not_named_now_is_not_told_as_left()
    {
        const string Fenced = "{ from: s/b, to: t/b, fence: read-only }";
        stage.Map(A, Fenced);
        await FailAsync("t/b:fence-source");
        stage.Map(A, Fenced, C);
        var (code, _, error) = await stage.RunAsync("apply", "m.yaml", "--auto-approve", "--target", "t/c");
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Not.Contain("MP5025"));
    }

    [Test]
    public async Task A_fence_that_another_part_of_the_source_stands_behind_is_not_lifted_with_one_of_them()
    {
        stage.Map("{ from: s/a, to: t/one, fence: read-only }", "{ from: s/a, to: t/two, fence: read-only }");
        stage.Parts.Act = step => Fail(step, "t/one:copy-data");
        await stage.ApplyAsync();
        Assert.That((await stage.RollBackAsync("--target", "t/one")).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/one" }));
    }

    [Test]
    public async Task Roles_stay_until_all_is_taken_back_because_other_databases_may_have_come_to_need_them()
    {
        stage.Parts.Roles = ["r_"];
        await FailAsync("t/b:copy-data");
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/b" }));
        Assert.That((await stage.RollBackAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Does.Contain("role t/r_b").And.Contain("database t/a"));
    }

    [Test]
    public async Task A_finished_mapping_that_was_taken_back_is_done_anew()
    {
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Parts.Acts.Clear();
        var unknown = await stage.RollBackAsync("--target", "t/none");
        Assert.That(unknown.Code, Is.EqualTo(64));
        Assert.That(unknown.Error, Does.Contain("MP9103").And.Contain("t/a, t/b"));
        var rollback = await stage.RollBackAsync("--target", "t/b");
        Assert.That(rollback.Code, Is.Zero, rollback.Error);
        Assert.That(rollback.Out, Does.Contain("drop     database t/b").And.Not.Contain("t/a"));
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Does.Contain("t/b:verify").And.None.StartsWith("t/a:"));
    }

    private async Task FailAsync(string id)
    {
        stage.Parts.Act = step => Fail(step, id);
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(7), error);
        stage.Parts.Act = _ => { };
        stage.Parts.Acts.Clear();
    }

    private static void Fail(Step step, string id)
    {
        if (step.Id == id)
        {
            throw new StepFailedException(ExecutionDiagnostics.ServerError(step.Id, "XX000", "no", detail: null, hint: null), FailureClass.Permanent);
        }
    }
}
