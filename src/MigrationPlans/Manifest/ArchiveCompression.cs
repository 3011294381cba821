using System.Globalization;

namespace MigrationPlans.Manifest;

/// <summary>How an archive's files are compressed.</summary>
/// <param name="Method"><c>none</c>, <c>gzip</c>, <c>lz4</c> or <c>zstd</c>.</param>
/// <param name="Level">Null: the method's own default.</param>
/// <remarks>https://www.postgresql.org/docs/current/app-pgdump.html (<c>--compress</c>)</remarks>
public sealed record ArchiveCompression(string Method, int? Level)
{
    /// <summary>Highest level of each method; the lowest is 1, and <c>none</c> has none.</summary>
    private static readonly Dictionary<string, int> Highest = new(StringComparer.Ordinal) { ["none"] = 0, ["gzip"] = 9, ["lz4"] = 12, ["zstd"] = 22 };

    /// <summary>Null when the text is no method that there is, or asks for a level that the method lacks.</summary>
    public static ArchiveCompression? TryParse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 2 || !Highest.TryGetValue(parts[0], out var highest))
        {
            return null;
        }

        if (parts.Length == 1)
        {
            return new ArchiveCompression(parts[0], Level: null);
        }

        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level >= 1 && level <= highest
            ? new ArchiveCompression(parts[0], level)
            : null;
    }

    public override string ToString() => Level is { } level ? string.Create(CultureInfo.InvariantCulture, $"{Method}:{level}") : Method;
}
