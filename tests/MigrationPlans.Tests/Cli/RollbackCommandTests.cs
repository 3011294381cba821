using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

public sealed class RollbackCommandTests
{
    private ApplyStage stage = null!;

    [SetUp]
    public void Prepare() => stage = new ApplyStage("a", "b");

    [TearDown]
    public void CleanUp() => stage.Dispose();

    [Test]
    public async Task A_rollback_that_something_held_up_has_to_be_ended_before_anything_else()
    {
        await stage.ApplyAsync();
        stage.Parts.Remove = resource => resource.Name == "a" ? throw Unreachable() : new RemovalResult(IsGone: true, "gone");
        Assert.That((await stage.RollBackAsync()).Code, Is.EqualTo(1));
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/b" }));

        await RefusedAsync();

        stage.Parts.Remove = _ => new RemovalResult(IsGone: true, "gone");
        Assert.That((await stage.RollBackAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/b", "database t/a" }));
        var anew = await stage.ApplyAsync();
        Assert.That(anew.Code, Is.Zero, anew.Error);
        Assert.That(stage.Parts.Effects.Keys, Does.Contain("t/a:verify").And.Contain("t/b:verify"));
    }

    [Test]
    public async Task What_a_removal_waits_for_is_told_now_and_then()
    {
        await stage.ApplyAsync();
        stage.Parts.Remove = _ =>
        {
            foreach (var seconds in new[] { 60, 90, 130 })
            {
                stage.Parts.TellWait!(new LongWait("t/a (session 7)", TimeSpan.FromSeconds(seconds), "lets it wait (Lock object) for session 8"));
            }

            return new RemovalResult(IsGone: true, "gone");
        };

        var rollback = await stage.RollBackAsync();

        var lines = rollback.Error.Split('\n').Where(line => line.Contains(" waits: ", StringComparison.Ordinal)).Select(line => line[9..]).ToList();
        Assert.That(lines[..2], Is.EqualTo(new[]
        {
            "rollback waits: nothing from t/a (session 7) for 60 s; the server lets it wait (Lock object) for session 8",
            "rollback waits: nothing from t/a (session 7) for 2 min; the server lets it wait (Lock object) for session 8",
        }));
    }

    [Test]
    public async Task A_rollback_that_was_stopped_goes_on_where_it_was()
    {
        await stage.ApplyAsync();
        stage.Parts.Remove = _ =>
        {
            stage.Stop();
            return new RemovalResult(IsGone: true, "gone");
        };
        Assert.That((await stage.RollBackAsync()).Code, Is.EqualTo(4));
        stage.GoOn();

        await RefusedAsync();

        stage.Parts.Remove = _ => new RemovalResult(IsGone: true, "gone");
        Assert.That((await stage.RollBackAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Is.EquivalentTo(new[] { "database t/b", "database t/a" }));
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("rolled back").And.Contain("to do").And.Not.Contain("  done"));
    }

    [Test]
    public async Task What_is_none_of_the_plans_is_named_and_keeps_nothing_up()
    {
        await stage.ApplyAsync();
        stage.Parts.Remove = resource => resource.Name == "a"
            ? new RemovalResult(IsGone: false, "it holds something") { IsOurs = false }
            : new RemovalResult(IsGone: true, "gone");
        var rollback = await stage.RollBackAsync();
        Assert.That(rollback.Code, Is.Zero, rollback.Error);
        Assert.That(rollback.Out, Does.Contain("database t/a: is not this plan's and stays: it holds something"));
        Assert.That((await stage.RunAsync("state", "list", "m.yaml")).Out, Does.Not.Contain("created by"));
    }

    [Test]
    public async Task What_an_earlier_plan_made_stays_and_is_not_done_again_after_the_rollback()
    {
        await stage.ApplyAsync();
        stage.Map("{ from: s/a, to: t/a }", "{ from: s/b, to: t/b }", "{ from: s/c, to: t/c }");
        await FailOnceAsync("t/c:copy-data");

        var rollback = await stage.RollBackAsync();
        Assert.That(rollback.Code, Is.Zero, rollback.Error);
        Assert.That(rollback.Out, Does.Contain("drop     database t/c").And.Contain("stays    database t/a on new.internal:5432: of an earlier plan"));
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/c" }));
        Assert.That((await stage.RollBackAsync()).Out, Does.Contain("nothing to do"));
        Assert.That(
            (await stage.RunAsync("state", "list", "m.yaml")).Out,
            Does.Contain("created by t/a:create-database of an earlier plan").And.Match("done +t/a:verify").And.Match("pending +t/c:verify"));

        stage.Parts.Acts.Clear();
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Is.Not.Empty.And.All.StartsWith("t/c:"));
    }

    /// <summary>Also where the endpoint of the earlier wave has left the manifest.</summary>
    [Test]
    public async Task What_left_the_manifest_stays_too()
    {
        await stage.ApplyAsync();
        stage.Write("""
            sources:
              s: { postgres: { host: old.internal }, credentials: { username: u } }
            targets:
              second: { postgres: { host: second.internal }, credentials: { username: u } }
            databases: [{ from: s/c, to: second/c }]
            """);
        await FailOnceAsync("second/c:copy-data");
        stage.Parts.Remove = resource => resource.Endpoint == "second" ? new RemovalResult(IsGone: true, "gone") : throw Unreachable();
        var rollback = await stage.RollBackAsync();
        Assert.That(rollback.Code, Is.Zero, rollback.Error);
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database second/c" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_earlier_plans_made_is_taken_back_when_it_is_asked_for(bool isLater)
    {
        await stage.ApplyAsync();
        stage.Map("{ from: s/a, to: t/a }", "{ from: s/b, to: t/b }", "{ from: s/c, to: t/c }");
        await stage.ApplyAsync();
        if (isLater)
        {
            Assert.That((await stage.RollBackAsync()).Code, Is.Zero);
        }

        Assert.That((await stage.RollBackAsync("--earlier")).Code, Is.Zero);
        // Those of the first run were made at once, in whatever order.
        Assert.That(stage.Parts.Removed, Is.EquivalentTo(new[] { "database t/c", "database t/b", "database t/a" }));
        Assert.That(stage.Parts.Removed[0], Is.EqualTo("database t/c"));
        Assert.That((await stage.RollBackAsync("--earlier")).Out, Does.Contain("nothing to do"));

        stage.Parts.Acts.Clear();
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Does.Contain("t/a:verify").And.Contain("t/c:verify"));
    }

    [Test]
    public async Task What_was_made_for_a_mapping_that_left_the_manifest_is_marked()
    {
        await stage.ApplyAsync();
        stage.Map("{ from: s/b, to: t/b }");
        await stage.ApplyAsync();
        var (code, output, error) = await stage.RollBackAsync("--earlier");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("drop     database t/a on new.internal:5432, made for t/a, which is not in this manifest\n"));
        Assert.That(output, Does.Contain("drop     database t/b on new.internal:5432\n"));
    }

    /// <summary>Seen by the state's files, which are written once for all of them.</summary>
    [Test]
    public async Task Removed_roles_are_journaled_together()
    {
        stage.Parts.Roles = [.. Enumerable.Range(1, 30).Select(number => $"r{number}")];
        await stage.ApplyAsync();
        var lines = new HashSet<int>();
        stage.Parts.Remove = _ =>
        {
            lines.Add(File.ReadAllLines(stage.PathOf(".migplan/demo/journal.ndjson")).Length);
            return new RemovalResult(IsGone: true, "gone");
        };

        var rollback = await stage.RollBackAsync();

        Assert.That(rollback.Code, Is.Zero, rollback.Error);
        Assert.That(stage.Parts.Removed, Has.Count.EqualTo(62));
        // Before each of the two databases, and before each ten roles of both.
        Assert.That(lines, Has.Count.EqualTo(8));
        Assert.That((await stage.RunAsync("state", "list", "m.yaml")).Out, Does.Not.Contain("created by"));
    }

    private async Task FailOnceAsync(string id)
    {
        stage.Parts.Act = step => _ = step.Id == id
            ? throw new StepFailedException(ExecutionDiagnostics.ServerError(step.Id, "XX000", "no", detail: null, hint: null), FailureClass.Permanent)
            : step;
        Assert.That((await stage.ApplyAsync()).Code, Is.Not.Zero);
        stage.Parts.Act = _ => { };
    }

    private async Task RefusedAsync()
    {
        foreach (var command in new[] { new[] { "apply", "m.yaml", "--auto-approve" }, ["plan", "m.yaml"] })
        {
            var refusal = await stage.RunAsync(command);
            Assert.That(refusal.Code, Is.EqualTo(6), refusal.Error);
            Assert.That(refusal.Error, Does.Contain("MP5015").And.Contain("migplan rollback"));
        }

        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("rollback begun, 1 resource left to take back"));
        Assert.That((await stage.RunAsync("status", "m.yaml", "--format", "json")).Out, Does.Contain("\"rolling-back\""));
        Assert.That((await stage.RunAsync("state", "show", "m.yaml")).Out, Does.Contain("\"rolling-back\""));
    }

    private static StepFailedException Unreachable() => new(ExecutionDiagnostics.ConnectionFailed("t", "it is away"), FailureClass.Transient);
}
