using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>An administrator, or a pooler, ends the run's sessions on the source while rows are read.</summary>
[NonParallelizable]
public sealed class SourceSessionLossTests
{
    [Test]
    public async Task The_copy_is_tried_again()
    {
        using var fixture = new ApplyFixture("source_lost");
        await fixture.FillAsync(400_000);
        using var apply = fixture.Start("apply", "manifest.yaml", "--auto-approve");
        var end = ApplyFixture.EndOf(apply);
        while (!apply.HasExited && await EndReadersAsync() == 0)
        {
            await Task.Delay(5);
        }

        var (exitCode, output) = await end;
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("copy-data will be tried again").And.Not.Contain("internal error"));
        Assert.That(await fixture.DifferencesAsync(), Is.Empty);
    }

    /// <summary>All at once, the snapshot's holder among them, as soon as a row is read.</summary>
    private static async Task<long> EndReadersAsync() => await Sql.ScalarAsync<long>(TestServers.Source, "postgres", """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = 'source_lost' AND application_name = 'migplan'
          AND EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'source_lost' AND query LIKE 'COPY%' AND state = 'active')
        """);
}
