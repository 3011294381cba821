using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

/// <summary><c>rollback --target</c>, and what stands behind a fence that a rollback would lift.</summary>
public sealed class PartialRollbackTests
{
    private const string A = "{ from: s/a, to: t/a }";
    private const string B = "{ from: s/b, to: t/b }";
    private const string Fenced = "{ from: s/b, to: t/b, fence: read-only }";

    private ApplyStage stage = null!;

    [SetUp]
    public void Prepare() => stage = new ApplyStage("a", "b");

    [TearDown]
    public void CleanUp() => stage.Dispose();

    /// <summary>
    /// Its ledger is gone, so that nothing in it tells whose it is. A run that could not end, or was killed, must
    /// know it the next time, too.
    /// </summary>
    [Test]
    public async Task What_is_finished_is_known_as_such_until_it_is_taken_back()
    {
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Parts.Remove = _ => throw new StepFailedException(ExecutionDiagnostics.ConnectionFailed("t", "it is away"), FailureClass.Transient);
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.EqualTo(1));
        foreach (var command in (string[][])
        [
            ["apply", "m.yaml", "--auto-approve"],
            ["plan", "m.yaml"],
            ["apply", "m.yaml", "--auto-approve", "--target", "t/b"],
        ])
        {
            var refused = await stage.RunAsync(command);
            Assert.That(refused.Code, Is.EqualTo(6), refused.Error);
            Assert.That(refused.Error, Does.Contain("MP5015").And.Contain("migplan rollback MANIFEST --target t/b"));
        }

        var status = await stage.RunAsync("status", "m.yaml");
        Assert.That(status.Out, Does.Contain("rollback of t/b begun, 1 resource left to take back"));
        stage.Parts.Remove = _ => new RemovalResult(IsGone: true, "gone");
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.Zero);
        Assert.That(stage.Parts.Standings, Is.EqualTo(new[] { ResourceStanding.Finished, ResourceStanding.Finished }));
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("unfinished, 1 of 2 databases done").And.Contain("t/b  to do"));
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
    }

    /// <summary>What was approved was about what was there then.</summary>
    [Test]
    public async Task What_was_taken_back_is_planned_and_approved_anew()
    {
        stage.Map(A, "{ from: s/b, to: t/b, onExisting: replace }");
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.Zero);
        stage.Parts.Effects["t/b:create-database"] = stage.Parts.Effects["t/b:verify"] = true;
        stage.Parts.Acts.Clear();
        foreach (var command in (string[][])[["apply", "m.yaml"], ["apply", "m.yaml", "--target", "t/b"]])
        {
            var unasked = await stage.RunAsync(command);
            Assert.That(unasked.Code, Is.EqualTo(1), unasked.Error);
            Assert.That(unasked.Error, Does.Contain("MP9101"));
            Assert.That(unasked.Out, Does.Contain("s/b → t/b"));
        }

        stage.Map(A, B);
        Assert.That((await stage.ApplyAsync()).Error, Does.Contain("MP4002"));
        Assert.That(stage.Parts.Acts, Is.Empty);
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("the plan is of t/a alone"));
    }

    [Test]
    public async Task What_is_left_when_all_was_taken_back_one_by_one_is_not_finished()
    {
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That((await stage.RollBackAsync("--target", "t/a")).Code, Is.Zero);
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Code, Is.Zero);
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("unfinished, 0 of 2 databases done"));
        Assert.That((await stage.RunAsync("apply", "m.yaml")).Error, Does.Contain("MP9101"));
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("finished, 2 databases"));
    }

    [Test]
    public async Task A_plan_that_was_rolled_back_stays_so_when_more_is_taken_back()
    {
        stage.Map(A);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Map(A, B);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That((await stage.RollBackAsync()).Code, Is.Zero);
        stage.Parts.Remove = _ => throw new StepFailedException(ExecutionDiagnostics.ConnectionFailed("t", "it is away"), FailureClass.Transient);
        Assert.That((await stage.RollBackAsync("--earlier", "--target", "t/a")).Code, Is.EqualTo(1));
        stage.Parts.Remove = _ => new RemovalResult(IsGone: true, "gone");
        Assert.That((await stage.RollBackAsync("--target", "t/a")).Code, Is.Zero, "it goes on with what was begun");
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "database t/b", "database t/a" }));
        Assert.That((await stage.RunAsync("status", "m.yaml")).Out, Does.Contain("demo: rolled back"));
        stage.Parts.Acts.Clear();
        Assert.That((await stage.RunAsync("apply", "m.yaml")).Error, Does.Contain("MP9101"));
        Assert.That(stage.Parts.Acts, Is.Empty);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        Assert.That(stage.Parts.Acts, Does.Contain("t/a:verify").And.Contain("t/b:verify"));
    }

    [Test]
    public async Task Where_nothing_is_taken_back_that_is_said()
    {
        stage.Map(A);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        stage.Map(A, B);
        Assert.That((await stage.ApplyAsync()).Code, Is.Zero);
        var (code, output, error) = await stage.RunAsync("rollback", "m.yaml", "--target", "t/a");
        Assert.That(code, Is.Zero, error);
        Assert.That(output, Does.Contain("stays    database t/a").And.Contain("nothing to do for t/a").And.Contain("--earlier").And.Not.Contain("rolled back"));
        Assert.That((await stage.RollBackAsync("--target", "t/b")).Out, Does.Contain("demo: t/b rolled back"));
        var again = await stage.RollBackAsync("--target", "t/b");
        Assert.That(again.Code, Is.Zero, again.Error);
        Assert.That(again.Out, Does.Contain("nothing to do for t/b").And.Not.Contain("--earlier"));
        var both = await stage.RollBackAsync("--target", "t/a", "--target", "t/b");
        Assert.That(both.Out, Does.Contain("nothing to do for t/a, t/b"));
    }

    [Test]
    public async Task A_fence_stays_while_a_database_that_stays_stands_behind_it()
    {
        const string X = "{ from: s/n, to: t/x, fence: read-only }";
        const string Y = "{ from: s/n, to: t/y, fence: read-only }";
        stage.Map(X, Y);
        // That of the other one finds the fence there.
        stage.Parts.Effects["t/x:fence-source"] = true;
        await FailAsync("t/y:copy-data");
        stage.Map(X, Y, A);
        await FailAsync("t/y:copy-data");
        var (code, output, error) = await stage.RollBackAsync();
        Assert.That(code, Is.Zero, error);
        Assert.That(stage.Parts.Removed, Is.EquivalentTo(new[] { "database t/y", "database t/a" }));
        Assert.That(
            output,
            Does.Contain("stays    fence s/n on old.internal:5432: of an earlier plan, which was finished")
                .And.Contain("ALTER DATABASE \"n\" RESET default_transaction_read_only"));
        Assert.That((await stage.RollBackAsync("--earlier")).Code, Is.Zero);
        Assert.That(stage.Parts.Removed, Does.Contain("fence s/n").And.Contain("database t/x"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_fence_stays_where_another_state_has_taken_over_what_stands_behind_it(bool isAlone)
    {
        stage.Map(A, Fenced);
        await FailAsync("t/b:copy-data");
        stage.Parts.Remove = resource => resource.Name == "b" && resource.Kind == "database"
            ? new RemovalResult(IsGone: false, "it was taken over") { IsOurs = false, IsTakenOver = true }
            : new RemovalResult(IsGone: true, "gone");
        var (code, output, error) = await stage.RollBackAsync(isAlone ? ["--target", "t/b"] : []);
        Assert.That(code, Is.Zero, error);
        Assert.That(stage.Parts.Removed, isAlone ? Is.Empty : Is.EqualTo(new[] { "database t/a" }));
        Assert.That(
            output,
            Does.Contain("fence s/b: stays: t/b stands behind it, and may be another run's by now")
                .And.Contain("ALTER DATABASE \"b\" RESET default_transaction_read_only"));
        Assert.That((await stage.RunAsync("state", "list", "m.yaml")).Out, Does.Not.Contain("fence s/b"));
    }

    /// <summary>Whoever rolls back because the target is dead wants to have the source back.</summary>
    [Test]
    public async Task A_fence_is_lifted_where_nobody_knows_of_another_run()
    {
        stage.Map(A, Fenced);
        await FailAsync("t/b:copy-data");
        stage.Parts.Remove = resource => resource.Kind == "database"
            ? throw new StepFailedException(ExecutionDiagnostics.ConnectionFailed("t", "it is away"), FailureClass.Transient)
            : new RemovalResult(IsGone: true, "gone");
        Assert.That((await stage.RollBackAsync()).Code, Is.EqualTo(1));
        Assert.That(stage.Parts.Removed, Is.EqualTo(new[] { "fence s/b" }));
    }

    private async Task FailAsync(string id)
    {
        stage.Parts.Act = step => _ = step.Id == id
            ? throw new StepFailedException(ExecutionDiagnostics.ServerError(step.Id, "XX000", "no", detail: null, hint: null), FailureClass.Permanent)
            : step;
        var (code, _, error) = await stage.ApplyAsync();
        Assert.That(code, Is.EqualTo(7), error);
        stage.Parts.Act = _ => { };
    }
}
