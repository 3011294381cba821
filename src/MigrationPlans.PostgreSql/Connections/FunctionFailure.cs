using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// A function that the server calls by itself, for a check, an index or a view, and that does not find what it uses: it relies on the
/// caller's search_path, which is empty in our sessions as in pg_restore's.
/// </summary>
/// <remarks>The server says which function it was in no field but the error's context, whose words it translates: then the error stays a plain one.</remarks>
internal static partial class FunctionFailure
{
    /// <param name="where">The error's context, the innermost call first.</param>
    /// <param name="place">What called it, if that is known better than the subject says.</param>
    public static Diagnostic? Find(string sqlState, string message, string? where, string subject, string? place)
    {
        var isUnfound = sqlState is PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.UndefinedObject
            or PostgresErrorCodes.InvalidSchemaName;
        return isUnfound && Call().Match(where ?? "") is { Success: true } call
            ? ExecutionDiagnostics.SearchPathMissed(subject, call.Groups["name"].Value, place, sqlState, message)
            : null;
    }

    public static Diagnostic? Find(PostgresException exception, string subject, string? place = null) =>
        Find(exception.SqlState, exception.MessageText, exception.Where, subject, place);

    [GeneratedRegex(
        """^(SQL|PL/[^ ]+) function ("(?<name>[^\n]+?)"|(?<name>[^\n]+?\)))(?= |$)""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Call();
}
