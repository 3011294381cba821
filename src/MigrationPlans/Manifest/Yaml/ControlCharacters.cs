using MigrationPlans.Diagnostics;

namespace MigrationPlans.Manifest.Yaml;

/// <summary>YAML (1.2, section 5.1) forbids control characters; the library lets them through.</summary>
internal static class ControlCharacters
{
    /// <summary>The first one, or null.</summary>
    public static SourceSpan? Find(string file, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsControl(c) && c is not ('\t' or '\n' or '\r' or '\u0085'))
            {
                var lines = SourceLines.Split(text[..i]);
                var column = lines[^1].Length + 1;
                return new SourceSpan(file, lines.Count, column, lines.Count, column + 1);
            }
        }

        return null;
    }
}
