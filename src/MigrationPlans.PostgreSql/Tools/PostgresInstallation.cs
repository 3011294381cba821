namespace MigrationPlans.PostgreSql.Tools;

/// <summary>A directory that holds PostgreSQL programs.</summary>
/// <param name="BinDirectory">Absolute path.</param>
/// <param name="MajorVersion">Of the programs there: 15.</param>
/// <param name="Version">As the program prints it: <c>15.18</c>.</param>
public sealed record PostgresInstallation(string BinDirectory, int MajorVersion, string Version)
{
    public string Program(string name) => Path.Combine(BinDirectory, name);

    public bool Has(string name) => File.Exists(Program(name));
}
