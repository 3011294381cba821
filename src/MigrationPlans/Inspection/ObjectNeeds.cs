using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>An object of a database and what it can't be without. Read only where a mapping picks a part of the database, or skips an extension.</summary>
public sealed record ObjectNeeds
{
    /// <summary>Catalog and oid in one; means something within one look only.</summary>
    public required long Id { get; init; }

    /// <summary>In the server's words: <c>table</c>, <c>view</c>, <c>function</c>, <c>policy</c>, <c>event trigger</c> …</summary>
    public required string Kind { get; init; }

    /// <summary>Null for what is in none.</summary>
    public string? Schema { get; init; }

    /// <summary>Plain for a table or view; as the server identifies it, quoted and with its schema, for all else.</summary>
    public required string Name { get; init; }

    /// <summary>The table or view that it is a part of: a policy, rule or trigger. Null for what stands alone.</summary>
    public long? PartOf { get; init; }

    /// <summary>The partitioned table that it is a partition of.</summary>
    public long? Root { get; init; }

    /// <summary>Ids; some are of objects that are not listed, because they are the server's or need nothing.</summary>
    public ImmutableArray<long> Needs { get; init; } = [];

    public bool IsTable => Kind is "table" or "foreign table";

    public bool IsRelation => IsTable || Kind is "view" or "materialized view";

    /// <summary>For people: <c>view shop.totals</c>.</summary>
    public string Describe() => IsRelation ? $"{Kind} {Schema}.{Name}" : $"{(Kind == "default acl" ? "default privileges" : Kind)} {Name}";
}
