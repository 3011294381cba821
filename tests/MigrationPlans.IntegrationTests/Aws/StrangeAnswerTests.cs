using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Something between migplan and AWS answers with status 200 and a text of its own.</summary>
public sealed class StrangeAnswerTests
{
    private const string Page = "<html><body>Please log in</body></html>";

    [TestCase("DescribeDBInstances", Page)]
    [TestCase("DescribeDBSnapshots", Page)]
    [TestCase("CopyDBSnapshot", Page)]
    [TestCase("RestoreDBInstanceFromDBSnapshot", Page)]
    [TestCase("AssumeRole", Page)]
    [TestCase("AssumeRole", "")]
    [TestCase("AssumeRole", "<AssumeRoleResponse><AssumeRoleResult><Cred")]
    [TestCase("GetCallerIdentity", Page)]
    [TestCase("GetCallerIdentity", "")]
    public async Task An_answer_that_is_none_of_AWS_is_a_failure_and_the_next_run_goes_on(string action, string body)
    {
        var isStrange = true;
        using var fixture = new MoveFixture(
            sourceKey: null,
            (request, answer) => Task.FromResult(isStrange && request.Action == action ? new ScriptedAnswer(200, body) : answer()));
        if (action == "GetCallerIdentity")
        {
            fixture.Edit($", roleArn: \"arn:aws:iam::{MoveFixture.TargetAccount}:role/mover\"", "");
        }

        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP3506").And.Contain("could not be understood").And.Not.Contain("MP9105"));
        isStrange = false;
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString());
    }

    [Test]
    public async Task A_snapshot_that_was_answered_by_a_page_is_not_taken_for_begun()
    {
        var pages = 0;
        using var fixture = new MoveFixture(sourceKey: null, (request, answer) => Task.FromResult(
            request.Action == "CreateDBSnapshot" && Interlocked.Increment(ref pages) == 1 ? new ScriptedAnswer(200, Page) : answer()));
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(pages, Is.EqualTo(2));
    }

    [Test]
    public async Task A_rollback_that_is_answered_by_a_page_forgets_nothing()
    {
        var isStrange = false;
        using var fixture = new MoveFixture(sourceKey: null, (request, answer) => Task.FromResult(isStrange ? new ScriptedAnswer(200, Page) : answer()));
        fixture.Edit("externalId: \"${env:EXTERNAL_ID}\", ", "");
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        isStrange = true;
        using var page = await fixture.RunAsync("rollback", fixture.Manifest, "--auto-approve");
        Assert.That(page.ExitCode, Is.EqualTo(1), page.ToString());
        Assert.That(page.Output, Does.Not.Contain("gone already"));
        isStrange = false;
        using var rollback = await fixture.RunAsync("rollback", fixture.Manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.Empty);
    }
}
