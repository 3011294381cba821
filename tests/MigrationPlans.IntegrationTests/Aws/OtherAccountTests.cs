using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>A move without roles, whose accounts the caller's credentials decide, and another caller.</summary>
public sealed class OtherAccountTests
{
    private const string Other = "444444444444";
    private const string OthersKey = $"ASIA{Other}";

    [Test]
    public async Task A_run_is_not_resumed_in_another_account()
    {
        var isDenied = true;
        using var fixture = Start((request, answer) => Task.FromResult(
            isDenied && request.Action == "CreateDBSnapshot" ? ScriptedAnswer.Error(403, "AccessDenied", "no") : answer()));
        using var stopped = await fixture.ApplyAsync();
        Assert.That(stopped.ExitCode, Is.EqualTo(1), stopped.ToString());
        isDenied = false;
        var mine = fixture.AccessKey;
        fixture.AccessKey = OthersKey;
        using var others = await fixture.ApplyAsync();
        Assert.That(others.ExitCode, Is.EqualTo(6), others.ToString());
        Assert.That(others.Error, Does.Contain($"error[MP3618]: `instances[0].from` is account {Other} by now, and was planned for {FakeRds.OwnAccount}"));
        Assert.That(fixture.Rds.Effects, Is.Empty);

        fixture.AccessKey = mine;
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
        fixture.AccessKey = OthersKey;
        using var verify = await fixture.RunAsync("verify", fixture.Manifest);
        Assert.That(verify.ExitCode, Is.EqualTo(1), verify.ToString());
        Assert.That(verify.Error, Does.Contain("MP3618"));
        using var again = await fixture.ApplyAsync();
        Assert.That(again.ExitCode, Is.EqualTo(6), again.ToString());
    }

    [Test]
    public async Task A_saved_plan_is_not_applied_in_another_account()
    {
        using var fixture = Start();
        var file = Path.Combine(Path.GetDirectoryName(fixture.Manifest)!, "plan.json");
        using var plan = await fixture.RunAsync("plan", fixture.Manifest, "--out", file);
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());
        fixture.AccessKey = OthersKey;
        using var apply = await fixture.RunAsync("apply", file, "--auto-approve");
        Assert.That(apply.ExitCode, Is.EqualTo(6), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP4055").And.Contain(Other));
        Assert.That(fixture.Rds.Effects, Is.Empty);
    }

    private static MoveFixture Start(Func<ScriptedRequest, Func<ScriptedAnswer>, Task<ScriptedAnswer>>? script = null)
    {
        var fixture = new MoveFixture(sourceKey: null, script);
        fixture.Edit(
            $$"""region: {{MoveFixture.From}}, roleArn: "arn:aws:iam::{{MoveFixture.SourceAccount}}:role/mover", externalId: "${env:EXTERNAL_ID}",""",
            $"region: {MoveFixture.From},");
        fixture.Edit($"""region: {MoveFixture.To}, roleArn: "arn:aws:iam::{MoveFixture.TargetAccount}:role/mover",""", $"region: {MoveFixture.To},");
        fixture.Rds.AddInstance(FakeRds.OwnAccount, MoveFixture.From, "env-shop");
        fixture.Rds.AddInstance(Other, MoveFixture.From, "env-shop");
        return fixture;
    }
}
