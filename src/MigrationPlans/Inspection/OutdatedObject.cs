namespace MigrationPlans.Inspection;

/// <summary>What newer versions refuse, or take for something else.</summary>
/// <param name="Since">The first version that refuses it, or takes it for something else.</param>
/// <param name="Kind"><c>aggregate</c>, <c>column</c>, <c>generated column</c>, <c>identity column</c>; <see cref="ForeignKey"/>,
/// <see cref="Expression"/>, <see cref="Setting"/>; else what the server calls it.</param>
/// <param name="Schema">Null for what is in none.</param>
/// <param name="Table">Null for what is of none.</param>
/// <param name="Name">As the server identifies it.</param>
public sealed record OutdatedObject(int Since, string Kind, string? Schema, string? Table, string Name)
{
    /// <summary>The kind of what the database sets for its sessions, maybe for those of one role.</summary>
    public const string Setting = "setting";

    /// <summary>The kind of a foreign key whose collations newer versions refuse; the reason says which.</summary>
    public const string ForeignKey = "foreign key";

    /// <summary>The kind of what must be immutable, of a generated column, an index or a partition key, and is not any more.</summary>
    public const string Expression = "expression";

    /// <summary>What it needs and newer versions don't have; null where the kind says it.</summary>
    public string? Reason { get; init; }
}
