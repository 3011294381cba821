using System.Text.RegularExpressions;
using MigrationPlans.Cli;
using NUnit.Framework;

namespace MigrationPlans.Tests.Cli;

/// <summary>Every migplan command that the documentation shows is one that the program takes.</summary>
public sealed partial class DocumentedCommandsTests
{
    private static IEnumerable<TestCaseData> Commands =>
        Pages().SelectMany(page => Console().Matches(File.ReadAllText(page))
            .SelectMany(block => Command().Matches(block.Groups["text"].Value))
            .Select(match => match.Groups["command"].Value.Trim())
            .Where(command => !command.Contains('…', StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Select(command => new TestCaseData(command).SetArgDisplayNames(Path.GetRelativePath(Repository.Root, page), command)));

    [TestCaseSource(nameof(Commands))]
    public void A_command_is_taken(string command)
    {
        var host = new CommandHost { In = TextReader.Null, Out = TextWriter.Null, Error = TextWriter.Null, WorkingDirectory = Repository.Root };
        var parsed = CommandTree.Create(host).Parse(command.Split(" > ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.That(parsed.Errors.Select(error => error.Message), Is.Empty);
    }

    private static IEnumerable<string> Pages() =>
    [
        Repository.PathOf("README.md"),
        Repository.PathOf("CONTRIBUTING.md"),
        .. Directory.GetFiles(Repository.PathOf("docs"), "*.md"),
        .. Directory.GetFiles(Repository.PathOf("examples"), "README.md", SearchOption.AllDirectories),
    ];

    [GeneratedRegex("```console\n(?<text>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Console();

    [GeneratedRegex(@"^ *\$ migplan (?<command>[^#\n]*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Command();
}
