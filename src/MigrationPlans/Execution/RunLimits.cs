using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Execution;

/// <summary>How much a run may do at once.</summary>
public sealed record RunLimits
{
    /// <summary>Copy workers of all databases together, and steps at once; at least 1.</summary>
    public required int Workers { get; init; }

    /// <summary>
    /// Steps of instance moves at once, which wait for RDS and cost nothing here. RDS copies twenty snapshots to a region at a time.
    /// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
    /// </summary>
    public int Moves { get; init; } = 20;

    /// <summary>How many connections each endpoint had free; an endpoint that is missing here sets no limit.</summary>
    public ImmutableDictionary<(EndpointRole Role, string Endpoint), int> ConnectionRoom { get; init; } =
        ImmutableDictionary<(EndpointRole Role, string Endpoint), int>.Empty;

    /// <summary>How many connections databases let in that have a limit of their own; it does not hold for superusers.</summary>
    public ImmutableDictionary<(EndpointRole Role, DatabaseAddress Database), int> DatabaseRoom { get; init; } =
        ImmutableDictionary<(EndpointRole Role, DatabaseAddress Database), int>.Empty;

    /// <summary>How long a step that was asked to stop may go on before it is cut off.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);

    public RetrySettings Retry { get; init; } = new();

    /// <summary>
    /// What this machine and these servers bear. Copying keeps both servers and us busy by turns, so two workers a core;
    /// a mapping that asks for more than that gets it.
    /// </summary>
    /// <param name="parallelism">What the user says; null decides by cores.</param>
    public static RunLimits For(MigrationManifest manifest, InspectedFacts? facts, int? parallelism)
    {
        var byCores = Math.Max(2, Environment.ProcessorCount * 2);
        return new RunLimits
        {
            Workers = parallelism ?? manifest.Databases.Select(mapping => mapping.Parallelism ?? 0).DefaultIfEmpty().Max() switch
            {
                var asked when asked > byCores => asked,
                _ => byCores,
            },
            ConnectionRoom = facts is null
                ? ImmutableDictionary<(EndpointRole Role, string Endpoint), int>.Empty
                // What is reserved stays so, for whoever has to look after the server meanwhile.
                : facts.Endpoints.ToImmutableDictionary(
                    endpoint => (endpoint.Role, endpoint.Name), endpoint => Math.Min(endpoint.Room, endpoint.Connections.Free)),
            DatabaseRoom = (facts?.Databases ?? [])
                .Where(database => database.Settings is { ConnectionLimit: >= 0 }
                    && facts!.FindEndpoint(database.Role, database.Address.Endpoint) is { Login.IsSuperuser: false })
                .ToImmutableDictionary(database => (database.Role, database.Address), database => database.Settings!.ConnectionLimit),
        };
    }
}

/// <summary>When and how often a step that failed for a passing reason is tried again.</summary>
public sealed record RetrySettings
{
    /// <summary>The first try counted in; tries that met a server which was not there are not.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>
    /// How long a server that is not there is waited for. A failover to another zone takes up to two minutes, and a crash recovery
    /// or an instance that is resized a few. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A try that meets no server is over by then: it logs in at both sides, and asks for a secret.</summary>
    public TimeSpan LongestKnock { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Doubles with each try, give or take some chance, so that many databases do not come back at one moment.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);
}
