using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>A table's schema and name.</summary>
internal readonly record struct TableName(string Schema, string Name)
{
    public string Sql => SqlText.Qualified(Schema, Name);

    public override string ToString() => $"{Schema}.{Name}";
}
