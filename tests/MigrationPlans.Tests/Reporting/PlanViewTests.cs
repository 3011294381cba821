using MigrationPlans.Inspection;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.Reporting;
using MigrationPlans.Tests.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Reporting;

public sealed class PlanViewTests
{
    private readonly MigrationPlan plan = new Sample().Plan();

    [Test]
    public void Steps_that_are_done_are_counted()
    {
        var text = Text(plan, ["nonprod/shop:preflight", "nonprod/shop:create-roles"]);
        Assert.That(text, Does.Contain("2 of 11 steps done already").And.Contain("`apply` goes on from there"));
    }

    [Test]
    public void A_plan_that_is_done_says_that_nothing_is_left() =>
        Assert.That(Text(plan, [.. plan.Steps.Select(step => step.Id)]), Does.EndWith("Nothing to do: all 11 steps are done.\n"));

    [Test]
    public void Of_thousands_of_roles_the_first_are_named_and_the_others_counted()
    {
        PlannedRole[] roles = [.. Enumerable.Range(1, 3000).Select(number => new PlannedRole($"r{number}", new RoleFacts { Name = $"r{number}" }))];
        var large = plan with { Steps = [.. plan.Steps.Select(step => step is CreateRolesStep create ? create with { Roles = [.. roles] } : step)] };
        Assert.That(Text(large, []), Does.Contain("roles r1, r2, ").And.Contain("r40 and 2,960 more (`plan --format json` has all)").And.Not.Contain("r41"));
    }

    [Test]
    public void Names_cannot_break_out_of_markdown_or_mermaid()
    {
        var sample = new Sample { Mapping = Sample.Map("legacy/shop", "nonprod/shop") with { To = new("nonprod", "a|b<script>\"#`\n@team") } };
        var odd = (sample with { Target = Sample.Absent("nonprod", "a|b<script>\"#`\n@team") }).Plan();
        Assert.That(PlanMarkdownView.Render(odd), Does.Not.Contain("<script>").And.Not.Contain("a|b").And.Not.Contain(" @team"));
        var title = PlanMermaidView.Render(odd).Split('\n')[1];
        Assert.That(title, Does.StartWith("  subgraph d0[\"legacy/shop → nonprod/a|b#lt;script#gt;#quot;#35;"));
    }

    [Test]
    public void Every_dependency_is_an_edge_of_the_graph() =>
        Assert.That(
            PlanMermaidView.Render(plan).Split('\n').Count(line => line.Contains("-->", StringComparison.Ordinal)),
            Is.EqualTo(plan.Steps.Sum(step => step.DependsOn.Length)));

    private static string Text(MigrationPlan plan, HashSet<string> done)
    {
        using var writer = new StringWriter();
        new PlanTextView(new StyledWriter(writer, isColor: false))
            .Write(plan, done.ToDictionary(id => id, _ => TimeSpan.FromSeconds(3), StringComparer.Ordinal));
        return writer.ToString();
    }
}
