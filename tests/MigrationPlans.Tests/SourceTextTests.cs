using System.Text.RegularExpressions;
using NUnit.Framework;

namespace MigrationPlans.Tests;

/// <summary>What holds for every source file.</summary>
public sealed partial class SourceTextTests
{
    /// <summary>As in .editorconfig.</summary>
    private const int Widest = 160;

    private static readonly string[] Folders = ["src", "tests", "bench"];

    /// <summary>SQL and messages stay whole, however wide they are.</summary>
    [TestCaseSource(nameof(Folders))]
    public void No_line_is_too_wide_but_for_a_text_in_it(string folder)
    {
        var wide =
            from file in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            where !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj")
            from line in RawText().Replace(File.ReadAllText(file), "").Split('\n')
            where line.Length > Widest && (!line.Contains('"', StringComparison.Ordinal) || line.TrimStart().StartsWith("//", StringComparison.Ordinal))
            select $"{Path.GetFileName(file)}: {line.Trim()}";
        Assert.That(wide, Is.Empty);
    }

    [GeneratedRegex("(?<quotes>\"{3,}).*?\\k<quotes>", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RawText();
}
