using MigrationPlans.Execution;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>Whether it helps to run pg_dump again after it failed. It tells no SQLSTATE, so its words must do.</summary>
internal static class ToolFailure
{
    /// <summary>A right that is missing, or bytes that are no text, are so at each try. Servers that speak another language say it in other words, and are tried again.</summary>
    /// <param name="error">What it printed.</param>
    public static FailureClass ClassOf(string error) =>
        error.Contains("permission denied", StringComparison.Ordinal) || error.Contains("invalid byte sequence", StringComparison.Ordinal) ? FailureClass.Permanent : FailureClass.Transient;
}
