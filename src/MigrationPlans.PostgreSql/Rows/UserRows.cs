using System.Text.RegularExpressions;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>
/// Which rows of an extension's configuration table are the user's. Each version of the extension tells them apart by its own condition:
/// what a newer one brings itself is not the user's any more, and what it brings beside the older one's is none of the source's.
/// So rows are the user's that both versions take for it.
/// </summary>
internal static partial class UserRows
{
    /// <summary>The condition of the other side, where it says something else and this side can judge by it; null elsewhere.</summary>
    /// <param name="lone">Columns that the other side's table has and this side's has not.</param>
    public static string? Further(string? own, string? other, IEnumerable<string> lone) =>
        own is not null
        && other is { Length: > 0 }
        && other != own
        && !Words().Matches(other).Select(word => word.Value).Intersect(lone, StringComparer.OrdinalIgnoreCase).Any()
            ? other
            : null;

    /// <summary>For FROM: all columns of these rows.</summary>
    /// <param name="schema">Of the table.</param>
    /// <param name="name">Of the table.</param>
    /// <param name="own">A <c>WHERE</c> clause, maybe empty.</param>
    /// <param name="further">Another one; null for none.</param>
    public static string From(string schema, string name, string own, string? further)
    {
        var rows = $"ONLY {SqlText.Qualified(schema, name)} {own}";
        return further is null ? rows : $"(SELECT * FROM {rows}) AS {SqlText.Identifier(name)} {further}";
    }

    [GeneratedRegex("[A-Za-z_][A-Za-z_0-9]*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Words();
}
