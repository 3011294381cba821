namespace MigrationPlans.Tests;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("migplan-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
