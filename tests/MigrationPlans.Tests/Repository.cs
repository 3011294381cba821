namespace MigrationPlans.Tests;

/// <summary>Where the sources are, seen from a test.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "MigrationPlans.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException("the tests run outside of the repository");
    }
}
