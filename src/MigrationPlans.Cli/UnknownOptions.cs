using System.CommandLine;
using System.CommandLine.Parsing;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli;

/// <summary>Options that were misspelled: the parser takes them for the manifest, or for one argument too many.</summary>
internal static class UnknownOptions
{
    public static IReadOnlyList<Diagnostic> Find(ParseResult parsed)
    {
        var plain = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToHashSet(StringComparer.Ordinal);
        var known = Known(parsed.CommandResult).ToList();
        return
        [
            .. parsed.CommandResult.Children.OfType<ArgumentResult>()
                .SelectMany(argument => argument.Tokens.Select(token => token.Value))
                .Concat(parsed.UnmatchedTokens)
                .Where(value => value.Length > 1 && value[0] == '-' && !plain.Contains(value))
                .Select(value => value.Split('=')[0])
                .Select(name => CommandLineDiagnostics.UnknownOption(name, DidYouMean.Find(name, known))),
        ];
    }

    private static IEnumerable<string> Known(CommandResult command)
    {
        for (var current = command; current is not null; current = current.Parent as CommandResult)
        {
            foreach (var option in current.Command.Options.Where(option => current == command || option.Recursive))
            {
                yield return option.Name;
            }
        }
    }
}
