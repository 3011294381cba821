using System.Runtime.CompilerServices;
using NUnit.Framework;

namespace MigrationPlans.Tests;

/// <summary>Baselines: <c>MIGPLAN_REWRITE=1 dotnet test</c> rewrites them all; a changed one is explained in its commit.</summary>
internal static class Rewriting
{
    public static bool IsOn => Environment.GetEnvironmentVariable("MIGPLAN_REWRITE") == "1";

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
}
