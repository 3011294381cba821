using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>What a move picks differs from day to day, while its manifest stays the same.</summary>
public sealed class FurtherInstancesTests
{
    [Test]
    public async Task A_move_that_picks_nothing_is_refused_and_not_recorded()
    {
        using var fixture = new MoveFixture(sourceKey: null);
        fixture.Rds.RemoveInstance(MoveFixture.SourceAccount, MoveFixture.From, "env-shop");
        using var nothing = await fixture.ApplyAsync();
        Assert.That(nothing.ExitCode, Is.EqualTo(1), nothing.ToString());
        Assert.That(nothing.Error, Does.Contain("error[MP3600]"));
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, MoveFixture.From, "env-shop");
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.Output, Does.Contain("finished, 1 instance"), apply.ToString());
    }

    [Test]
    public async Task An_instance_that_a_finished_move_picks_later_is_planned_and_moved()
    {
        using var fixture = new MoveFixture(sourceKey: null);
        using var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, MoveFixture.From, "env-desk");
        using var plan = await fixture.RunAsync("plan", fixture.Manifest, "--detailed-exitcode");
        Assert.That(plan.ExitCode, Is.EqualTo(2), plan.ToString());
        Assert.That(plan.Output, Does.Contain("env-desk-moved"));
        using var second = await fixture.ApplyAsync();
        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EquivalentTo(new[] { "env-shop-moved", "env-desk-moved" }));
        Assert.That(fixture.Requests("CreateDBSnapshot"), Is.EqualTo(2));
        using var third = await fixture.ApplyAsync();
        Assert.That(third.Output, Does.Contain("nothing to do, all 2 instances done already"), third.ToString());
    }
}
