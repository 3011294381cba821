using MigrationPlans.Execution;
using MigrationPlans.Reporting;
using MigrationPlans.Tests.Execution;
using NUnit.Framework;

namespace MigrationPlans.Tests.Reporting;

public sealed class RunLinesTests
{
    /// <summary>An index build of hours, asked about twice a minute, is some lines in a log and not hundreds.</summary>
    [Test]
    public void A_wait_is_a_line_each_time_that_it_has_lasted_twice_as_long()
    {
        var step = TestPlans.Of("shop").Plan.Steps[0];
        var output = new StringWriter();
        var lines = new RunLines(output, color: false);
        foreach (var seconds in Enumerable.Range(2, 500).Select(i => 30 * i).Append(60))
        {
            lines.Publish(new StepWaits(step, new LongWait("t/shop (session 7)", TimeSpan.FromSeconds(seconds), "is at work (active)"))
            {
                At = DateTimeOffset.UnixEpoch,
            });
        }

        lines.Publish(new StepWaits(step, new LongWait("t/shop (session 8)", TimeSpan.FromSeconds(60), "is at work (active)"))
        {
            At = DateTimeOffset.UnixEpoch,
        });
        var written = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[9..]).ToList();
        Assert.That(
            written.Select(line => line.Split(" for ")[1].Split(';')[0]),
            Is.EqualTo(new[] { "60 s", "2 min", "4 min", "8 min", "16 min", "32 min", "64 min", "128 min", "60 s", "60 s" }));
        Assert.That(written[0], Is.EqualTo($"{step.Id} waits: nothing from t/shop (session 7) for 60 s; the server is at work (active)"));
    }

    /// <summary>One statement after the other on the same connection.</summary>
    [Test]
    public void The_next_wait_on_a_connection_is_told_from_its_beginning_on()
    {
        var step = TestPlans.Of("shop").Plan.Steps[0];
        var output = new StringWriter();
        var lines = new RunLines(output, color: false);
        foreach (var (began, seconds) in new[] { (1, 61), (1, 91), (2, 75), (2, 105) })
        {
            lines.Publish(new StepWaits(step, new LongWait("t/shop (session 7)", TimeSpan.FromSeconds(seconds), "is at work (active)") { Began = began })
            {
                At = DateTimeOffset.UnixEpoch,
            });
        }

        Assert.That(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(2));
    }
}
