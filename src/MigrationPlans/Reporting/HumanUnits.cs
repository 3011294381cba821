using System.Globalization;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>Quantities as people read them; the one place where they are put into words.</summary>
public static class HumanUnits
{
    private static readonly string[] ByteUnits = ["bytes", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>As <c>pg_size_pretty</c> counts, by 1024: <c>512 bytes</c>, <c>9.8 kB</c>, <c>928 MB</c>.</summary>
    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)Math.Max(0, bytes), 0);
        while (value >= 1000 && unit < ByteUnits.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 || value >= 99.95
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0} {ByteUnits[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {ByteUnits[unit]}");
    }

    /// <summary><c>98 MB/s</c>; a dash when no time has passed.</summary>
    public static string Rate(long bytes, TimeSpan elapsed) =>
        elapsed > TimeSpan.Zero ? $"{Bytes((long)(bytes / elapsed.TotalSeconds))}/s" : "–";

    /// <summary><c>0.4 s</c>, <c>42 s</c>, <c>3 min 05 s</c>, <c>2 h 07 min</c>, <c>3 d 04 h</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        var seconds = (long)Math.Round(duration.TotalSeconds);
        return duration.TotalSeconds switch
        {
            < 9.95 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, duration.TotalSeconds):0.0} s"),
            < 59.5 => $"{seconds} s",
            < 3599.5 => $"{seconds / 60} min {seconds % 60:00} s",
            < 86399.5 => $"{seconds / 3600} h {seconds % 3600 / 60:00} min",
            _ => $"{seconds / 86400} d {seconds % 86400 / 3600:00} h",
        };
    }

    /// <summary>With separators: <c>1,234,567</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 table</c>, <c>1,200 tables</c>.</summary>
    public static string Count(long count, string one, string? many = null) => $"{Count(count)} {Counts.Word(count, one, many)}";

    /// <summary>A server's estimate: <c>about 1,200 rows</c>; unknown below zero.</summary>
    public static string EstimatedRows(long rows) => rows < 0 ? "rows not yet counted" : $"about {Count(rows, "row")}";
}
