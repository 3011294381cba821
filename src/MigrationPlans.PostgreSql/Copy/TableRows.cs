using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>A table as one server's catalog shows it: what its rows consist of and how much there is of them.</summary>
internal sealed record TableRows
{
    public required uint Oid { get; init; }

    public required TableName Name { get; init; }

    public bool IsPartitioned { get; init; }

    /// <summary>The file node in the catalog's snapshot; another one now means that the table was rewritten since.</summary>
    public uint File { get; init; }

    /// <summary>Heap and TOAST.</summary>
    public long Bytes { get; init; }

    /// <summary>Of the heap. 0: no row of any snapshot is in it.</summary>
    public long Pages { get; init; }

    /// <summary>The partitioned table that it is a partition of.</summary>
    public TableIdentity? Parent { get; init; }

    /// <summary>For a partition: the root of its tree.</summary>
    public uint? Root { get; init; }

    /// <summary>Without generated ones, which the target computes itself; in the order of the table.</summary>
    public ImmutableArray<string> Columns { get; init; } = [];

    /// <summary>A type for each of <see cref="Columns"/>.</summary>
    public ImmutableArray<uint> Types { get; init; } = [];

    /// <summary>The extension that it belongs to.</summary>
    public string? Extension { get; init; }

    /// <summary>For a configuration table of an extension: the <c>WHERE</c> clause of the rows that are the user's, maybe empty.</summary>
    public string? Condition { get; init; }

    /// <summary>For a configuration table of an extension: whether it holds rows of the user's can't be asked by this login.</summary>
    public bool IsUnreadable { get; init; }

    /// <summary>For a configuration table of an extension: the other tables that its foreign keys lead to, by object id.</summary>
    public ImmutableArray<uint> Referenced { get; init; } = [];

    /// <summary>A check of it, or of a column's domain, calls a function of the user's, which may look into other tables.</summary>
    public bool IsCheckedByFunctions { get; init; }

    /// <summary>Triggers of the user's, or those of foreign keys from or to it.</summary>
    public bool HasTriggers { get; init; }

    /// <summary>For the root of a tree: a partition somewhere below it lies on a foreign server.</summary>
    public bool HasForeignPartitions { get; init; }

    /// <summary>A crash of its server empties it.</summary>
    public bool IsUnlogged { get; init; }
}
