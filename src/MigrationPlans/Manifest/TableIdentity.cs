namespace MigrationPlans.Manifest;

/// <summary>A table's schema and name, as the server has them.</summary>
public readonly record struct TableIdentity(string Schema, string Name)
{
    public override string ToString() => $"{Schema}.{Name}";
}
