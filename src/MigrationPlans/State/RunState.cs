using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Json;

namespace MigrationPlans.State;

[JsonConverter(typeof(WordConverter<StepStatus>))]
public enum StepStatus
{
    Pending,

    /// <summary>Was begun and has not ended: it runs now, or its run died.</summary>
    Running,

    Done,
    Failed,

    /// <summary>Was not tried, because a step before it failed.</summary>
    Skipped,

    /// <summary>Was stopped at a safe point.</summary>
    Interrupted,
}

[JsonConverter(typeof(WordConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>Steps are left.</summary>
    Unfinished,

    Finished,

    /// <summary>What the plan had created is being taken back, and not all is: steps that count as done may be so no longer.</summary>
    RollingBack,

    /// <summary>What the plan had created was taken back.</summary>
    RolledBack,
}

/// <summary>What the journal adds up to; kept as <c>state.json</c>. Knows steps by their ids only, and holds no secret.</summary>
public sealed record RunState
{
    public const string CurrentFormat = "1.0";

    public string FormatVersion { get; init; } = CurrentFormat;

    /// <summary>Made when the state begins, kept for ever: two states that are not one another's past have different ones.</summary>
    public required string Lineage { get; init; }

    /// <summary>The number of the last journal line that is counted in.</summary>
    public required long Serial { get; init; }

    /// <summary>SHA-256 of that line.</summary>
    public required string LastLine { get; init; }

    /// <summary>The manifest's name.</summary>
    public required string Name { get; init; }

    public required string PlanDigest { get; init; }

    public required string ManifestDigest { get; init; }

    public required RunStatus Status { get; init; }

    /// <summary>The databases and instances that the plan was made for, or that are left of it. Null: the whole manifest.</summary>
    public ImmutableArray<string>? Only { get; init; }

    /// <summary>The databases and instances that alone are being taken back, and are not yet. Null: none.</summary>
    public ImmutableArray<string>? TakingBack { get; init; }

    /// <summary>Whether a rollback, of all or of a part, has not ended.</summary>
    [JsonIgnore]
    public bool IsRollingBack => Status == RunStatus.RollingBack || TakingBack is not null;

    /// <summary>How often a run began on this plan.</summary>
    public int Runs { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>In the plan's order.</summary>
    public ImmutableArray<StepState> Steps { get; init; } = [];

    /// <summary>What exists, or may exist, because of the plan; in the order of creation.</summary>
    public ImmutableArray<ResourceState> Resources { get; init; } = [];

    /// <summary>What plans of this lineage created that were finished before this one, and that stays. Null: nothing.</summary>
    public ImmutableArray<ResourceState>? Earlier { get; init; }

    /// <summary>All that exists, or may exist, because of plans of this lineage.</summary>
    [JsonIgnore]
    public IEnumerable<ResourceState> AllResources => [.. Earlier ?? [], .. Resources];

    /// <summary>Whether the plan has steps of the database or instance.</summary>
    public bool Covers(string address) => Steps.Any(step => AddressOf(step.Id) == address);

    /// <summary>The database or instance that a step is of. A database's name may hold colons, a kind does not.</summary>
    public static string AddressOf(string stepId) => stepId[..Math.Max(0, stepId.LastIndexOf(':'))];

    public StepState? Find(string stepId) => Steps.FirstOrDefault(step => step.Id == stepId);

    /// <summary>How long each of the steps took.</summary>
    /// <param name="done">Ids of steps that are done.</param>
    public ImmutableDictionary<string, TimeSpan> TimesOf(IEnumerable<string> done) =>
        done.ToImmutableDictionary(
            id => id,
            id => Find(id) is { } step ? step.EndedAt - step.StartedAt ?? TimeSpan.Zero : TimeSpan.Zero,
            StringComparer.Ordinal);
}

public sealed record StepState
{
    public required string Id { get; init; }

    public StepStatus Status { get; init; }

    /// <summary>True: a plan before this one did it. Null: not so.</summary>
    public bool? IsKept { get; init; }

    /// <summary>True: it was about to take away the mark by which its database is known, and has not said that it is done. Null: not so.</summary>
    public bool? IsEnding { get; init; }

    /// <summary>How often it was begun.</summary>
    public int Attempts { get; init; }

    /// <summary>Of the last attempt.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>What was done, or what was found done already.</summary>
    public string? Summary { get; init; }

    /// <summary>Remarks that the step made.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Why it failed or was skipped the last time.</summary>
    public StepProblem? Problem { get; init; }
}

/// <param name="Code">The diagnostic's code.</param>
public sealed record StepProblem(string Code, string Message, string? Help = null);

/// <param name="Kind"><c>database</c>, <c>role</c>, <c>fence</c>, <c>archive</c> …</param>
/// <param name="Endpoint">Its name in the manifest; of a snapshot or an instance <c>region/account</c>, where an older version
/// wrote it the move's place in the manifest.</param>
/// <param name="Step">The step that created it.</param>
public sealed record ResourceState(string Kind, string Endpoint, string Name, string Step)
{
    /// <summary>
    /// Of the endpoint when it was created, <c>host:port</c> or <c>rds:account/region/instance</c>: an endpoint of that name may be another
    /// server by now. Null for what is on no server, and where an older version wrote it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Location { get; init; }

    /// <summary>
    /// The <c>system_identifier</c> of the server that it was created on, whatever name, tunnel or credentials led there;
    /// null where it is not known.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SystemIdentifier { get; init; }

    /// <summary>Of a database, its <c>pg_database.oid</c>: one that somebody made in its place has another. Null where it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public uint? DatabaseOid { get; init; }

    /// <summary>Where it is, for people: on an endpoint, but for an archive, whose name is a path on this machine.</summary>
    public string Describe() => Kind == "archive" ? Name : $"{Endpoint}/{Name}";
}
