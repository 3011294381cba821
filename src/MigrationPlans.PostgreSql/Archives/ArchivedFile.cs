namespace MigrationPlans.PostgreSql.Archives;

/// <param name="Name">Relative to the archive's directory, with slashes.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record ArchivedFile(string Name, long Bytes, string Sha256);
