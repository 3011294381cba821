using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace MigrationPlans.Tests;

/// <summary>Baselines: <c>MIGPLAN_REWRITE=1 dotnet test</c> rewrites them all; a changed one is explained in its commit.</summary>
internal static class Rewriting
{
    public static bool IsOn => Environment.GetEnvironmentVariable("MIGPLAN_REWRITE") == "1";

    public static string Repository { get; } = Find();

    public static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    /// <summary>Compares with the file, or writes it.</summary>
    public static void Check(string path, string actual)
    {
        if (IsOn)
        {
            File.WriteAllText(path, actual);
        }

        Assert.That(File.Exists(path) ? File.ReadAllText(path) : "", Is.EqualTo(actual), $"{path} is out of date: MIGPLAN_REWRITE=1 dotnet test");
    }

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "MigrationPlans.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("the repository is not around the test's directory");
    }
}
