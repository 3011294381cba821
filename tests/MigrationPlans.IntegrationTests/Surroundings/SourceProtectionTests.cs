using MigrationPlans.Execution;
using MigrationPlans.IntegrationTests.Aws;
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
        await CreateOnTargetAsync("surr_replaced");
        await using var stage = new Stage("surr_replaced", adapt: mapping => mapping with { OnExisting = OnExisting.Replace });
        await stage.RunAsync(Preflight);
        Assert.That((await stage.RunAsync(Create)).Summary, Is.EqualTo("database dropped and created"));
        Assert.That(
            stage.Created.Last().SystemIdentifier,
            Is.EqualTo(await Sql.ScalarAsync<string>(TestServers.Target, "postgres", "SELECT system_identifier::text FROM pg_control_system()")));
    }

    [Test]
    public async Task A_source_that_finished_mappings_have_left_may_be_gone_and_one_that_others_read_may_not()
    {
        await CreateAsync("surr_left");
        await CreateOnTargetAsync("surr_left");
        await using var stage = new Stage("surr_left", adapt: mapping => mapping with { OnExisting = OnExisting.Replace });
        Leave(stage, MotoServer.FreePort(), "done", "further");
        stage.Kept = ["t/done"];
        foreach (var step in (Planning.Step[])[Preflight, Create])
        {
            var refused = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(step))!;
            Assert.That((refused.Diagnostic.Subject, refused.FailureClass), Is.EqualTo(("left/surr_left", FailureClass.Unavailable)), step.Kind);
        }

        stage.Kept = ["t/done", "t/further"];
        await stage.RunAsync(Preflight);
        Assert.That((await stage.RunAsync(Create)).Summary, Is.EqualTo("database dropped and created"));
    }

    /// <summary>The target by another name: what lets nobody in for the moment may be it.</summary>
    [Test]
    public async Task A_source_that_was_left_and_is_busy_is_waited_for()
    {
        await CreateAsync("surr_busy");
        await CreateOnTargetAsync("surr_busy");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_busy LOGIN PASSWORD 'b'");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE ROLE surr_busy LOGIN PASSWORD 'b'; ALTER DATABASE surr_busy CONNECTION LIMIT 0");
        await using var stage = new Stage(
            "surr_busy",
            source: new StageLogin("surr_busy", "b"),
            adapt: mapping => mapping with { OnExisting = OnExisting.Replace, Strategy = Strategy.Archive });
        Leave(stage, TestServers.Target.Port, "done");
        stage.Kept = ["t/done"];
        var busy = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(Create))!;
        Assert.That((busy.Diagnostic.Subject, busy.FailureClass), Is.EqualTo(("left/surr_busy", FailureClass.Unavailable)));
        Assert.That(stage.Created, Is.Empty);

        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER DATABASE surr_busy CONNECTION LIMIT -1");
        var itself = Assert.ThrowsAsync<StepFailedException>(() => stage.RunAsync(Create))!;
        Assert.That(itself.Diagnostic.Code, Is.EqualTo("MP6319"));
    }

    /// <summary>Mappings to these targets read from a source of the target's name at that port.</summary>
    private static void Leave(Stage stage, int port, params string[] targets) => stage.Manifest = stage.Manifest with
    {
        Sources = [.. stage.Manifest.Sources, Stage.EndpointOf("left", EndpointRole.Source, port)],
        Databases =
        [
            .. stage.Manifest.Databases,
            .. targets.Select((target, i) => new DatabaseMapping
            {
                From = new("left", stage.Mapping.To.Database),
                To = new("t", target),
                Path = $"databases[{i + 1}]",
            }),
        ],
    };

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

    private static async Task CreateOnTargetAsync(string database)
    {
        await Sql.RunAsync(TestServers.Target, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(TestServers.Target, database, "CREATE TABLE gone (i int)");
    }
}
