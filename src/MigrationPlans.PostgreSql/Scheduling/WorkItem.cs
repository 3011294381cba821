using System.Collections.Immutable;
using Npgsql;

namespace MigrationPlans.PostgreSql.Scheduling;

/// <summary>A unit of work on the target that is done wholly or not at all: a table, a chunk, an index, a batch of statements.</summary>
public record WorkItem<TConnection>
{
    /// <summary>Unique in its graph.</summary>
    public required string Key { get; init; }

    /// <summary>Keys of items that must be done first; a key that the graph does not hold counts as done.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];

    /// <summary>Among those that could start, the largest goes first.</summary>
    public long Weight { get; init; }

    /// <summary>Does the work on the worker's own target connection; must be safe to run again after a failure.</summary>
    public required Func<TConnection, CancellationToken, Task> RunAsync { get; init; }
}

/// <summary>Work on a driver's connection.</summary>
public sealed record WorkItem : WorkItem<NpgsqlConnection>;
