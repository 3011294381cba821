namespace MigrationPlans.Inspection;

/// <summary>A tablespace, not the database's own, that a table or an index of it is in.</summary>
public sealed record UsedTablespace(string Name, string Schema, string Table);
