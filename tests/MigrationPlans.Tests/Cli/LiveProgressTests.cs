using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.Reporting;
using MigrationPlans.Tests.Execution;
using NUnit.Framework;
using Spectre.Console;

namespace MigrationPlans.Tests.Cli;

public sealed class LiveProgressTests
{
    private const string LongObject = "warehouse_2026 order_lines_by_customer_and_day_of_delivery_idx";

    /// <summary>A line that goes on below moves all others, and redrawing leaves parts of it behind.</summary>
    [TestCase(30)]
    [TestCase(80)]
    [TestCase(130)]
    [TestCase(250)]
    public void A_database_takes_one_line_however_wide_the_terminal_is(int width)
    {
        var lines = Draw(width, "shop", "🐘 odd [name]\n", new string('w', 63));
        Assert.That(lines, Has.Length.EqualTo(4), string.Join('\n', lines));
        Assert.That(lines.Select(line => line.GetCellWidth()), Has.All.LessThanOrEqualTo(width));
        Assert.That(lines[0], Does.StartWith("t/shop"));
        Assert.That(lines[3], Does.StartWith("in all").And.Contain("0/3"));
    }

    [Test]
    public void What_says_most_is_seen_on_a_narrow_terminal()
    {
        var lines = Draw(80, "shop");
        Assert.That(
            lines[0],
            Does.StartWith("t/shop ").And.Contain(" copy-data ").And.Contain(" 200 MB of about 296 MB, 100 MB/s, 1.0 s left").And.Contain("…"));
        Assert.That(lines[1], Does.Contain("200 MB of about 296 MB"));
    }

    [Test]
    public void A_wide_terminal_shows_all() =>
        Assert.That(Draw(200, "shop")[0], Does.EndWith($"200 MB of about 296 MB, 100 MB/s, 1.0 s left, 18 of 151 tables, 24 of 314 indexes, {LongObject}"));

    [Test]
    public void What_an_earlier_run_has_done_is_done_and_those_at_work_come_first()
    {
        var clock = new FakeClock();
        var progress = new RunProgress(clock);
        var (_, plan) = TestPlans.Of("done", "waits", "works");
        var first = plan.Steps.First(step => step.Database == "t/works");
        progress.Publish(new RunStarted(plan, 5, IsResumed: true)
        {
            At = clock.GetUtcNow(),
            DoneBefore = [.. plan.Steps.Where(step => step.Database == "t/done").Select(step => step.Id), first.Id],
        });
        progress.Publish(new StepFoundDone(first, "looked at again") { At = clock.GetUtcNow() });
        progress.Publish(new StepStarted(plan.Steps.Last(step => step.Database == "t/works"), 1) { At = clock.GetUtcNow() });

        var lines = Draw(120, progress);

        Assert.That(lines[0], Does.StartWith("t/works 1/3 "));
        Assert.That(lines[1], Does.StartWith("t/waits 0/3 waits"));
        Assert.That(lines[2], Does.StartWith("t/done  3/3 done"));
        Assert.That(lines[3], Does.StartWith("in all  1/3"));
    }

    [Test]
    public void A_long_wait_is_shown_until_something_moves()
    {
        var (progress, plan, clock) = Begin("shop");
        progress.Publish(new StepWaits(
            plan.Steps.Single(step => step.Kind == "copy-data"),
            new LongWait("t/shop (session 7)", TimeSpan.FromMinutes(2), "is at work (create index)"))
        {
            At = clock.GetUtcNow(),
        });
        Assert.That(Draw(120, progress)[0], Is.EqualTo("t/shop 0/3 copy-data nothing from t/shop (session 7) for 2 min; the server is at work (create index)"));
        Move(progress, plan, clock);
        Assert.That(Draw(120, progress)[0], Does.Contain("200 MB of about 296 MB").And.Not.Contain("nothing from"));
    }

    [Test]
    public void A_long_wait_is_over_when_the_step_is_tried_again_or_ends()
    {
        var (progress, plan, clock) = Begin("shop", "desk", "till");
        var steps = plan.Steps.Where(step => step.Kind == "copy-data").ToList();
        foreach (var step in steps)
        {
            progress.Publish(new StepWaits(step, new LongWait("t (session 7)", TimeSpan.FromMinutes(2), "is at work")) { At = clock.GetUtcNow() });
        }

        progress.Publish(new StepRetrying(steps[0], ExecutionDiagnostics.ConnectionFailed("t", "cut"), 2, TimeSpan.FromSeconds(1)) { At = clock.GetUtcNow() });
        progress.Publish(new StepDone(steps[1], new StepResult("copied"), TimeSpan.FromSeconds(1)) { At = clock.GetUtcNow() });

        Assert.That(
            Draw(120, progress).Select(line => line.Contains("nothing from", StringComparison.Ordinal)),
            Is.EqualTo(new[] { false, false, true, false }));
    }

    private static string[] Draw(int width, params string[] databases)
    {
        var (progress, plan, clock) = Begin(databases);
        Move(progress, plan, clock);
        clock.Advance(TimeSpan.FromSeconds(2));
        return Draw(width, progress);
    }

    private static (RunProgress Progress, MigrationPlan Plan, FakeClock Clock) Begin(params string[] databases)
    {
        var clock = new FakeClock();
        var progress = new RunProgress(clock);
        var (_, plan) = TestPlans.Of(databases);
        progress.Publish(new RunStarted(plan, plan.Steps.Length, IsResumed: false) { At = clock.GetUtcNow() });
        foreach (var step in plan.Steps.Where(step => step.Kind == "copy-data"))
        {
            progress.Publish(new StepStarted(step, 1) { At = clock.GetUtcNow() });
        }

        return (progress, plan, clock);
    }

    private static void Move(RunProgress progress, MigrationPlan plan, FakeClock clock)
    {
        foreach (var step in plan.Steps.Where(step => step.Kind == "copy-data"))
        {
            progress.Publish(new StepProgressed(step, new StepProgress(LongObject, 18, 151, 1, 200 << 20, 296 << 20, 24, 314)) { At = clock.GetUtcNow() });
        }
    }

    private static string[] Draw(int width, RunProgress progress)
    {
        var drawn = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(drawn),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
        });
        console.Profile.Width = width;
        console.Write(new LiveProgress(console, progress).Render());
        return [.. drawn.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];
    }
}
