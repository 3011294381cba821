using System.Diagnostics;
using MigrationPlans.Planning;
using MigrationPlans.Reporting;
using MigrationPlans.Tests.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Reporting;

public sealed class LargePlanTests
{
    /// <summary>A look through all steps for each database took a minute here, and six and a half for 20,000 of them.</summary>
    [Test]
    public void A_plan_of_thousands_of_databases_is_shown_in_seconds()
    {
        var mappings = Enumerable.Range(0, 6000).Select(number => Sample.Map($"legacy/d{number}", $"nonprod/d{number}", number));
        var manifest = new Sample().Manifest with { Databases = [.. mappings] };
        var plan = Planner.Plan(manifest, facts: null).Plan!;
        var watch = Stopwatch.StartNew();
        new PlanTextView(new StyledWriter(TextWriter.Null, isColor: false)).Write(plan);
        Assert.That(PlanMarkdownView.Render(plan), Does.Contain("legacy/d5999"));
        Assert.That(PlanMermaidView.Render(plan), Does.Contain("legacy/d5999"));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }
}
