using System.Globalization;
using System.Text;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Reporting;

/// <summary>The step graph as a Mermaid flowchart.</summary>
public static class PlanMermaidView
{
    public static string Render(MigrationPlan plan)
    {
        var text = new StringBuilder("flowchart LR\n");
        var nodes = plan.Steps.Select((step, index) => (step.Id, Node: string.Create(CultureInfo.InvariantCulture, $"s{index}")))
            .ToDictionary(pair => pair.Id, pair => pair.Node, StringComparer.Ordinal);
        var stepsOf = PlanActions.ByDatabase(plan);
        for (var index = 0; index < plan.Databases.Length; index++)
        {
            var database = plan.Databases[index];
            text.Append(CultureInfo.InvariantCulture, $"  subgraph d{index}[\"{Escape($"{database.From} → {database.To}")}\"]\n");
            var steps = stepsOf[database.Address].ToList();
            foreach (var step in steps)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"    {nodes[step.Id]}[\"{Escape(step.Kind)}\"]{(step.Risk == StepRisk.Destructive ? ":::destructive" : "")}\n");
            }

            if (steps.Count == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"    e{index}[\"not carried out by this version\"]\n");
            }

            text.Append("  end\n");
        }

        foreach (var (index, move) in plan.Steps.OfType<InstanceStep>().GroupBy(step => step.Database, StringComparer.Ordinal).Index())
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph i{index}[\"{Escape($"instance {move.Key}")}\"]\n");
            foreach (var step in move)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {nodes[step.Id]}[\"{Escape(step.Kind)}\"]\n");
            }

            text.Append("  end\n");
        }

        foreach (var step in plan.Steps)
        {
            foreach (var dependency in step.DependsOn)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {nodes[dependency]} --> {nodes[step.Id]}\n");
            }
        }

        return text.Append("  classDef destructive stroke:#c00,stroke-width:2px\n").ToString();
    }

    private static string Escape(string text) =>
        StyledWriter.Visible(text)
            .Replace("#", "#35;", StringComparison.Ordinal)
            .Replace("\"", "#quot;", StringComparison.Ordinal)
            .Replace("<", "#lt;", StringComparison.Ordinal)
            .Replace(">", "#gt;", StringComparison.Ordinal);
}
