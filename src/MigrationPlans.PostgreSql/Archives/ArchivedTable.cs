namespace MigrationPlans.PostgreSql.Archives;

/// <summary>A table whose rows are in the archive.</summary>
/// <param name="Bytes">On the source, TOAST included.</param>
internal sealed record ArchivedTable(string Schema, string Name, long Bytes);
