using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The process is killed at each stage of a move; the resumed run starts nothing twice, counted where it is carried out.</summary>
public sealed class KilledMoveTests
{
    private const string Moved = "env-shop-moved";

    private static readonly string[] Starts = ["CreateDBSnapshot", "CopyDBSnapshot", "RestoreDBInstanceFromDBSnapshot"];

    /// <summary>Before the request has any effect, and after it had, when the answer is still to come.</summary>
    [Test]
    public async Task Killed_while_a_request_is_on_its_way(
        [Values("CreateDBSnapshot", "ModifyDBSnapshotAttribute", "CopyDBSnapshot", "RestoreDBInstanceFromDBSnapshot")] string action, [Values] bool gotThrough)
    {
        var hold = new Hold((request, _) => request.Action == action) { LetsThrough = gotThrough };
        using var fixture = new MoveFixture(script: hold.AnswerAsync);
        await KillAsync(fixture, hold);
        await CheckResumedAsync(fixture);
    }

    [Test]
    public async Task Killed_while_the_share_is_taken_back([Values] bool gotThrough)
    {
        var hold = new Hold((request, _) => request.Fields.ContainsKey("ValuesToRemove.AttributeValue.1")) { LetsThrough = gotThrough };
        using var fixture = new MoveFixture(script: hold.AnswerAsync);
        await KillAsync(fixture, hold);
        await CheckResumedAsync(fixture);
    }

    /// <summary>While RDS is at it, and nobody but us waits.</summary>
    [TestCase("DescribeDBSnapshots", MoveFixture.SourceAccount)]
    [TestCase("DescribeDBSnapshots", MoveFixture.TargetAccount)]
    [TestCase("DescribeDBInstances", MoveFixture.TargetAccount)]
    public async Task Killed_while_waiting(string action, string account)
    {
        MoveFixture? fixture = null;
        var hold = new Hold((request, answer) => request.Action == action
            && request.Scope.Contains(account, StringComparison.Ordinal)
            && answer.Contains(">creating<", StringComparison.Ordinal));
        using var held = fixture = new MoveFixture(script: async (request, answer) =>
        {
            // Only what is held is slow, so that the stages before it take no time.
            fixture!.Rds.IsSlow = !hold.IsOver && IsStartOf(request, action, account);
            return await hold.AnswerAsync(request, answer);
        });
        await KillAsync(fixture, hold);
        fixture.Rds.Finish();
        await CheckResumedAsync(fixture);
    }

    [Test]
    public async Task Killed_while_the_new_instance_is_verified()
    {
        MoveFixture? fixture = null;
        var hold = new Hold((request, _) => request.Action == "DescribeDBInstances" && fixture!.HasBegun("verify-instance"));
        using var held = fixture = new MoveFixture(script: hold.AnswerAsync);
        await KillAsync(fixture, hold);
        await CheckResumedAsync(fixture);
    }

    private static bool IsStartOf(ScriptedRequest request, string action, string account) => (action, account) switch
    {
        ("DescribeDBSnapshots", MoveFixture.SourceAccount) => request.Action == "CreateDBSnapshot",
        ("DescribeDBSnapshots", _) => request.Action == "CopyDBSnapshot",
        _ => request.Action == "RestoreDBInstanceFromDBSnapshot",
    };

    private static async Task KillAsync(MoveFixture fixture, Hold hold)
    {
        using var apply = fixture.Start("apply", fixture.Manifest, "--auto-approve");
        await Task.WhenAny(hold.Reached, apply.WaitAsync());
        Assert.That(hold.Reached.IsCompleted, Is.True, apply.ToString());
        await apply.KillAsync();
        hold.Release();
    }

    private static async Task CheckResumedAsync(MoveFixture fixture)
    {
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        var effects = fixture.Rds.Effects.ToList();
        foreach (var action in Starts)
        {
            Assert.That(
                effects.Count(effect => effect.StartsWith($"{action} ", StringComparison.Ordinal)),
                Is.EqualTo(1),
                $"{action}\n{string.Join('\n', effects)}\n{resumed}");
        }

        Assert.That(fixture.Rds.Snapshots(MoveFixture.SourceAccount, MoveFixture.From), Has.Count.EqualTo(1));
        Assert.That(fixture.Rds.Snapshots(MoveFixture.TargetAccount, MoveFixture.To), Has.Count.EqualTo(1));
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EqualTo(new[] { Moved }));
        Assert.That(fixture.Rds.Instance(MoveFixture.TargetAccount, MoveFixture.To, Moved).KmsKeyId, Is.EqualTo(MoveFixture.TargetKey));
        Assert.That(fixture.Rds.Shares(MoveFixture.SourceAccount, MoveFixture.From), Is.Empty);

        using var third = await fixture.ApplyAsync();
        Assert.That(third.ExitCode, Is.Zero, third.ToString());
        Assert.That(third.Output, Does.Contain("nothing to do"));
        Assert.That(fixture.Rds.Effects, Has.Count.EqualTo(effects.Count));
    }
}
