using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>The session that holds a snapshot ends before another one takes part in it.</summary>
public sealed class SnapshotImportTests
{
    [Test]
    public async Task A_snapshot_that_is_held_is_shared()
    {
        await using var holder = await OpenAsync();
        var id = await ExportAsync(holder);
        await Sql.RunAsync(TestServers.Source, "postgres", "DROP TABLE IF EXISTS since_the_snapshot; CREATE TABLE since_the_snapshot ()");
        await using var reader = await SnapshotImport.BeginAsync(
            await OpenAsync(), it => it.ExecuteAsync(SnapshotImport.Begin(id), CancellationToken.None), "a/b");
        Assert.That(
            await reader.QueryAsync("SELECT relname::text FROM pg_class WHERE relname = 'since_the_snapshot'", row => row.GetString(0), CancellationToken.None),
            Is.Empty);
    }

    [Test]
    public async Task One_whose_holder_is_gone_is_a_failure_that_may_pass()
    {
        var id = await EndedAsync();
        var connection = await OpenAsync();
        AssertGone(() => SnapshotImport.BeginAsync(connection, it => it.ExecuteAsync(SnapshotImport.Begin(id), CancellationToken.None), "a/b"));
        Assert.That(connection.FullState, Is.EqualTo(System.Data.ConnectionState.Closed));
    }

    [Test]
    public async Task So_it_is_on_a_connection_of_the_protocol()
    {
        var id = await EndedAsync();
        await using var databases = await WireDatabases.CreateAsync("wire_snapshot", "SELECT");
        var connection = await databases.OpenAsync(TestServers.Source, SessionKind.SourceRead);
        AssertGone(() => SnapshotImport.BeginAsync(connection, it => it.ExecuteAsync(SnapshotImport.Begin(id), CancellationToken.None), "a/b"));
    }

    private static void AssertGone(Func<Task> import)
    {
        var failure = Assert.ThrowsAsync<StepFailedException>(import);
        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6010"), failure.ToString());
        Assert.That(failure.FailureClass, Is.EqualTo(FailureClass.Transient));
    }

    private static async Task<string> EndedAsync()
    {
        await using var holder = await OpenAsync();
        var id = await ExportAsync(holder);
        await holder.ExecuteAsync("ROLLBACK", CancellationToken.None);
        return id;
    }

    private static async Task<string> ExportAsync(NpgsqlConnection holder) =>
        (await holder.QueryAsync("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_export_snapshot()", row => row.GetString(0), CancellationToken.None))[0];

    private static Task<NpgsqlConnection> OpenAsync() => Sql.OpenAsync(TestServers.Source, "postgres");
}
