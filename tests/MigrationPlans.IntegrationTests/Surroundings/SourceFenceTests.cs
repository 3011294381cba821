using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Steps;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

public sealed class SourceFenceTests
{
    private static readonly FenceSourceStep Step = new() { Id = "fence", Database = "t" };

    [Test]
    public async Task A_fence_ends_writers_and_new_sessions_are_read_only_until_it_is_taken_back()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_fence");
        await Sql.RunAsync(TestServers.Source, "surr_fence", "CREATE TABLE t (i int)");
        await using var writer = await Sql.OpenAsync(TestServers.Source, "surr_fence");
        await using var stage = new Stage("surr_fence", adapt: mapping => mapping with { Fence = Fence.ReadOnly });
        Assert.That((await stage.ObserveAsync(Step)).IsDone, Is.False);
        await stage.RunAsync(Step);
        Assert.That((await stage.ObserveAsync(Step)).IsDone, Is.True);
        Assert.That(stage.Created, Is.EqualTo(new[] { new CreatedResource("fence", "s", "surr_fence") }));
        Assert.ThrowsAsync(Is.InstanceOf<NpgsqlException>(), () => Sql.RunAsync(writer, "INSERT INTO t VALUES (1)"));
        var refused = Assert.ThrowsAsync<PostgresException>(() => Sql.RunAsync(TestServers.Source, "surr_fence", "INSERT INTO t VALUES (1)"))!;
        Assert.That(refused.SqlState, Is.EqualTo("25006"));
        await stage.RunAsync(Step);
        Assert.That(stage.Created.Last().IsFound, Is.True);
        await new SourceFence(stage.Connector).UnfenceAsync(stage.Manifest.Sources[0], "surr_fence", CancellationToken.None);
        await Sql.RunAsync(TestServers.Source, "surr_fence", "INSERT INTO t VALUES (1)");
        Assert.That(await SettingsAsync("surr_fence"), Is.EqualTo(""));
    }

    [TestCase("off", "{default_transaction_read_only=off}")]
    [TestCase("on", "{default_transaction_read_only=on}")]
    public async Task Taking_a_fence_back_restores_what_stood_before(string before, string after)
    {
        var name = $"surr_fence_{before}";
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {name}");
        await Sql.RunAsync(TestServers.Source, "postgres", $"ALTER DATABASE {name} SET default_transaction_read_only = {before}");
        await using var stage = new Stage(name, adapt: mapping => mapping with { Fence = Fence.ReadOnly });
        await Task.WhenAll(stage.RunAsync(Step), stage.RunAsync(Step));
        await new SourceFence(stage.Connector).UnfenceAsync(stage.Manifest.Sources[0], name, CancellationToken.None);
        Assert.That(await SettingsAsync(name), Is.EqualTo(after));
    }

    [Test]
    public async Task Writers_that_do_not_end_are_named_and_the_fence_is_not_taken_for_shut()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_fence_stuck");
        await using var writer = await Sql.OpenAsync(TestServers.Source, "surr_fence_stuck");
        await using var stage = new Stage("surr_fence_stuck", adapt: mapping => mapping with { Fence = Fence.ReadOnly });
        var fence = new SourceFence(stage.Connector);
        using (await StoppedProcess.BehindAsync(writer))
        {
            var failure = Assert.ThrowsAsync<StepFailedException>(() => fence.FenceAsync(
                stage.Manifest.Sources[0], "surr_fence_stuck", new HastyClock(TimeProvider.System), CancellationToken.None))!;
            Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6309"), failure.ToString());
            Assert.That(failure.Diagnostic.Message, Does.Contain("from before the fence").And.Contain("s/surr_fence_stuck"));
            Assert.That(failure.FailureClass, Is.EqualTo(FailureClass.Transient));
            Assert.That((await stage.ObserveAsync(Step)).IsDone, Is.False);
        }

        await stage.RunAsync(Step);
    }

    private static Task<string> SettingsAsync(string database) => Sql.ScalarAsync<string>(
        TestServers.Source,
        "postgres",
        $"SELECT coalesce((SELECT setconfig::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE datname = '{database}'), '')");
}
