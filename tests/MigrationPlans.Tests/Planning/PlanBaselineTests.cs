using MigrationPlans.Planning;
using MigrationPlans.Reporting;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>
/// One folder a case: the plan as JSON, the human output, the Markdown, the graph, the findings. <c>MIGPLAN_REWRITE=1
/// dotnet test --filter PlanBaselineTests</c> rewrites them; a changed baseline is explained in its commit.
/// </summary>
public sealed class PlanBaselineTests
{
    private static readonly bool IsRewriting = Environment.GetEnvironmentVariable("MIGPLAN_REWRITE") == "1";

    private static IEnumerable<string> Names => PlanBaselineCases.All.Keys.Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void The_plan_is_as_the_baseline_shows(string name)
    {
        var (manifest, facts) = PlanBaselineCases.All[name]();
        var (plan, diagnostics) = Planner.Plan(manifest, facts);
        Compare(
            name,
            "findings.txt",
            string.Concat(diagnostics.Select(diagnostic => $"{diagnostic}\n    {diagnostic.Detail}\n    = help: {diagnostic.Help}\n")));
        Compare(name, "plan.json", plan is null ? "" : PlanDocument.Write(plan));
        Compare(name, "plan.txt", plan is null ? "" : Text(plan));
        Compare(name, "plan.md", plan is null ? "" : PlanMarkdownView.Render(plan));
        Compare(name, "plan.mmd", plan is null ? "" : PlanMermaidView.Render(plan));
    }

    [Test]
    public void Every_baseline_folder_has_its_case()
    {
        var folders = Directory.GetDirectories(Folder("")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
        Assert.That(folders, Is.EqualTo(Names));
    }

    private static void Compare(string name, string file, string actual)
    {
        var path = Path.Combine(Folder(name), file);
        if (IsRewriting)
        {
            Directory.CreateDirectory(Folder(name));
            File.Delete(path);
            if (actual.Length > 0)
            {
                File.WriteAllText(path, actual);
            }

            return;
        }

        Assert.That(actual, Is.EqualTo(File.Exists(path) ? File.ReadAllText(path) : ""), $"{name}/{file}");
    }

    private static string Text(MigrationPlan plan)
    {
        using var writer = new StringWriter();
        new PlanTextView(new StyledWriter(writer, isColor: false)).Write(plan);
        return writer.ToString();
    }

    private static string Folder(string name) => Repository.PathOf("tests", "MigrationPlans.Tests", "Planning", "Baselines", name);
}
