using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Json;

namespace MigrationPlans.Manifest;

/// <summary>A database on an endpoint; prints as <c>endpoint/database</c>.</summary>
public sealed record DatabaseAddress(string Endpoint, string Database)
{
    public override string ToString() => $"{Endpoint}/{Database}";
}

[JsonConverter(typeof(WordConverter<Strategy>))]
public enum Strategy
{
    Stream,
    Archive,
    Replicate,
}

/// <summary>What to do when the target database exists and holds something. An absent or empty one is always fine.</summary>
[JsonConverter(typeof(WordConverter<OnExisting>))]
public enum OnExisting
{
    Fail,
    Replace,
}

[JsonConverter(typeof(WordConverter<Fence>))]
public enum Fence
{
    None,
    ReadOnly,
}

[JsonConverter(typeof(WordConverter<VerificationLevel>))]
public enum VerificationLevel
{
    None,
    Counts,
    Checksums,
}

[JsonConverter(typeof(WordConverter<RoleCreation>))]
public enum RoleCreation
{
    Missing,
    None,
}

[JsonConverter(typeof(WordConverter<CrossBoundaryForeignKeys>))]
public enum CrossBoundaryForeignKeys
{
    Error,
    Drop,
}

/// <summary>What happens to publications: what a database offers to subscribers.</summary>
[JsonConverter(typeof(WordConverter<PublicationPolicy>))]
public enum PublicationPolicy
{
    /// <summary>They stay behind, as their subscribers do.</summary>
    Skip,

    /// <summary>They are created on the target, for subscribers that will be moved there.</summary>
    Copy,
}

/// <summary>Where the target's planner gets its statistics from.</summary>
[JsonConverter(typeof(WordConverter<StatisticsPolicy>))]
public enum StatisticsPolicy
{
    /// <summary>The run collects them anew.</summary>
    Analyze,

    /// <summary>The source, where the target is of a version that can be told, 18 or newer; the run collects what the source can't tell.</summary>
    Copy,

    /// <summary>Nobody, until autovacuum comes by.</summary>
    None,
}

/// <summary>One database to carry from a source to a target, and how.</summary>
public sealed record DatabaseMapping
{
    public required DatabaseAddress From { get; init; }

    public required DatabaseAddress To { get; init; }

    /// <summary>Where the manifest declares it: <c>databases[0]</c>. Key into <see cref="SourceMap"/>.</summary>
    public required string Path { get; init; }

    public Strategy Strategy { get; init; } = Strategy.Stream;

    /// <summary>Null: everything.</summary>
    public Selection? Include { get; init; }

    public Selection? Exclude { get; init; }

    public OnExisting OnExisting { get; init; } = OnExisting.Fail;

    public Fence Fence { get; init; } = Fence.None;

    public VerificationLevel Verify { get; init; } = VerificationLevel.Counts;

    public RolePolicy Roles { get; init; } = new();

    /// <summary>Extensions that are not created on the target.</summary>
    public ImmutableArray<string> SkipExtensions { get; init; } = [];

    /// <summary>Null: <see cref="PublicationPolicy.Skip"/>.</summary>
    public PublicationPolicy? Publications { get; init; }

    /// <summary>Null: <see cref="SubscriptionPolicy.Skip"/>.</summary>
    public SubscriptionPolicy? Subscriptions { get; init; }

    /// <summary>Null: <see cref="StatisticsPolicy.Analyze"/>.</summary>
    public StatisticsPolicy? Statistics { get; init; }

    /// <summary>Connections to each side that this mapping may use while it copies, 1 to 64; null lets the run decide.</summary>
    public int? Parallelism { get; init; }

    public CrossBoundaryForeignKeys CrossBoundaryForeignKeys { get; init; } = CrossBoundaryForeignKeys.Error;

    /// <summary>For <see cref="Strategy.Archive"/>; says nothing to the others.</summary>
    public ArchiveSettings Archive { get; init; } = new();

    /// <summary>The target address: unique in a manifest, and the first half of every step id.</summary>
    public string Address => To.ToString();
}

/// <summary>
/// Objects picked by name. A pattern may hold <c>*</c> (any run of characters); everything else is literal and
/// case-sensitive. Table patterns are <c>schema.table</c>.
/// </summary>
public sealed record Selection
{
    public ImmutableArray<string> Schemas { get; init; } = [];

    public ImmutableArray<string> Tables { get; init; } = [];

    /// <summary>
    /// In <c>exclude</c>: tables that are created but whose rows stay behind; partitioned ones with those of all their partitions.
    /// Not allowed in <c>include</c>.
    /// </summary>
    public ImmutableArray<string> TableData { get; init; } = [];
}

/// <summary>What happens to the passwords of created roles.</summary>
[JsonConverter(typeof(WordConverter<RolePasswordPolicy>))]
public enum RolePasswordPolicy
{
    /// <summary>Created roles have none.</summary>
    None,

    /// <summary>Hashes are carried over where the source login may read them.</summary>
    Copy,
}

/// <summary>What happens to the roles that own or may use objects.</summary>
public sealed record RolePolicy
{
    public RoleCreation Create { get; init; } = RoleCreation.Missing;

    /// <summary>Null: <see cref="RolePasswordPolicy.None"/>.</summary>
    public RolePasswordPolicy? Passwords { get; init; }

    /// <summary>Source role name to target role name.</summary>
    public ImmutableSortedDictionary<string, string> Map { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
