using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>Steps whose target leads to the source's server, as after a plan that knew nothing of it.</summary>
public sealed class SourceProtectionTests
{
    private static readonly PreflightStep Preflight = new() { Id = "preflight", Database = "t" };

    private static readonly CreateDatabaseStep Create = new() { Id = "create", Database = "t", Replaces = true };

    [Test]
    public async Task A_source_is_not_dropped_as_its_own_target()
    {
        await CreateAsync("surr_itself");
        await using var stage = Staged("surr_itself", new DatabaseAddress("t", "surr_itself"));
        AssertRefused(stage, "s/surr_itself");
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Source, "surr_itself", "SELECT count(*) FROM kept"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_source_of_another_mapping_is_not_dropped_either()
    {
        await CreateAsync("surr_first");
        await CreateAsync("surr_second");
        await using var stage = Staged("surr_first", new DatabaseAddress("t", "surr_second"));
        var second = new DatabaseMapping { From = new DatabaseAddress("s", "surr_second"), To = new DatabaseAddress("t", "surr_third"), Path = "databases[1]" };
        stage.Manifest = stage.Manifest with { Databases = [.. stage.Manifest.Databases, second] };
        AssertRefused(stage, "s/surr_second");
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Source, "surr_second", "SELECT count(*) FROM kept"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_database_of_another_server_is_replaced()
    {
        await CreateAsync("surr_replaced");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE surr_replaced");
        await Sql.RunAsync(TestServers.Target, "surr_replaced", "CREATE TABLE gone (i int)");
        await using var stage = new Stage("surr_replaced", adapt: mapping => mapping with { OnExisting = OnExisting.Replace });
        await stage.RunAsync(Preflight);
        Assert.That((await stage.RunAsync(Create)).Summary, Is.EqualTo("database dropped and created"));
        Assert.That(
            stage.Created.Single().SystemIdentifier, Is.EqualTo(await Sql.ScalarAsync<string>(TestServers.Target, "postgres", "SELECT system_identifier::text FROM pg_control_system()")));
    }

    /// <summary>Nothing may be recorded as created: a rollback would drop it.</summary>
    private static void AssertRefused(Stage stage, string source)
    {
        foreach (var step in (Planning.Step[])[Preflight, Create])
        {
            var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(step))!;
            Assert.That((refused.Diagnostic.Code, refused.FailureClass), Is.EqualTo(("MP6319", FailureClass.Permanent)), step.Kind);
            Assert.That(refused.Diagnostic.Message, Does.Contain($"the source database {source} itself"));
        }

        Assert.That(stage.Created, Is.Empty);
    }

    private static Stage Staged(string source, DatabaseAddress target) => new(
        source,
        target: new StageLogin(LocalCluster.Superuser, TestServers.Source.Password),
        adapt: mapping => mapping with { To = target, OnExisting = OnExisting.Replace },
        targetPort: TestServers.Source.Port);

    private static async Task CreateAsync(string database)
    {
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(TestServers.Source, database, "CREATE TABLE kept AS SELECT i FROM generate_series(1, 3) i");
    }
}
