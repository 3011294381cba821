using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>Server settings that decide whether a run can work, and how it may fail.</summary>
public sealed record ServerParameters
{
    /// <summary><c>pg_is_in_recovery()</c>: a replica, which can only be read.</summary>
    public bool IsReplica { get; init; }

    /// <summary><c>max_wal_size</c>, in bytes.</summary>
    public long MaxWalBytes { get; init; }

    /// <summary><c>max_standby_streaming_delay</c>, in milliseconds; -1 waits for ever.</summary>
    public int StandbyDelay { get; init; } = -1;

    /// <summary><c>old_snapshot_threshold</c>, in minutes; -1 is off, and so are versions from 17 on.</summary>
    public int OldSnapshotThreshold { get; init; } = -1;

    /// <summary><c>shared_preload_libraries</c>; null where the login may not see it.</summary>
    public ImmutableArray<string>? PreloadedLibraries { get; init; }

    /// <summary>
    /// Whether the server was built with LZ4, as the values show that <c>default_toast_compression</c> can have; below
    /// 14 no column asks for it.
    /// </summary>
    public bool HasLz4 { get; init; } = true;

    /// <summary><c>rds.allowed_extensions</c>; null where everything is allowed.</summary>
    public ImmutableArray<string>? AllowedExtensions { get; init; }

    /// <summary>
    /// <c>cron.database_name</c>: the one database in which pg_cron can be created; null where the login may not see it,
    /// or the library is not loaded.
    /// </summary>
    public string? CronDatabase { get; init; }

    /// <summary>Parameters that only a superuser sets, or whoever was granted that.</summary>
    public ImmutableArray<string> OfSuperusers { get; init; } = [];

    /// <summary>Parameters of the libraries that are loaded: <c>auto_explain.log_timing</c>.</summary>
    public ImmutableArray<string> OfLibraries { get; init; } = [];
}
