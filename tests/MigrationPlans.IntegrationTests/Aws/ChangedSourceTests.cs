using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The manifest moves another instance to a name that an earlier run has filled.</summary>
public sealed class ChangedSourceTests
{
    private const string North = "eu-north-1";

    [TestCase($"region: {MoveFixture.From}", $"region: {North}", $"{North}/{MoveFixture.SourceAccount}/env-shop")]
    [TestCase($"iam::{MoveFixture.SourceAccount}:role", $"iam::{Another}:role", $"{MoveFixture.From}/{Another}/env-shop")]
    [TestCase("[\"env-shop\"]", "[\"env-shap\"]", $"{MoveFixture.From}/{MoveFixture.SourceAccount}/env-shap")]
    public async Task An_instance_that_holds_anothers_data_does_not_count_as_moved(string before, string after, string origin)
    {
        using var fixture = Start();
        await ApplyAsync(fixture);
        fixture.Edit(before, after);
        var effects = fixture.Rds.Effects.Count;
        await CheckRefusedAsync(
            fixture,
            $"instance `shop` in {MoveFixture.To} holds the data of {MoveFixture.From}/{MoveFixture.SourceAccount}/env-shop, not of {origin}");
        Assert.That(fixture.Rds.Effects, Has.Count.EqualTo(effects));

        fixture.Edit("identifier: shop", "identifier: shop2");
        await ApplyAsync(fixture);
        Assert.That(fixture.Rds.Instances(MoveFixture.TargetAccount, MoveFixture.To), Is.EquivalentTo(new[] { "shop", "shop2" }));
    }

    [Test]
    public async Task What_an_older_version_made_is_known_by_its_snapshot()
    {
        using var fixture = Start();
        await ApplyAsync(fixture);
        fixture.Rds.RemoveTag("migplan:from");
        fixture.Edit("identifier: shop", "identifier: shop, multiAz: true");
        using var same = await fixture.RunAsync("plan", fixture.Manifest);
        Assert.That(same.ExitCode, Is.Zero, same.ToString());
        Assert.That(same.Error, Does.Contain("MP3610"));

        fixture.Edit(MoveFixture.From, North);
        await CheckRefusedAsync(
            fixture,
            $"nothing says that instance `shop` in {MoveFixture.To} holds the data of {North}/{MoveFixture.SourceAccount}/env-shop");
    }

    private const string Another = "444444444444";

    private static MoveFixture Start()
    {
        var fixture = new MoveFixture(sourceKey: null);
        fixture.Edit("\"{identifier}-moved\"", "shop");
        fixture.Edit("env-*", "env-shop");
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, North, "env-shop");
        fixture.Rds.AddInstance(Another, MoveFixture.From, "env-shop");
        fixture.Rds.AddInstance(MoveFixture.SourceAccount, MoveFixture.From, "env-shap");
        return fixture;
    }

    private static async Task CheckRefusedAsync(MoveFixture fixture, string finding)
    {
        using var plan = await fixture.RunAsync("plan", fixture.Manifest);
        using var apply = await fixture.ApplyAsync();
        foreach (var process in new[] { plan, apply })
        {
            Assert.That(process.ExitCode, Is.EqualTo(1), process.ToString());
            Assert.That(process.Error, Does.Contain($"error[MP3617]: {finding}"));
        }
    }

    private static async Task ApplyAsync(MoveFixture fixture)
    {
        using var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }
}
