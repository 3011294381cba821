using MigrationPlans.Diagnostics;
using MigrationPlans.Tests.Cli;
using MigrationPlans.Validation;
using NUnit.Framework;

namespace MigrationPlans.Tests.Manifest.Malformed;

/// <summary>
/// The corpus: every malformed manifest gets an error with a position, exit 3 and no stack trace.
/// See <see cref="MalformedCase"/> for the format.
/// </summary>
internal sealed class MalformedManifestTests
{
    private static readonly IReadOnlyList<MalformedCase> Cases = MalformedCase.ReadAll(Rewriting.Folder());

    [Test]
    public void The_corpus_holds_at_least_200_cases_with_names_of_their_own()
    {
        Assert.That(Cases, Has.Count.GreaterThanOrEqualTo(200));
        Assert.That(Cases.Select(one => one.ToString()), Is.Unique);
    }

    [Test]
    public void Findings_stand_under_their_lines_as_recorded()
    {
        foreach (var file in Cases.GroupBy(one => one.File))
        {
            Rewriting.Check(file.Key, string.Join("\n", file.Select(one => one.Annotate(Load(one)))));
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Each_case_has_an_error_with_a_position_in_its_text(object malformed)
    {
        var one = (MalformedCase)malformed;
        var lines = one.Yaml.Split('\n').Length + one.Yaml.Count(c => c == '\r');
        var errors = Load(one).Where(diagnostic => diagnostic.Severity == Severity.Error).ToList();
        Assert.That(errors, Is.Not.Empty);
        Assert.That(errors, Has.All.Matches<Diagnostic>(error => error.Span is { File: "case.yaml", Line: >= 1, Column: >= 1 } span && span.Line <= lines));
    }

    [TestCaseSource(nameof(Cases))]
    public async Task Each_case_ends_validate_with_exit_3_and_without_a_stack_trace(object malformed)
    {
        var one = (MalformedCase)malformed;
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "case.yaml"), one.Yaml);
        var run = await CommandRun.Of(directory.Path, "validate", "case.yaml");
        Assert.That(run.ExitCode, Is.EqualTo(3));
        Assert.That(run.Out, Does.Match(@"error\[MP\d{4}\]: ").And.Match(@"--> case\.yaml:\d+:\d+"));
        Assert.That(run.Out + run.Error, Does.Not.Contain("Exception").And.Not.Contain("   at ").And.Not.Contain("hunter2"));
    }

    private static IEnumerable<Diagnostic> Load(MalformedCase one) =>
        new ManifestLoader(name => name == "SET" ? "value" : null).Load("case.yaml", one.Yaml).Diagnostics;
}
