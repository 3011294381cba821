using System.Reflection;
using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;
using NUnit.Framework;

namespace MigrationPlans.Tests;

/// <summary>What holds for every diagnostic code of the program.</summary>
public sealed partial class DiagnosticCodesTests
{
    /// <summary>The leading digit is the stage.</summary>
    private const string Stages = "12345679";

    [Test]
    public void Every_code_is_unique() =>
        Assert.That(DiagnosticCatalog.All.Select(descriptor => descriptor.Code), Is.Unique);

    [Test]
    public void Every_code_is_well_formed_and_of_a_known_stage() =>
        Assert.That(
            DiagnosticCatalog.All.Select(descriptor => descriptor.Code).Where(code => !CodeForm().IsMatch(code)
                || !Stages.Contains(code[2], StringComparison.Ordinal)),
            Is.Empty);

    [Test]
    public void The_codes_of_one_class_are_of_one_stage()
    {
        var mixed = typeof(DiagnosticCatalog).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(DiagnosticCatalog).Namespace && type.Name.EndsWith("Diagnostics", StringComparison.Ordinal))
            .Where(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
                .Where(field => field.FieldType == typeof(DiagnosticDescriptor))
                .Select(field => ((DiagnosticDescriptor)field.GetValue(null)!).Code[2])
                .Distinct()
                .Count() > 1)
            .Select(type => type.Name);
        Assert.That(mixed, Is.Empty);
    }

    [Test]
    public void Every_summary_is_a_short_phrase_and_every_explanation_says_more()
    {
        foreach (var descriptor in DiagnosticCatalog.All)
        {
            Assert.That(descriptor.Summary, Has.Length.LessThan(100).And.Not.EndsWith("."), descriptor.Code);
            Assert.That(descriptor.Explanation, Has.Length.GreaterThan(descriptor.Summary.Length / 2), descriptor.Code);
        }
    }

    /// <summary>A code that no test walks the path to may be wrong, or dead. Recorded findings count, as they stand in the tests' own files.</summary>
    [Test]
    public void Every_code_is_named_by_a_test()
    {
        var named = Directory.EnumerateFiles(Repository.PathOf("tests"), "*", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .SelectMany(file => NamedCode().Matches(File.ReadAllText(file)))
            .Select(match => match.Value)
            .ToHashSet(StringComparer.Ordinal);
        Assert.That(DiagnosticCatalog.All.Select(descriptor => descriptor.Code).Where(code => !named.Contains(code)), Is.Empty);
    }

    [GeneratedRegex("MP[0-9]{4}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NamedCode();

    [GeneratedRegex("^MP[0-9]{4}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodeForm();
}
