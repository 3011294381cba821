using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// What pg_dump and pg_restore say when they fail. They tell no SQLSTATE, so their words must do; servers that speak another
/// language say it in other ones, and are tried again.
/// </summary>
internal static class ToolFailure
{
    private const string AllocationRefused = "invalid memory alloc request size ";

    /// <summary>Of the size that was asked for. What tells a longer one is damaged: no row comes near a terabyte.</summary>
    private const int LongestSize = 12;

    private static readonly string[] Denied = ["permission denied", "row-level security"];

    // A row that is longer as text than a server can make one; the second is of 18.
    private static readonly string[] RowTooLong = ["Cannot enlarge string buffer", "string buffer exceeds maximum allowed length"];

    // A right that is missing, bytes that are no text, such a row and a damaged one are so at each try.
    private static readonly string[] Lasting = [.. Denied, "invalid byte sequence", AllocationRefused, .. RowTooLong];

    /// <summary>Whether it helps to run it again.</summary>
    /// <param name="error">What it printed.</param>
    public static FailureClass ClassOf(string error) => IsAny(error, Lasting) ? FailureClass.Permanent : FailureClass.Transient;

    /// <summary>The server has no room for another lock. Those of others may go.</summary>
    public static bool IsOutOfLocks(string error) => error.Contains("out of shared memory", StringComparison.Ordinal);

    /// <summary>The server asked for a password, and the program was given none. libpq's words.</summary>
    public static bool IsWithoutPassword(string error) => error.Contains("no password supplied", StringComparison.Ordinal);

    /// <summary>The login may not.</summary>
    public static bool IsDenied(string error) => IsAny(error, Denied);

    /// <summary>The way out, where it is known.</summary>
    public static string? HelpFor(string error) =>
        IsAny(error, RowTooLong) || IsAllocationTooLong(error) ? ArchiveDiagnostics.RowTooLongHelp
        : IsOutOfLocks(error) ? HandlerDiagnostics.LocksHelp
        : null;

    private static bool IsAllocationTooLong(string error) =>
        error.Split(AllocationRefused) is [_, var size, ..] && size.TakeWhile(char.IsAsciiDigit).Count() <= LongestSize;

    private static bool IsAny(string error, IEnumerable<string> words) => words.Any(word => error.Contains(word, StringComparison.Ordinal));
}
