using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

public enum RelationKind
{
    Table,
    PartitionedTable,
    View,
    MaterializedView,
    ForeignTable,
    Sequence,
}

public sealed record RelationFacts
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    public required RelationKind Kind { get; init; }

    public TableIdentity Identity => new(Schema, Name);

    /// <summary>pg_dump locks it, whether or not its rows are wanted.</summary>
    public bool IsLockedByDump => Kind is RelationKind.Table or RelationKind.PartitionedTable;

    /// <summary>The run itself reads what it holds, where that is wanted.</summary>
    public bool HoldsSomething => IsLockedByDump || Kind is RelationKind.Sequence or RelationKind.MaterializedView;

    public required string Owner { get; init; }

    /// <summary>Heap and TOAST, without indexes.</summary>
    public long Bytes { get; init; }

    /// <summary>
    /// All of its indexes, about, where the table has about the size that it had when it was last vacuumed or analyzed: then as much more
    /// or less than they took then.
    /// </summary>
    public long IndexBytes { get; init; }

    /// <summary>The planner's estimate on the server, -1 when it was never analyzed.</summary>
    public long EstimatedRows { get; init; } = -1;

    /// <summary>For materialized views.</summary>
    public bool IsPopulated { get; init; } = true;

    public bool IsUnlogged { get; init; }

    /// <summary>Columns whose values name roles (<c>regrole</c>, <c>aclitem</c>), also within other types.</summary>
    public ImmutableArray<string> RoleColumns { get; init; } = [];

    /// <summary>The partitioned table that it is a partition of, itself maybe a partition.</summary>
    public TableIdentity? PartitionOf { get; init; }

    /// <summary>A DETACH PARTITION CONCURRENTLY of it was cut off: it is a partition that its table no longer shows.</summary>
    public bool IsHalfDetached { get; init; }

    /// <summary>Row security filters its rows for the login.</summary>
    public bool HidesRows { get; init; }

    /// <summary>The login has SELECT on it and USAGE on its schema. pg_dump needs both to lock a table, also for its definition alone.</summary>
    public bool IsReadable { get; init; } = true;
}
