namespace MigrationPlans.Cli.Terminal;

/// <summary>Commands that are printed to be pasted into a shell.</summary>
internal static class ShellWord
{
    /// <summary>The text as one word: as it is where a POSIX shell reads it so, in single quotes elsewhere.</summary>
    public static string Quote(string text) =>
        text.Length > 0
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '/' or '-' or '_' or '.' or '=' or ':' or ',' or '@' or '%' or '+')
            ? text
            : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
