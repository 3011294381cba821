using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The manifest of a move, or who runs it, changes after a run has finished.</summary>
public sealed class ChangedMoveTests
{
    private const string North = "eu-north-1";
    private const string Place = $"{MoveFixture.To}/{MoveFixture.TargetAccount}";

    [Test]
    public async Task A_rollback_finds_what_a_move_made_wherever_the_manifest_lists_it_by_now()
    {
        using var fixture = new MoveFixture(sourceKey: null);
        await ApplyAsync(fixture);
        fixture.Edit("instances:", $$"""
            instances:
              - from: { region: {{MoveFixture.From}}, roleArn: "arn:aws:iam::{{MoveFixture.SourceAccount}}:role/mover", externalId: "${env:EXTERNAL_ID}", match: { identifiers: ["env-*"] } }
                to: { region: {{North}}, identifier: "{identifier}-moved" }
            """);
        await ApplyAsync(fixture);
        Assert.That(fixture.Rds.Instances(FakeRds.OwnAccount, North), Is.EqualTo(new[] { "env-shop-moved" }));
        Assert.That(fixture.Rds.Snapshots(MoveFixture.SourceAccount, MoveFixture.From), Has.Count.EqualTo(2));

        using var later = await RollBackAsync(fixture);
        Assert.That(later.ExitCode, Is.Zero, later.ToString());
        Assert.That(later.Output, Does.Contain($"stays    instance {Place}/env-shop-moved"));
        using var rollback = await RollBackAsync(fixture, "--earlier");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(rollback.Output, Does.Contain($"instance {Place}/env-shop-moved: instance is being deleted").And.Not.Contain("gone already"));
        Assert.That(Left(fixture), Is.EqualTo(new[] { $"{MoveFixture.SourceAccount}/{MoveFixture.From}/env-shop" }));
    }

    [TestCase($"region: {MoveFixture.To}", $"region: {North}")]
    [TestCase($"iam::{MoveFixture.TargetAccount}:role", "iam::444444444444:role")]
    public async Task What_is_in_a_region_or_account_that_the_manifest_no_longer_names_stays_and_is_told(string before, string after)
    {
        using var fixture = new MoveFixture(sourceKey: null);
        await ApplyAsync(fixture);
        fixture.Edit(before, after);
        await CheckRefusedAsync(fixture, Place);
        fixture.Edit(after, before);
        await CheckRolledBackAsync(fixture);
    }

    [Test]
    public async Task What_other_credentials_made_is_not_looked_for_in_the_wrong_account()
    {
        using var fixture = new MoveFixture(sourceKey: null);
        fixture.Edit($"""region: {MoveFixture.To}, roleArn: "arn:aws:iam::{MoveFixture.TargetAccount}:role/mover",""", $"region: {MoveFixture.To},");
        await ApplyAsync(fixture);
        var mine = fixture.AccessKey;
        fixture.AccessKey = "ASIA444444444444";
        await CheckRefusedAsync(fixture, $"{MoveFixture.To}/{FakeRds.OwnAccount}");
        fixture.AccessKey = mine;
        await CheckRolledBackAsync(fixture);
    }

    [Test]
    public async Task An_instance_that_is_being_deleted_already_does_not_hold_a_rollback_up()
    {
        using var fixture = new MoveFixture(sourceKey: null);
        await ApplyAsync(fixture);
        fixture.Rds.SetStatus(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved", "deleting");
        using var rollback = await RollBackAsync(fixture);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(rollback.Output, Does.Contain("instance is being deleted already"));
        Assert.That(fixture.Rds.Snapshots(MoveFixture.TargetAccount, MoveFixture.To), Is.Empty);
    }

    [Test]
    public async Task A_new_identifier_is_not_taken_while_the_instance_of_before_is_being_deleted()
    {
        using var fixture = new MoveFixture(sourceKey: null, (request, answer) => Task.FromResult(request.Action == "DeleteDBInstance"
            ? new ScriptedAnswer(200, "<DeleteDBInstanceResponse><DeleteDBInstanceResult/></DeleteDBInstanceResponse>") : answer()));
        await ApplyAsync(fixture);
        using var rollback = await RollBackAsync(fixture);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        fixture.Rds.SetStatus(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved", "deleting");
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP3619").And.Contain("aws rds wait db-instance-deleted"));
        Assert.That(fixture.Requests("CreateDBSnapshot"), Is.EqualTo(1));
    }

    [TestCase("deleting", "an instance of that name is being deleted")]
    [TestCase("available", "an instance of that name is there without the tag migplan:plan=to-ireland")]
    public async Task An_instance_of_a_finished_move_that_goes_or_was_made_by_hand_is_gone(string status, string finding)
    {
        using var fixture = new MoveFixture(sourceKey: null);
        await ApplyAsync(fixture);
        fixture.Rds.AddInstance(MoveFixture.TargetAccount, MoveFixture.To, new FakeResource("env-shop-moved", status));
        foreach (var verb in (string[][])[["plan"], ["apply", "--auto-approve"]])
        {
            using var process = await fixture.RunAsync([verb[0], fixture.Manifest, .. verb[1..]]);
            Assert.That(process.ExitCode, Is.EqualTo(6), process.ToString());
            Assert.That(process.Error, Does.Contain($"{MoveFixture.To}/env-shop-moved was migrated, and is gone: {finding}"));
        }

        using var verify = await fixture.RunAsync("verify", fixture.Manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain($"the new instance is not there: {finding}"));
    }

    [Test]
    public async Task Within_one_region_and_account_a_move_does_not_pick_what_it_has_made()
    {
        using var fixture = new MoveFixture(sourceKey: null);
        fixture.Edit(MoveFixture.To, MoveFixture.From);
        fixture.Edit(MoveFixture.TargetAccount, MoveFixture.SourceAccount);
        await ApplyAsync(fixture);
        string[] made = ["env-shop", "env-shop-moved"];
        Assert.That(fixture.Rds.Instances(MoveFixture.SourceAccount, MoveFixture.From), Is.EqualTo(made));

        fixture.Edit("""identifiers: ["env-*"]""", """identifiers: ["env-*", "app-*"]""");
        await ApplyAsync(fixture);
        Assert.That(fixture.Rds.Instances(MoveFixture.SourceAccount, MoveFixture.From), Is.EqualTo(made));
    }

    [Test]
    public async Task What_was_moved_before_stays_as_it_is_and_each_difference_from_the_manifest_is_told()
    {
        using var fixture = new MoveFixture(sourceKey: null);
        fixture.Edit("-moved\"", "-moved\", publiclyAccessible: true");
        await ApplyAsync(fixture);
        fixture.Edit("publiclyAccessible: true", "publiclyAccessible: false, instanceClass: db.r6g.large, securityGroups: [sg-1]");
        using var plan = await fixture.RunAsync("plan", fixture.Manifest);
        Assert.That(plan.Error, Does.Contain("warning[MP3610]").And.Contain(
            "instanceClass is db.t3.medium, not db.r6g.large; publiclyAccessible is true, not false; securityGroups is not set, not sg-1"), plan.ToString());
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.Error, Does.Contain("warning[MP3610]").And.Contain("migplan rollback"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_an_earlier_run_left_is_not_restored_again_until_it_is_taken_away(bool isRolledBack)
    {
        using var fixture = new MoveFixture(sourceKey: null);
        await ApplyAsync(fixture);
        fixture.Rds.RemoveInstance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved");
        fixture.Edit("-moved\"", "-moved\", multiAz: true");
        var effects = fixture.Rds.Effects.Count;
        using var plan = await fixture.RunAsync("plan", fixture.Manifest);
        using var refused = await fixture.ApplyAsync();
        foreach (var process in new[] { plan, refused })
        {
            Assert.That(process.ExitCode, Is.EqualTo(1), process.ToString());
            Assert.That(process.Error, Does.Match("MP3609.*snapshot `migplan-to-ireland-env-shop-.*taken 2026-01-12 09:30 UTC"));
            Assert.That(
                process.Error,
                Does.Contain($"delete-db-snapshot --region {MoveFixture.From}").And.Contain($"delete-db-snapshot --region {MoveFixture.To}"));
        }

        Assert.That(fixture.Rds.Effects, Has.Count.EqualTo(effects));
        if (isRolledBack)
        {
            using var rollback = await RollBackAsync(fixture);
            Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        }
        else
        {
            fixture.Rds.RemoveSnapshots(MoveFixture.SourceAccount, MoveFixture.From);
            fixture.Rds.RemoveSnapshots(MoveFixture.TargetAccount, MoveFixture.To);
        }

        await ApplyAsync(fixture);
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EqualTo(new[] { "env-shop-moved" }));
        Assert.That(fixture.Requests("CreateDBSnapshot"), Is.EqualTo(2));
        await CheckRolledBackAsync(fixture);
    }

    [Test]
    public async Task A_later_move_needs_nothing_of_the_account_that_an_earlier_one_has_left()
    {
        const string Other = "444444444444";
        var isLeft = false;
        using var fixture = new MoveFixture(sourceKey: null, (request, answer) => Task.FromResult(
            isLeft && request.Fields.GetValueOrDefault("RoleArn")?.Contains(MoveFixture.SourceAccount, StringComparison.Ordinal) == true
                ? ScriptedAnswer.Error(403, "AccessDenied", "the role is gone")
                : answer()));
        await ApplyAsync(fixture);
        isLeft = true;
        fixture.Rds.AddInstance(Other, MoveFixture.From, "app-shop");
        fixture.Edit("instances:", $$"""
            instances:
              - from: { region: {{MoveFixture.From}}, roleArn: "arn:aws:iam::{{Other}}:role/mover", match: { identifiers: ["app-*"] } }
                to: { region: {{MoveFixture.To}}, roleArn: "arn:aws:iam::{{MoveFixture.TargetAccount}}:role/mover", identifier: "{identifier}-moved" }
            """);
        using var second = await fixture.ApplyAsync();
        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(second.Error, Does.Contain("warning[MP3616]").And.Contain("nothing, where that account was left for good; else: "));
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EquivalentTo(new[] { "env-shop-moved", "app-shop-moved" }));

        using var verify = await fixture.RunAsync("verify", fixture.Manifest);
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("compared with the plan: the account of snapshot and old instance can't be asked (MP35")
                .And.Contain("compared with snapshot migplan-to-ireland-app-shop-"));
        using var again = await fixture.ApplyAsync();
        Assert.That(again.Output, Does.Contain("nothing to do, all 2 instances done already"), again.ToString());

        fixture.Rds.RemoveInstance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved");
        using var gone = await fixture.ApplyAsync();
        Assert.That(gone.ExitCode, Is.EqualTo(6), gone.ToString());
    }

    private static async Task CheckRefusedAsync(MoveFixture fixture, string place)
    {
        using var rollback = await RollBackAsync(fixture);
        Assert.That(rollback.ExitCode, Is.EqualTo(1), rollback.ToString());
        Assert.That(
            rollback.Error,
            Does.Contain($"instance {place}/env-shop-moved stays: it is in {place}, and no move of this manifest leads there").And.Contain("credentials"));
        Assert.That(Left(fixture), Has.Length.EqualTo(3), "the source, the copy and the new instance");
        using var state = await fixture.RunAsync("state", "list", fixture.Manifest);
        Assert.That(state.Output, Does.Contain($"{place}/env-shop-moved"), state.ToString());
    }

    private static async Task CheckRolledBackAsync(MoveFixture fixture)
    {
        using var rollback = await RollBackAsync(fixture);
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(Left(fixture), Is.EqualTo(new[] { $"{MoveFixture.SourceAccount}/{MoveFixture.From}/env-shop" }));
    }

    private static async Task ApplyAsync(MoveFixture fixture)
    {
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    private static Task<MigplanProcess> RollBackAsync(MoveFixture fixture, params string[] options) =>
        fixture.RunAsync(["rollback", fixture.Manifest, "--auto-approve", .. options]);

    private static string[] Left(MoveFixture fixture) => [.. fixture.Rds.All().Order(StringComparer.Ordinal)];
}
