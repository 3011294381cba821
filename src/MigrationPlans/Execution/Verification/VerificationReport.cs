using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Manifest;

namespace MigrationPlans.Execution.Verification;

/// <summary>The outcome of comparing one mapping's two sides.</summary>
public sealed record VerificationReport
{
    public required string Database { get; init; }

    public required DatabaseAddress From { get; init; }

    public required DatabaseAddress To { get; init; }

    public required VerificationLevel Level { get; init; }

    /// <summary>By schema and name.</summary>
    public ImmutableArray<TableComparison> Tables { get; init; } = [];

    /// <summary>Objects, owners, grants, sequences, settings that differ; empty when all agree.</summary>
    public ImmutableArray<ObjectDifference> Differences { get; init; } = [];

    /// <summary>
    /// What differs and can't be helped, each with the reason: what the target's login may not change, materialized views that no refresh
    /// makes equal, what somebody added to an extension. No difference for <see cref="IsEqual"/>.
    /// </summary>
    public ImmutableArray<LeftOutDifference> LeftOut { get; init; } = [];

    /// <summary>Tables, sequences and large objects that a login may not read, and why; nothing is said about their rows and positions.</summary>
    public ImmutableArray<UncomparedRows> NotCompared { get; init; } = [];

    /// <summary>
    /// All rows were looked at. Contents of large objects may be missing: on managed services nothing lets a login read those of
    /// others, and their number is compared in any case.
    /// </summary>
    public bool IsComplete => NotCompared.All(rows => rows is { Schema: "pg_catalog", Name: "pg_largeobject" });

    /// <summary>What was looked at agrees.</summary>
    public bool IsEqual => Differences.IsEmpty && Tables.All(table => table.IsEqual);

    public long Rows => Tables.Sum(table => table.SourceRows);
}

/// <param name="SourceRows">Exact count.</param>
/// <param name="TargetRows">Exact count; -1 when the table is not there.</param>
/// <param name="SourceHash">Order-free hash of all rows, at level checksums.</param>
public sealed record TableComparison(string Schema, string Name, long SourceRows, long TargetRows, string? SourceHash, string? TargetHash)
{
    public bool IsEqual => HasEqualRows && LoneColumns.IsEmpty;

    /// <summary>By what was compared of them: the columns of both sides.</summary>
    [JsonIgnore]
    public bool HasEqualRows => SourceRows == TargetRows && SourceHash == TargetHash;

    /// <summary>Columns that only one side has.</summary>
    public ImmutableArray<string> LoneColumns { get; init; } = [];

    /// <summary>For a materialized view that differs: its query gives the same on both sides now, and the target's does not hold that.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsStaleOnTarget { get; init; }

    /// <summary>Which rows differ, at level checksums; null when the two sides are equal or the table has no key.</summary>
    public RowDifferences? Rows { get; init; }

    /// <summary>Why the server could not say which rows differ; null where it could, or was not asked.</summary>
    public string? RowsUnknown { get; init; }
}

/// <param name="Kind"><c>table</c>, <c>index</c>, <c>constraint</c>, <c>sequence</c>, <c>owner</c>, <c>grant</c>, <c>setting</c> …</param>
/// <param name="Source">The value on the source; null when the object is missing there.</param>
public sealed record ObjectDifference(string Kind, string Name, string? Source, string? Target)
{
    /// <summary>The kind that writing to a source changes; the others take DDL.</summary>
    public const string SequencePosition = "sequence position";
}
