using System.Diagnostics;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// The program that tests start: MIGPLAN_PROGRAM names it. eng/test.sh names the published one, which users have; without it,
/// it is the one that was built with the tests.
/// </summary>
internal static class ProgramUnderTest
{
    private static readonly string? Published = Environment.GetEnvironmentVariable("MIGPLAN_PROGRAM") is { Length: > 0 } path ? path : null;

    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments) => Published is null
        ? new ProcessStartInfo("dotnet", [Built, .. arguments])
        : new ProcessStartInfo(Published, arguments);

    /// <summary>What a shell runs.</summary>
    public static string ShellCommand => Published is null ? $"dotnet '{Built}'" : $"'{Published}'";

    private static string Built => Path.Combine(AppContext.BaseDirectory, "migplan.dll");
}
