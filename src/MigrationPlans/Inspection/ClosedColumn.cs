namespace MigrationPlans.Inspection;

/// <summary>A column that holds values which a server gives out and takes from nobody.</summary>
/// <param name="Type">As the server prints it.</param>
/// <param name="IsOfVersion">Rows of a catalog, which a server of the same version does take.</param>
public sealed record ClosedColumn(string Schema, string Table, string Column, string Type, bool IsOfVersion);
