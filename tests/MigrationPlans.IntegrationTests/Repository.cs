namespace MigrationPlans.IntegrationTests;

/// <summary>Files of this repository that tests use as users do.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "MigrationPlans.sln")))
            {
                return directory;
            }
        }

        throw new DirectoryNotFoundException("the tests do not run inside the repository");
    }
}
