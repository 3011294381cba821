using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>The first document's scenario by the real binary: two accounts, secrets, assumed roles, one target.</summary>
[NonParallelizable]
public sealed class ConsolidationTests
{
    [Test]
    public async Task One_apply_brings_the_databases_of_two_accounts_to_one_instance_and_no_secret_leaves_memory()
    {
        await using var fixture = await ConsolidationFixture.StartAsync();
        var manifest = fixture.FileOf("manifest.yaml");
        using var plan = await fixture.RunAsync("plan", manifest, "--out", fixture.FileOf("plan.json"));
        Assert.That(plan.ExitCode, Is.Zero, plan.ToString());

        using var first = await fixture.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(first.ExitCode, Is.Zero, first.ToString());
        foreach (var letter in new[] { "a", "b" })
        {
            Assert.That(await ConsolidationFixture.ContentAsync(isTarget: true, letter), Is.EqualTo(await ConsolidationFixture.ContentAsync(isTarget: false, letter)));
        }

        using var second = await fixture.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(second.ExitCode, Is.Zero, second.ToString());
        Assert.That(second.Output, Does.Contain("nothing to do"));

        using var verify = await fixture.RunAsync("verify", manifest, "--level", "checksums");
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());

        using var rollback = await fixture.RunAsync("rollback", manifest, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString());
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'app_db_%'"), Is.Zero);

        Assert.That(
            await Sql.ScalarAsync<long>(TestServers.Target, "postgres", "SELECT count(*) FROM pg_roles WHERE rolname IN ('master_a', 'master_b')"), Is.Zero);
    }

    [Test]
    public async Task A_manifest_that_names_no_instance_of_the_account_is_told_before_anything_is_created()
    {
        await using var fixture = await ConsolidationFixture.StartAsync();
        var manifest = fixture.FileOf("manifest.yaml");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("source-b\n", "source-c\n", StringComparison.Ordinal));
        using var apply = await fixture.RunAsync("apply", manifest, "--auto-approve");
        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
        Assert.That(apply.Error, Does.Contain("MP3510").And.Contain("source-c"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE 'app_db_%'"), Is.Zero);
    }
}
