using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>What an instance has beside its data, moved by the real program to where only what was asked for is set.</summary>
public sealed class InstanceSettingsTests
{
    [Test]
    public async Task A_named_parameter_group_and_what_RDS_takes_with_a_restore_come_along()
    {
        using var fixture = new MoveFixture(to: ", parameterGroup: Tuned-Ireland");
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, MoveFixture.From, Source());
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Error, Does.Not.Contain("MP3614"));
        Assert.That(apply.Output, Does.Contain("parameter group Tuned-Ireland"));
        var moved = fixture.Rds.Instance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved");
        Assert.That((moved.ParameterGroup, moved.UsesIam, moved.CopiesTags, moved.LogExport), Is.EqualTo(("Tuned-Ireland", true, true, "postgresql")));
    }

    [Test]
    public async Task What_an_instance_had_off_stays_off()
    {
        using var fixture = new MoveFixture();
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Error, Does.Not.Contain("MP3614").And.Not.Contain("MP3615"));
        var moved = fixture.Rds.Instance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved");
        Assert.That((moved.ParameterGroup, moved.UsesIam, moved.CopiesTags, moved.LogExport), Is.EqualTo(("default.postgres15", false, false, (string?)null)));
    }

    [Test]
    public async Task A_parameter_group_that_nothing_is_named_for_is_warned_of_before_it_is_lost()
    {
        using var fixture = new MoveFixture();
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, MoveFixture.From, Source());
        using var plan = await fixture.RunAsync("plan", fixture.Manifest);
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());
        Assert.That(
            plan.Error,
            Does.Contain("warning[MP3614]: `env-shop` will have the default parameter group in place of `tuned`").And.Contain("to.parameterGroup"));
    }

    [Test]
    public async Task Protection_against_deletion_is_left_to_the_user_so_that_a_rollback_can_delete()
    {
        using var fixture = new MoveFixture(to: ", parameterGroup: tuned-ireland");
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, MoveFixture.From, Source());
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            apply.Error,
            Does.Contain("MP3615").And.Contain("aws rds modify-db-instance --region eu-west-1 --db-instance-identifier env-shop-moved --deletion-protection"));
        Assert.That(fixture.Rds.Instance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved").IsProtected, Is.False);
        using var rollback = await fixture.RunAsync("rollback", fixture.Manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.Empty);
    }

    [Test]
    public async Task Another_parameter_group_than_the_one_that_was_asked_for_is_a_difference()
    {
        MoveFixture? fixture = null;
        using var held = fixture = new MoveFixture(
            script: (request, answer) => Task.FromResult(request.Action == "DescribeDBInstances" && fixture!.HasBegun("verify-instance")
                ? answer() with { Body = answer().Body.Replace(">tuned-ireland<", ">default.postgres15<", StringComparison.Ordinal) }
                : answer()),
            to: ", parameterGroup: tuned-ireland");
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(8), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP6404").And.Contain("has parameter group default.postgres15, not tuned-ireland"));
    }

    [Test]
    public async Task An_instance_that_does_not_answer_from_here_is_moved_all_the_same_and_that_is_said()
    {
        MoveFixture? fixture = null;
        var place = $"<Endpoint><Address>127.0.0.1</Address><Port>{MotoServer.FreePort()}</Port></Endpoint>";
        using var held = fixture = new MoveFixture(
            script: (request, answer) => Task.FromResult(request.Action == "DescribeDBInstances" && fixture!.HasBegun("verify-instance")
                ? answer() with { Body = answer().Body.Replace("</DBInstance>", $"{place}</DBInstance>", StringComparison.Ordinal) }
                : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Output, Does.Contain("note MP6405: instance `env-shop-moved` does not answer at 127.0.0.1:"));
    }

    private static FakeResource Source() => new("env-shop", "available")
    {
        KmsKeyId = MoveFixture.SourceKey,
        ParameterGroup = "tuned",
        UsesIam = true,
        CopiesTags = true,
        IsProtected = true,
        LogExport = "postgresql",
    };
}
