namespace MigrationPlans.Inspection;

/// <summary>A column whose large values are compressed by LZ4, which a server can be built without.</summary>
public sealed record CompressedColumn(string Schema, string Table, string Column);
