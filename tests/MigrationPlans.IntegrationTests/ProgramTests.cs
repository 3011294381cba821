using System.Text.RegularExpressions;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>The program finds what the libraries found under test: native code lacks whatever the compiler did not see to be used.</summary>
public sealed partial class ProgramTests
{
    private static IEnumerable<string> Corpora =>
        Directory.GetFiles(Repository.PathOf("tests", "MigrationPlans.Tests", "Manifest", "Malformed"), "*.cases").Select(path => Path.GetFileName(path)!);

    [TestCaseSource(nameof(Corpora))]
    public async Task Validate_reports_the_recorded_findings_of_malformed_manifests(string corpus)
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("tests", "MigrationPlans.Tests", "Manifest", "Malformed", corpus));
        var cases = text.Split("\n=== ")
            .Where(one => one.Trim().Length > 0 && !one[..one.IndexOf('\n')].EndsWith("(escaped)", StringComparison.Ordinal))
            .ToList();
        var directory = Directory.CreateTempSubdirectory("migplan-cases-").FullName;
        try
        {
            Assert.That(cases, Is.Not.Empty);
            foreach (var one in cases)
            {
                var lines = one[(one.IndexOf('\n') + 1)..].Split('\n');
                var recorded = lines.Where(line => line.StartsWith("#~", StringComparison.Ordinal))
                    .Select(line => Recorded().Match(line).Groups["finding"].Value);
                var manifest = Path.Combine(directory, "case.yaml");
                await File.WriteAllTextAsync(manifest, string.Join('\n', lines.Where(line => !line.StartsWith("#~", StringComparison.Ordinal))));
                using var validate = await MigplanProcess.RunAsync(
                    ["validate", manifest], new Dictionary<string, string>(StringComparer.Ordinal) { ["SET"] = "value" });
                Assert.That(Printed().Matches(validate.Output).Select(match => match.Value), Is.EquivalentTo(recorded), one);
                Assert.That(validate.ExitCode, Is.EqualTo(3), one);
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public async Task Explain_knows_every_diagnostic()
    {
        using var explain = await MigplanProcess.RunAsync(["explain", "MP9105"]);
        Assert.That(explain.ExitCode, Is.Zero, explain.Error);
        Assert.That(explain.Output, Does.Contain("MP9105"));
    }

    [GeneratedRegex(@"(?<finding>(error|warning|note)\[MP\d{4}\])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Recorded();

    [GeneratedRegex(@"^(error|warning|note)\[MP\d{4}\]", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Printed();
}
