using System.Text;

namespace MigrationPlans.PostgreSql.Verification;

internal static class TextPositions
{
    /// <summary>The text without the characters at these positions.</summary>
    public static string Drop(string text, SortedSet<int> positions)
    {
        if (positions.Count == 0)
        {
            return text;
        }

        var (result, start) = (new StringBuilder(text.Length), 0);
        foreach (var position in positions)
        {
            result.Append(text, start, position - start);
            start = position + 1;
        }

        return result.Append(text, start, text.Length - start).ToString();
    }
}
