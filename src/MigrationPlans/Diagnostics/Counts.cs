using System.Globalization;

namespace MigrationPlans.Diagnostics;

/// <summary>Numbers of things in a sentence.</summary>
public static class Counts
{
    /// <summary><c>1 table</c>, <c>3 tables</c>; <c>0 indexes</c> with the second word given.</summary>
    public static string Of(long count, string one, string? many = null) => $"{count} {Word(count, one, many)}";

    /// <summary>A length of time, as roughly as one says it: <c>90 s</c>, <c>5 min</c>.</summary>
    public static string Time(TimeSpan time) => time < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min");

    /// <summary>The word alone: <c>is</c> or <c>are</c>.</summary>
    public static string Word(long count, string one, string? many = null) => count == 1 ? one : many ?? one + "s";
}
