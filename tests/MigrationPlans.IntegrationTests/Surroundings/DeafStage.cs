using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections.Silence;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

/// <summary>
/// A stage whose connections go through proxies that can be made deaf. Silence is asked about soon; nothing else is in a hurry,
/// as the machine may be busy.
/// </summary>
internal sealed class DeafStage : IAsyncDisposable
{
    public static readonly SilenceLimits Hasty = new()
    {
        Silence = TimeSpan.FromMilliseconds(200),
        BetweenLooks = TimeSpan.FromMilliseconds(150),
        Certainty = TimeSpan.FromMilliseconds(150),
        Patience = TimeSpan.FromMilliseconds(400),
        Unwinding = TimeSpan.FromSeconds(4),
    };

    /// <summary>Until what hangs is given up by a test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string database;

    private DeafStage(string database, SilenceLimits limits, StageLogin? login, Func<DatabaseMapping, DatabaseMapping>? adapt)
    {
        this.database = database;
        Stage = new Stage(database, login, login, adapt, Target.Port, Source.Port, limits);
    }

    public DeafProxy Source { get; } = new(TestServers.Source.Port);

    public DeafProxy Target { get; } = new(TestServers.Target.Port);

    public Stage Stage { get; }

    /// <param name="source">Fills the source.</param>
    /// <param name="target">Fills the target; null where a step is to make it.</param>
    public static async Task<DeafStage> CreateAsync(
        string database,
        string source,
        string? target = null,
        SilenceLimits? limits = null,
        StageLogin? login = null,
        Func<DatabaseMapping, DatabaseMapping>? adapt = null)
    {
        await FillAsync(TestServers.Source, database, source);
        await FillAsync(TestServers.Target, database, target);
        return new DeafStage(database, limits ?? Hasty, login, adapt);
    }

    public async ValueTask DisposeAsync()
    {
        await Stage.DisposeAsync();
        Source.Dispose();
        Target.Dispose();
        await Sql.DropDatabaseAsync(TestServers.Source, database);
        await Sql.DropDatabaseAsync(TestServers.Target, database);
    }

    /// <summary>Those of a stream that come before.</summary>
    public async Task RunUntilAsync(string kind)
    {
        foreach (var step in Stage.Steps().TakeWhile(step => step.Id != kind))
        {
            await Stage.RunAsync(step);
        }
    }

    public static Step StepOf(string kind) => Stage.Steps().Single(step => step.Id == kind);

    public static void Fails(string code, FailureClass failureClass, Task running)
    {
        var failure = Assert.ThrowsAsync<StepFailedException>(() => running.WaitAsync(Patience))!;
        Assert.That((failure.Diagnostic.Code, failure.FailureClass), Is.EqualTo((code, failureClass)), failure.ToString());
    }

    private static async Task FillAsync(LocalCluster server, string database, string? sql)
    {
        await Sql.DropDatabaseAsync(server, database);
        if (sql is not null)
        {
            await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {database}");
            await Sql.RunAsync(server, database, sql);
        }
    }
}
