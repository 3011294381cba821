using System.Text.RegularExpressions;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Where a COPY was when it failed: its table, without a schema, the row and maybe the column. The server's context goes on with the value,
/// which is not for messages.
/// </summary>
internal sealed partial record CopyPlace(string Table, string Line, string? Column)
{
    /// <param name="where">The error's context; servers of another language say it in words of theirs.</param>
    public static CopyPlace? Find(string? where) => Place().Match(where ?? "") is { Success: true } place
        ? new CopyPlace(place.Groups["table"].Value, place.Groups["line"].Value, place.Groups["column"] is { Success: true } column ? column.Value : null)
        : null;

    /// <param name="table">With its schema.</param>
    public string Of(string table) => $"{table}, line {Line}{(Column is null ? "" : $", column {Column}")}";

    [GeneratedRegex(
        "^COPY (?<table>.+?), line (?<line>[0-9]+)(, column (?<column>[^:\n]+))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Place();
}
