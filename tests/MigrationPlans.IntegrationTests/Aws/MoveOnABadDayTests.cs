using System.Collections.Concurrent;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Moves by the real program while RDS refuses, fails, forgets or hesitates.</summary>
public sealed class MoveOnABadDayTests
{
    private static readonly string[] Calls =
    [
        "DescribeDBInstances", "CreateDBSnapshot", "DescribeDBSnapshots", "ModifyDBSnapshotAttribute", "CopyDBSnapshot", "RestoreDBInstanceFromDBSnapshot",
    ];

    [TestCase(MoveFixture.SourceKey)]
    [TestCase(null)]
    public async Task Encrypted_or_plain_a_snapshot_crosses_account_and_region(string? key)
    {
        using var fixture = new MoveFixture(key);
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(
            fixture.Rds.Instance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved").KmsKeyId,
            Is.EqualTo(key is null ? null : MoveFixture.TargetKey));
        Assert.That(apply.Error.Contains("MP3607", StringComparison.Ordinal), Is.EqualTo(key is not null));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_run_that_lost_its_state_takes_over_nothing(bool withoutSnapshots)
    {
        using var fixture = new MoveFixture();
        using var first = await fixture.ApplyAsync();
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        Directory.Delete(fixture.StateDirectory, recursive: true);
        if (withoutSnapshots)
        {
            fixture.Rds.RemoveSnapshots(MoveFixture.SourceAccount, MoveFixture.From);
            fixture.Rds.RemoveSnapshots(MoveFixture.TargetAccount, MoveFixture.To);
        }

        var effects = fixture.Rds.Effects.Count;
        using var plan = await fixture.RunAsync("plan", fixture.Manifest);
        using var second = await fixture.ApplyAsync();
        foreach (var process in new[] { plan, second })
        {
            Assert.That(process.ExitCode, Is.EqualTo(1), process.ToString());
            Assert.That(process.Error, Does.Contain("MP3606").And.Contain("match.exclude"));
        }

        using var rollback = await fixture.RunAsync("rollback", fixture.Manifest, "--auto-approve");
        Assert.That(fixture.Rds.Effects, Has.Count.EqualTo(effects));
    }

    [Test]
    public async Task Every_call_may_be_throttled_once()
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            request.Action != "AssumeRole" && seen.TryAdd(request.Action, true) ? ScriptedAnswer.Error(400, "Throttling", "Rate exceeded") : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(seen.Keys, Is.EquivalentTo(Calls));
    }

    [Test]
    public async Task Every_connection_may_be_cut_once_after_the_call_got_through()
    {
        var seen = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        using var fixture = new MoveFixture(script: (request, answer) =>
        {
            var given = answer();
            return Task.FromResult(request.Action != "AssumeRole" && seen.TryAdd(request.Action, true) ? given with { IsCut = true } : given);
        });
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(fixture.Rds.Effects.Where(effect => !effect.StartsWith("Modify", StringComparison.Ordinal)), Has.Exactly(3).Items);
    }

    [Test]
    public async Task Slow_answers_are_waited_for()
    {
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            request.Action.StartsWith("Describe", StringComparison.Ordinal) ? answer() : answer() with { Delay = TimeSpan.FromMilliseconds(700) }));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    [Test]
    public async Task A_share_that_can_not_be_taken_back_is_told_and_the_next_run_takes_it_back()
    {
        var isDenied = true;
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            isDenied && request.Fields.ContainsKey("ValuesToRemove.AttributeValue.1") ? ScriptedAnswer.Error(403, "AccessDenied", "no") : answer()));
        using var denied = await fixture.ApplyAsync();
        Assert.That(denied.ExitCode, Is.EqualTo(1), denied.ToString());
        Assert.That(denied.Error, Does.Contain($"account {MoveFixture.SourceAccount} denies rds:ModifyDBSnapshotAttribute"));
        Assert.That(fixture.Rds.Shares(MoveFixture.SourceAccount, MoveFixture.From), Is.EqualTo(new[] { MoveFixture.TargetAccount }));
        isDenied = false;
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        Assert.That(fixture.Rds.Shares(MoveFixture.SourceAccount, MoveFixture.From), Is.Empty);
    }

    [Test]
    public async Task A_shared_snapshot_that_is_gone_is_shared_no_more()
    {
        var isDenied = true;
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            isDenied && request.Fields.ContainsKey("ValuesToRemove.AttributeValue.1") ? ScriptedAnswer.Error(403, "AccessDenied", "no") : answer()));
        using var denied = await fixture.ApplyAsync();
        Assert.That(denied.ExitCode, Is.EqualTo(1), denied.ToString());
        fixture.Rds.RemoveSnapshots(MoveFixture.SourceAccount, MoveFixture.From);
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        Assert.That(resumed.Error + resumed.Output, Does.Contain("snapshot is gone, and its share with it"));
    }

    [Test]
    public async Task A_new_instance_that_differs_keeps_the_share_that_a_new_copy_would_need()
    {
        MoveFixture? fixture = null;
        using var held = fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            request.Action == "DescribeDBInstances" && fixture!.HasBegun("verify-instance")
                ? answer() with { Body = answer().Body.Replace("15.8", "15.7", StringComparison.Ordinal) }
                : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(8), apply.ToString());
        Assert.That(fixture.Rds.Shares(MoveFixture.SourceAccount, MoveFixture.From), Is.EqualTo(new[] { MoveFixture.TargetAccount }));
    }

    [TestCase("CreateDBSnapshot")]
    [TestCase("CopyDBSnapshot")]
    [TestCase("RestoreDBInstanceFromDBSnapshot")]
    public async Task A_token_that_expires_in_the_middle_stops_the_run_and_the_next_one_goes_on(string action)
    {
        var isExpired = true;
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            isExpired && request.Action == action
                ? ScriptedAnswer.Error(403, "ExpiredToken", "The security token included in the request is expired")
                : answer()));
        using var stopped = await fixture.ApplyAsync();
        Assert.That(stopped.ExitCode, Is.EqualTo(1).Or.EqualTo(7), stopped.ToString());
        Assert.That(stopped.Error, Does.Contain("MP3503").And.Contain("log in again"));
        isExpired = false;
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        Assert.That(fixture.Rds.Effects.Where(effect => !effect.StartsWith("Modify", StringComparison.Ordinal)), Has.Exactly(3).Items);
    }

    [TestCase(
        "CreateDBSnapshot", "rds:CreateDBSnapshot", MoveFixture.SourceAccount, "arn:aws:rds:eu-central-1:111111111111:snapshot:migplan-to-ireland-env-shop-")]
    [TestCase(
        "DescribeDBSnapshots",
        "rds:DescribeDBSnapshots",
        MoveFixture.SourceAccount,
        "arn:aws:rds:eu-central-1:111111111111:snapshot:migplan-to-ireland-env-shop-")]
    [TestCase(
        "ModifyDBSnapshotAttribute",
        "rds:ModifyDBSnapshotAttribute",
        MoveFixture.SourceAccount,
        "arn:aws:rds:eu-central-1:111111111111:snapshot:migplan-to-ireland-env-shop-")]
    [TestCase("CopyDBSnapshot", "rds:CopyDBSnapshot", MoveFixture.TargetAccount, "arn:aws:rds:eu-west-1:222222222222:snapshot:migplan-to-ireland-env-shop-")]
    [TestCase(
        "RestoreDBInstanceFromDBSnapshot",
        "rds:RestoreDBInstanceFromDBSnapshot",
        MoveFixture.TargetAccount,
        "arn:aws:rds:eu-west-1:222222222222:db:env-shop-moved")]
    public async Task A_denied_call_names_account_principal_permission_and_statement(string action, string permission, string account, string resource)
    {
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            request.Action == action ? ScriptedAnswer.Error(403, "AccessDenied", "with an explicit deny in a service control policy") : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(1).Or.EqualTo(7), apply.ToString());
        Assert.That(apply.Error, Does.Contain($"account {account} denies {permission} to arn:aws:sts::{account}:assumed-role/mover/migplan"));
        Assert.That(apply.Error, Does.Contain("service control policy"));
        Assert.That(apply.Error, Does.Contain($$"""{"Effect": "Allow", "Action": "{{permission}}", "Resource": "{{resource}}"""));
        Assert.That(apply.Error, Does.Contain("migplan iam"));
    }

    [TestCase(MoveFixture.SourceAccount)]
    [TestCase(MoveFixture.TargetAccount)]
    public async Task A_role_that_may_not_be_assumed_is_told_before_anything_is_begun(string account)
    {
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            request.Action == "AssumeRole" && request.Fields["RoleArn"].Contains(account, StringComparison.Ordinal)
                ? ScriptedAnswer.Error(403, "AccessDenied", "no")
                : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(
            apply.Error,
            Does.Contain("MP3502")
                .And.Contain($"arn:aws:sts::{FakeRds.OwnAccount}:assumed-role/mover/migplan may not assume arn:aws:iam::{account}:role/mover"));
        Assert.That(apply.Error, Does.Contain("sts:AssumeRole").And.Not.Contain("ext-of-the-source"));
        Assert.That(fixture.Rds.Effects, Is.Empty);
    }

    [TestCase("creating", "MP3605")]
    [TestCase("stopped", "MP3605")]
    public async Task An_instance_that_is_not_available_is_told_before_anything_is_begun(string status, string code)
    {
        using var fixture = new MoveFixture();
        fixture.Rds.SetStatus(MoveFixture.SourceAccount, MoveFixture.From, "env-shop", status);
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(apply.Error, Does.Contain(code).And.Contain(status));
    }

    [Test]
    public async Task A_backup_that_RDS_makes_by_itself_is_waited_for()
    {
        MoveFixture? fixture = null;
        var looks = 0;
        using var held = fixture = new MoveFixture(script: (request, answer) =>
        {
            var given = answer();
            if (request.Action == "DescribeDBInstances"
                && request.Fields.GetValueOrDefault("DBInstanceIdentifier") == "env-shop"
                && Interlocked.Increment(ref looks) == 1)
            {
                fixture!.Rds.SetStatus(MoveFixture.SourceAccount, MoveFixture.From, "env-shop", "available");
            }

            return Task.FromResult(given);
        });
        fixture.Rds.SetStatus(MoveFixture.SourceAccount, MoveFixture.From, "env-shop", "backing-up");
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(looks, Is.EqualTo(2));
    }

    [Test]
    public async Task A_backup_that_begins_between_look_and_snapshot_is_waited_for()
    {
        var refusals = 0;
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            request.Action == "CreateDBSnapshot" && Interlocked.Increment(ref refusals) <= 2
                ? ScriptedAnswer.Error(400, "InvalidDBInstanceState", "is backing-up")
                : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(refusals, Is.EqualTo(3));
        Assert.That(apply.Error, Does.Contain("env-shop in eu-central-1: busy (is backing-up)"));
    }

    [TestCase("modifying", 0)]
    [TestCase("storage-optimization", 0)]
    [TestCase("stopping", 8)]
    public async Task A_new_instance_that_listens_is_no_difference_whatever_RDS_does_with_it(string status, int exitCode)
    {
        MoveFixture? fixture = null;
        using var held = fixture = new MoveFixture(script: (request, answer) =>
        {
            if (request.Action == "DescribeDBInstances" && fixture!.HasBegun("verify-instance"))
            {
                fixture.Rds.SetStatus(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved", status);
            }

            return Task.FromResult(answer());
        });
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(exitCode), apply.ToString());
        Assert.That(apply.Error.Contains("MP6404", StringComparison.Ordinal), Is.EqualTo(exitCode != 0));
    }

    [Test]
    public async Task A_restored_instance_is_not_waited_for_any_longer_than_until_it_listens()
    {
        MoveFixture? fixture = null;
        using var held = fixture = new MoveFixture(script: (request, answer) =>
        {
            var given = answer();
            if (request.Action == "RestoreDBInstanceFromDBSnapshot")
            {
                fixture!.Rds.SetStatus(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved", "storage-initialization");
            }

            return Task.FromResult(given);
        });
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(fixture.Rds.Instance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved").Status, Is.EqualTo("storage-initialization"));
    }

    [Test]
    public async Task A_snapshot_that_fails_is_told_and_rolled_back()
    {
        using var fixture = new MoveFixture(script: (request, answer) =>
        {
            var given = answer();
            return Task.FromResult(request.Action == "DescribeDBSnapshots"
                ? given with { Body = given.Body.Replace(">available<", ">failed<", StringComparison.Ordinal) }
                : given);
        });
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(1).Or.EqualTo(7), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP6401").And.Contain("`failed`").And.Contain("migplan rollback"));
        using var verify = await fixture.RunAsync("verify", fixture.Manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(1), verify.ToString());
        Assert.That(verify.Error, Does.Contain("error[MP9111]").And.Contain("env-shop-moved` can't be compared"));
        Assert.That(verify.Output, Does.Contain("0 equal, 0 different, 1 not comparable"));
        using var rollback = await fixture.RunAsync("rollback", fixture.Manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(fixture.Rds.Snapshots(MoveFixture.SourceAccount, MoveFixture.From), Is.Empty);
    }

    [TestCase("CopyDBSnapshot", MoveFixture.SourceAccount, MoveFixture.From)]
    [TestCase("RestoreDBInstanceFromDBSnapshot", MoveFixture.TargetAccount, MoveFixture.To)]
    public async Task A_snapshot_that_is_deleted_before_it_is_used_is_made_anew(string action, string account, string region)
    {
        var isDenied = true;
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            isDenied && request.Action == action ? ScriptedAnswer.Error(403, "AccessDenied", "no") : answer()));
        using var denied = await fixture.ApplyAsync();
        Assert.That(denied.ExitCode, Is.EqualTo(1), denied.ToString());
        isDenied = false;
        fixture.Rds.RemoveSnapshots(account, region);
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EqualTo(new[] { "env-shop-moved" }));
        Assert.That(fixture.Rds.Shares(MoveFixture.SourceAccount, MoveFixture.From), Is.Empty);
    }

    [Test]
    public async Task A_rollback_ends_past_an_instance_that_somebody_else_made_in_the_place_of_a_refused_one()
    {
        using var fixture = new MoveFixture(script: (request, answer) => Task.FromResult(
            request.Action == "RestoreDBInstanceFromDBSnapshot" ? ScriptedAnswer.Error(403, "AccessDenied", "no") : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        fixture.Rds.AddInstance(MoveFixture.TargetAccount, MoveFixture.To, "env-shop-moved");
        using var rollback = await fixture.RunAsync("rollback", fixture.Manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(
            rollback.Output,
            Does.Contain("env-shop-moved: is not this plan's and stays: it lacks the tags migplan:plan=to-ireland").And.Contain("rolled back"));
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EqualTo(new[] { "env-shop-moved" }));
        Assert.That(fixture.Rds.Snapshots(MoveFixture.SourceAccount, MoveFixture.From), Is.Empty);
        using var state = await fixture.RunAsync("state", "list", fixture.Manifest);
        Assert.That(state.Output, Does.Not.Contain($"{MoveFixture.TargetAccount}/env-shop-moved"));
    }

    [Test]
    public async Task An_instance_that_disappears_before_its_snapshot_stops_only_its_own_move()
    {
        MoveFixture? fixture = null;
        using var held = fixture = new MoveFixture(script: (request, answer) =>
        {
            if (request.Action == "CreateDBSnapshot" && request.Fields["DBInstanceIdentifier"] == "env-desk")
            {
                fixture!.Rds.RemoveInstance(MoveFixture.SourceAccount, MoveFixture.From, "env-desk");
                return Task.FromResult(ScriptedAnswer.Error(404, "DBInstanceNotFound", "DBInstance env-desk not found."));
            }

            return Task.FromResult(answer());
        });
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, MoveFixture.From, "env-desk", MoveFixture.SourceKey);
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(7), apply.ToString());
        Assert.That(apply.Error, Does.Contain("DBInstanceNotFound").And.Contain("env-desk"));
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EqualTo(new[] { "env-shop-moved" }));
    }
}
