using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>Whether this machine could carry the plan out.</summary>
public sealed class PlannerToolsTests
{
    private readonly Sample sample = new();

    [TestCase(16, 15, ExpectedResult = "")]
    [TestCase(15, ExpectedResult = "")]
    [TestCase(14, 13, ExpectedResult = "MP4071")]
    [TestCase(ExpectedResult = "MP4071")]
    public string A_pg_dump_that_is_older_than_a_source_is_warned_about(params int[] majors) =>
        string.Join(' ', Plan(sample, majors).Diagnostics.Select(finding => finding.Code));

    [Test]
    public void Where_nobody_looked_for_programs_nothing_is_said_of_them() => Assert.That(sample.Codes(), Is.Empty);

    [Test]
    public void The_plan_is_made_in_spite_of_the_warning_and_is_the_same_on_every_machine()
    {
        var (plan, findings) = Plan(sample, 14);
        Assert.That(plan!.Digest, Is.EqualTo(sample.Plan().Digest));
        Assert.That(findings.Single().Severity, Is.EqualTo(Severity.Warning));
    }

    [Test]
    public void A_source_is_warned_about_once_with_what_is_found_and_what_is_needed()
    {
        var two = sample with { MoreMappings = [Sample.Map("legacy/shop", "nonprod/other", 1)], MoreTargets = [Sample.Absent("nonprod", "other")] };
        var finding = Plan(two, 14, 13).Diagnostics.Single(found => found.Code == "MP4071");
        Assert.That(finding.Message, Is.EqualTo("`legacy` runs PostgreSQL 15, and the newest pg_dump here is 14.1 in /opt/14"));
        Assert.That(finding.Detail, Does.Contain("the 2 databases"));
        Assert.That(finding.Help, Does.Contain("postgresql-client-15"));
        Assert.That(Plan(sample).Diagnostics.Single().Message, Is.EqualTo("`legacy` runs PostgreSQL 15, and no pg_dump was found here"));
    }

    private static (MigrationPlan? Plan, System.Collections.Immutable.ImmutableArray<Diagnostic> Diagnostics) Plan(Sample sample, params int[] majors) =>
        Planner.Plan(sample.Manifest, sample.Facts with { DumpTools = [.. majors.Select(major => new ToolFacts($"/opt/{major}", major, $"{major}.1"))] });
}
