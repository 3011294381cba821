using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MigrationPlans.Execution.Verification;

/// <summary>Which rows of a table differ, by the values of its key. Lists are cut off: they are for finding the rows, not for repairing them.</summary>
public sealed record RowDifferences
{
    /// <summary>The columns of the primary key, or of a unique index that is as good.</summary>
    public required ImmutableArray<string> KeyColumns { get; init; }

    /// <summary>Keys on the source that the target lacks; each with a value a key column, as the server prints it.</summary>
    public ImmutableArray<ImmutableArray<string>> Missing { get; init; } = [];

    /// <summary>Keys on the target that the source lacks.</summary>
    public ImmutableArray<ImmutableArray<string>> Extra { get; init; } = [];

    /// <summary>Keys on both sides whose other columns differ.</summary>
    public ImmutableArray<ImmutableArray<string>> Changed { get; init; } = [];

    /// <summary>All rows that differ are listed. False: there are more.</summary>
    public bool IsComplete { get; init; }
}

/// <param name="Reason">Why the login can't read all of it.</param>
public sealed record UncomparedRows(string Schema, string Name, string Reason)
{
    /// <summary>It is a sequence, which has a position and no rows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSequence { get; init; }
}
