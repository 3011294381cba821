using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.Tests.Execution;

public sealed class PlanRunnerTests
{
    [Test]
    public async Task Every_step_runs_once_and_in_order()
    {
        var fixture = new RunFixture("a", "b");

        var report = await fixture.RunAsync();

        Assert.That(report.Outcome, Is.EqualTo(RunOutcome.Completed));
        Assert.That(
            fixture.World.Calls.Where(call => call.StartsWith("act t/a", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "act t/a:preflight", "act t/a:copy-data", "act t/a:verify" }));
        Assert.That((await fixture.StateAsync()).Status, Is.EqualTo(RunStatus.Finished));
    }

    [Test]
    public async Task A_second_run_touches_nothing()
    {
        var fixture = new RunFixture("a");
        await fixture.RunAsync();
        var calls = fixture.World.Calls.Count;

        var report = await fixture.RunAsync();

        Assert.That(report.Outcome, Is.EqualTo(RunOutcome.NothingToDo));
        Assert.That(fixture.World.Calls, Has.Count.EqualTo(calls));
    }

    [Test]
    public async Task A_step_whose_effect_is_there_is_not_acted_on()
    {
        var fixture = new RunFixture("a");
        fixture.World.Effects["t/a:copy-data"] = true;

        await fixture.RunAsync();

        Assert.That(fixture.World.CountOf("act t/a:copy-data"), Is.Zero);
        Assert.That(fixture.Events.OfType<StepFoundDone>().Single().Step.Id, Is.EqualTo("t/a:copy-data"));
        Assert.That((await fixture.StateAsync()).Find("t/a:copy-data")!.Summary, Is.EqualTo("is there"));
    }

    [Test]
    public async Task Started_is_in_the_journal_before_the_step_acts()
    {
        var fixture = new RunFixture("a");
        var statuses = new List<StepStatus>();
        fixture.World.Act = async (step, _, _) => statuses.Add(await fixture.StatusAsync(step.Id));

        await fixture.RunAsync();

        Assert.That(statuses, Is.All.EqualTo(StepStatus.Running).And.Exactly(3).Items);
    }

    [Test]
    public async Task A_resource_is_in_the_journal_when_its_recording_returns()
    {
        var fixture = new RunFixture("a");
        fixture.World.Act = async (step, context, _) =>
        {
            await context.RecordCreatedAsync(new CreatedResource("database", "t", step.Kind));
            Assert.That((await fixture.StateAsync()).Resources.Select(resource => resource.Name), Does.Contain(step.Kind));
        };
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    [Test]
    public async Task One_databases_failure_leaves_the_others_alone_and_names_itself_to_those_it_holds_up()
    {
        var fixture = new RunFixture("a", "b");
        fixture.World.Act = (step, _, _) => step.Id == "t/a:copy-data" ? throw Failure(FailureClass.Permanent) : Task.CompletedTask;

        var report = await fixture.RunAsync();

        Assert.That(report.Outcome, Is.EqualTo(RunOutcome.SomeFailed));
        Assert.That(report.Failures.Single().Code, Is.EqualTo("MP6003"));
        Assert.That(await fixture.StatusAsync("t/b:verify"), Is.EqualTo(StepStatus.Done));
        Assert.That(await fixture.StatusAsync("t/a:verify"), Is.EqualTo(StepStatus.Skipped));
        Assert.That(fixture.Events.OfType<StepSkipped>().Single().BecauseOf, Is.EqualTo("t/a:copy-data"));
    }

    [Test]
    public async Task A_failed_run_is_resumed_at_the_step_that_failed()
    {
        var fixture = new RunFixture("a");
        fixture.World.Act = (step, _, _) => step.Kind == "copy-data" ? throw Failure(FailureClass.Permanent) : Task.CompletedTask;
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.AllFailed));

        var looks = fixture.World.CountOf("observe t/a:preflight");
        fixture.World.Act = (_, _, _) => Task.CompletedTask;
        var report = await fixture.RunAsync();

        Assert.That(report.Outcome, Is.EqualTo(RunOutcome.Completed));
        Assert.That(fixture.World.CountOf("observe t/a:preflight"), Is.EqualTo(looks));
        Assert.That(fixture.World.CountOf("act t/a:copy-data"), Is.EqualTo(2));
        Assert.That(fixture.Events.OfType<RunStarted>().Last(), Has.Property("IsResumed").True.And.Property("StepsLeft").EqualTo(2));
    }

    [Test]
    public async Task A_passing_failure_is_tried_again()
    {
        var fixture = new RunFixture("a");
        var failures = 3;
        fixture.World.Act = (_, _, _) => failures-- > 0 ? throw Failure(FailureClass.Transient) : Task.CompletedTask;

        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.Completed));
        Assert.That(fixture.Events.OfType<StepRetrying>().Select(retry => retry.Attempt), Is.EqualTo(new[] { 2, 3, 4 }));
        Assert.That((await fixture.StateAsync()).Find("t/a:preflight")!.Attempts, Is.EqualTo(4));
    }

    [Test]
    public async Task A_passing_failure_that_does_not_pass_fails_the_step_after_five_tries()
    {
        var fixture = new RunFixture("a");
        fixture.World.Act = (_, _, _) => throw new IOException("broken pipe");
        var report = await fixture.RunAsync();
        Assert.That(report.Outcome, Is.EqualTo(RunOutcome.AllFailed));
        Assert.That(report.Failures.Single().Code, Is.EqualTo("MP6004"));
        Assert.That(fixture.World.CountOf("act t/a:preflight"), Is.EqualTo(5));
    }

    [Test]
    public async Task A_server_that_is_not_there_is_waited_for_without_that_counting_as_tries()
    {
        var fixture = new RunFixture("a");
        var failures = 0;
        // The last of what counts, after more than would count.
        fixture.World.Act = (_, _, _) => ++failures switch
        {
            <= 20 => throw Failure(FailureClass.Unavailable),
            <= 24 => throw Failure(FailureClass.Transient),
            _ => Task.CompletedTask,
        };
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    [Test]
    public async Task A_server_that_stays_away_fails_the_step_when_patience_ends()
    {
        var fixture = new RunFixture("a");
        fixture.Limits = fixture.Limits with { Retry = fixture.Limits.Retry with { Patience = TimeSpan.FromMilliseconds(20) } };
        fixture.World.Act = (_, _, _) => throw Failure(FailureClass.Unavailable);
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.AllFailed));
        Assert.That(fixture.World.CountOf("act t/a:preflight"), Is.GreaterThan(1));
    }

    [Test]
    public async Task An_unforeseen_exception_becomes_a_finding_without_a_stack_trace()
    {
        var fixture = new RunFixture("a");
        fixture.World.Act = (_, _, _) => throw new InvalidOperationException("what\nwas that");
        var failure = (await fixture.RunAsync()).Failures.Single();
        Assert.That(failure.Code, Is.EqualTo("MP6005"));
        Assert.That(failure.Message, Is.EqualTo("t/a:preflight: internal error InvalidOperationException: what"));
    }

    [Test]
    public async Task An_act_without_effect_fails()
    {
        var fixture = new RunFixture("a");
        fixture.World.HasEffect = false;
        Assert.That((await fixture.RunAsync()).Failures.Single().Code, Is.EqualTo("MP6002"));
    }

    [Test]
    public async Task Differences_alone_are_told_apart_from_failures()
    {
        var fixture = new RunFixture("a", "b");
        fixture.World.Act = (step, _, _) => step.Id == "t/a:verify" ? throw Failure(FailureClass.Difference) : Task.CompletedTask;
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.Differences));
    }

    [Test]
    public async Task A_stop_lets_the_running_step_end_and_starts_no_other()
    {
        var fixture = new RunFixture("a");
        fixture.World.Act = async (_, _, _) => await fixture.Stopping.CancelAsync();

        var report = await fixture.RunAsync();

        Assert.That(report.Outcome, Is.EqualTo(RunOutcome.Interrupted));
        Assert.That(await fixture.StatusAsync("t/a:preflight"), Is.EqualTo(StepStatus.Done));
        Assert.That(await fixture.StatusAsync("t/a:copy-data"), Is.EqualTo(StepStatus.Pending));
    }

    [Test]
    public async Task A_step_that_stops_at_a_safe_point_is_interrupted_and_resumed()
    {
        var fixture = new RunFixture("a");
        fixture.World.Act = async (_, context, _) =>
        {
            await fixture.Stopping.CancelAsync();
            context.Stopping.ThrowIfCancellationRequested();
        };
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.Interrupted));
        Assert.That(await fixture.StatusAsync("t/a:preflight"), Is.EqualTo(StepStatus.Interrupted));
    }

    [Test]
    public async Task A_step_that_does_not_heed_the_stop_is_cut_off_after_a_while()
    {
        var fixture = new RunFixture("a") { Clock = new FakeClock() };
        var clock = (FakeClock)fixture.Clock;
        fixture.World.Act = async (_, _, cancellationToken) =>
        {
            await fixture.Stopping.CancelAsync();
            clock.Advance(fixture.Limits.StopGrace);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        };
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.Interrupted));
    }

    [Test]
    public async Task A_stop_ends_the_wait_for_the_next_try()
    {
        var fixture = new RunFixture("a");
        fixture.Limits = fixture.Limits with { Retry = new RetrySettings { Delay = TimeSpan.FromHours(1), MaxDelay = TimeSpan.FromHours(1) } };
        fixture.World.Act = (_, _, _) =>
        {
            fixture.Stopping.CancelAfter(50);
            throw Failure(FailureClass.Transient);
        };
        Assert.That((await fixture.RunAsync()).Outcome, Is.EqualTo(RunOutcome.Interrupted));
    }

    [Test]
    public void A_state_that_can_not_be_written_stops_the_run_before_the_act()
    {
        var fixture = new RunFixture("a", "b");
        fixture.World.Act = (step, _, _) =>
        {
            fixture.Files.BytesLeft = 0;
            return Task.CompletedTask;
        };
        var refusal = Assert.ThrowsAsync<DiagnosticException>(async () => await fixture.RunAsync())!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP5005"));
        Assert.That(fixture.World.CountOf("act t/a:copy-data") + fixture.World.CountOf("act t/b:copy-data"), Is.Zero);
    }

    [Test]
    public async Task No_more_steps_run_at_once_than_there_are_workers()
    {
        var fixture = new RunFixture([.. Enumerable.Range(0, 12).Select(i => $"d{i}")]) { Limits = new RunLimits { Workers = 3 } };
        fixture.World.Act = (_, _, cancellationToken) => Task.Delay(5, cancellationToken);
        await fixture.RunAsync();
        Assert.That(fixture.World.MostAtOnce, Is.InRange(2, 3));
    }

    [Test]
    public async Task A_server_with_little_room_gets_one_step_at_a_time()
    {
        var fixture = new RunFixture("a", "b", "c");
        fixture.Limits = fixture.Limits with
        {
            ConnectionRoom = System.Collections.Immutable.ImmutableDictionary<(EndpointRole, string), int>.Empty.Add((EndpointRole.Target, "t"), 5),
        };
        fixture.World.Act = (_, _, cancellationToken) => Task.Delay(5, cancellationToken);
        await fixture.RunAsync();
        Assert.That(fixture.World.MostAtOnce, Is.EqualTo(1));
        Assert.That(fixture.World.Shares.Values, Is.All.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task A_database_alone_gets_all_workers()
    {
        var fixture = new RunFixture("a");
        await fixture.RunAsync();
        Assert.That(fixture.World.Shares["t/a:copy-data"], Is.EqualTo(4));
    }

    [Test]
    public void A_plan_with_a_step_that_nobody_carries_out_is_refused_before_anything_runs()
    {
        var fixture = new RunFixture("a");
        fixture.Plan = fixture.Plan with { Steps = [.. fixture.Plan.Steps, new AnalyzeStep { Id = "t/a:analyze", Database = "t/a" }] };
        var refusal = Assert.ThrowsAsync<DiagnosticException>(async () => await fixture.RunAsync())!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6007"));
        Assert.That(fixture.World.Calls, Is.Empty);
    }

    private static StepFailedException Failure(FailureClass failureClass) =>
        new(ExecutionDiagnostics.ServerError("t/a", "XX000", "no", detail: null, hint: null), failureClass);
}
