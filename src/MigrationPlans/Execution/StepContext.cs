using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Execution;

/// <summary>What a handler may know and call while it works on one step.</summary>
public sealed record StepContext
{
    private readonly PlannedDatabase? database;
    private readonly DatabaseMapping? mapping;

    public required MigrationManifest Manifest { get; init; }

    public required MigrationPlan Plan { get; init; }

    /// <summary>Of the run's state: marks what is created as this state's, which a later run with another state then leaves alone.</summary>
    public required string Lineage { get; init; }

    /// <exception cref="InvalidOperationException">The step moves a whole instance.</exception>
    public PlannedDatabase Database
    {
        get => database ?? throw new InvalidOperationException("a step that moves an instance has no database");
        init => database = value;
    }

    /// <exception cref="InvalidOperationException">The step moves a whole instance.</exception>
    public DatabaseMapping Mapping
    {
        get => mapping ?? throw new InvalidOperationException("a step that moves an instance has no mapping");
        init => mapping = value;
    }

    public required TimeProvider Clock { get; init; }

    public required IRunEvents Events { get; init; }

    /// <summary>
    /// Asks for a stop at the next safe point: start no new unit of work; what is under way may finish within a few seconds or
    /// be rolled back. The handler then throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public required CancellationToken Stopping { get; init; }

    /// <summary>Connections to each side that this step may use, at least 1.</summary>
    public required int Parallelism { get; init; }

    /// <summary>
    /// Journals, flushed to disk, that the run is about to create these (call it before the act), so that a rollback can take them back.
    /// </summary>
    public required ResourceRecorder RecordCreatedAsync { get; init; }

    /// <summary>Journals that the run has removed what it created itself (call it after the act), so that nobody looks for it any more.</summary>
    public Func<CreatedResource, Task> RecordRemovedAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Journals, flushed to disk, that the step is about to take away the mark by which its database is known (call it before the act).</summary>
    public Func<Task> RecordEndingAsync { get; init; } = () => Task.CompletedTask;

    /// <summary>Whether an attempt of this step has journaled that: a mark that is gone may be gone by it. Otherwise somebody else took it.</summary>
    public Func<bool> HasBegunToEnd { get; init; } = () => false;

    /// <summary>Kinds of the database's steps that an earlier run finished.</summary>
    public ImmutableHashSet<string> DoneBefore { get; init; } = [];

    /// <summary>The <c>pg_database.oid</c> of the target database that the plan created or found empty; null where no run of it has recorded one.</summary>
    public uint? TargetOid { get; init; }

    /// <summary>What attempts of this step before this one have recorded.</summary>
    public ImmutableArray<CreatedResource> Recorded { get; init; } = [];

    /// <summary>Addresses of mappings that a plan before this one has finished: their sources may be gone.</summary>
    public ImmutableHashSet<string> Kept { get; init; } = [];

    /// <summary>Where the run's state is: a directory, or an address like <c>s3://bucket/prefix</c>.</summary>
    public string StateDirectory { get; init; } = "";
}

/// <summary>Something on a server that exists because of this plan.</summary>
/// <param name="Kind"><c>database</c>, <c>ledger</c>, <c>role</c>, <c>fence</c>, <c>snapshot</c>, <c>instance</c>, <c>archive</c>.</param>
/// <param name="Endpoint">The endpoint's name in the manifest; of a snapshot or an instance <c>region/account</c>.</param>
/// <param name="Name">The resource's own name there; of an archive its path on this machine.</param>
public sealed record CreatedResource(string Kind, string Endpoint, string Name)
{
    /// <summary>
    /// Of the server that it is on, <see cref="Inspection.ServerIdentity.SystemIdentifier"/>; null where it says none,
    /// and for kinds that do without.
    /// </summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>Of a database, <c>pg_database.oid</c>: another database of its name has another one. Null before it is there, and for other kinds.</summary>
    public uint? DatabaseOid { get; init; }

    /// <summary>It stood before the step acted: if an earlier plan made it, it stays that plan's.</summary>
    public bool IsFound { get; init; }
}
