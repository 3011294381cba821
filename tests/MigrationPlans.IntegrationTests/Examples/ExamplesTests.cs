using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Examples;

/// <summary>Every example in the repository does what its README says.</summary>
public sealed class ExamplesTests
{
    private static IEnumerable<string> All =>
        Directory.GetDirectories(Repository.PathOf("examples")).Select(directory => Path.GetFileName(directory)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> WithData => All.Where(name => Directory.Exists(Repository.PathOf("examples", name, "data")));

    [TestCaseSource(nameof(All))]
    public async Task An_example_is_valid_without_a_warning(string example)
    {
        using var migplan = await MigplanProcess.RunAsync(["validate", Manifest(example)]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Output + migplan.Error, Does.Not.Contain("warning"));
    }

    [TestCaseSource(nameof(All))]
    public async Task An_example_plans_offline_and_always_the_same(string example)
    {
        using var once = await MigplanProcess.RunAsync(["plan", Manifest(example), "--offline", "--format", "json"]);
        using var twice = await MigplanProcess.RunAsync(["plan", Manifest(example), "--offline", "--format", "json"]);
        Assert.That(once.ExitCode, Is.Zero, once.ToString);
        Assert.That(twice.Output, Is.EqualTo(once.Output));
    }

    [TestCaseSource(nameof(All))]
    public void An_example_explains_itself(string example)
    {
        Assert.That(File.Exists(Repository.PathOf("examples", example, "README.md")));
        Assert.That(File.ReadLines(Manifest(example)).First(), Does.StartWith("# yaml-language-server: $schema=../../schemas/migration-plan.v1.schema.json"));
    }

    [TestCaseSource(nameof(WithData))]
    public async Task An_example_rehearses_to_the_end_and_leaves_nothing_behind(string example)
    {
        using var migplan = await MigplanProcess.RunAsync(["rehearse", Manifest(example)]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Error, Does.Not.Contain("warning[MP9202]"));
        Assert.That(Rehearse.RehearsalDirectories.Of(migplan), Is.Empty);
    }

    [Test]
    public async Task The_old_mapping_file_becomes_a_manifest_without_a_password_that_rehearses_to_the_end()
    {
        var directory = Directory.CreateTempSubdirectory("migplan-import-").FullName;
        try
        {
            var manifest = Path.Combine(directory, "split.yaml");
            using var import = await MigplanProcess.RunAsync(["import", Repository.PathOf("examples", "split", "db_mapping.txt"), "-o", manifest]);
            Assert.That(import.ExitCode, Is.Zero, import.ToString);
            Assert.That(import.Error, Does.Contain("SOURCE_LEGACY_PASSWORD   password of migrator@legacy.internal:5432"));
            Assert.That(await File.ReadAllTextAsync(manifest), Does.Not.Contain("-example"));

            using var rehearse = await MigplanProcess.RunAsync(["rehearse", manifest, "--data", Repository.PathOf("examples", "split", "data")]);
            Assert.That(rehearse.ExitCode, Is.Zero, rehearse.ToString);
            Assert.That(rehearse.Error, Does.Not.Contain("warning[MP9202]"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Manifest(string example) => Repository.PathOf("examples", example, "manifest.yaml");
}
