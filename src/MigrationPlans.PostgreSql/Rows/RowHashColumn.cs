namespace MigrationPlans.PostgreSql.Rows;

/// <summary>A column as the row hash needs it.</summary>
/// <param name="Type">Object id of its type, for a domain that of the type below; 0 where the two sides' differ.</param>
public readonly record struct RowHashColumn(string Name, uint Type)
{
    /// <summary>Long values are hashed by themselves, and only their digests are put together.</summary>
    internal bool IsShortened { get; init; }
}
