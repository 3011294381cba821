using System.Text;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>The catalog of diagnostics as Markdown: one page a code for <c>explain</c>, all of them for docs/diagnostics.md.</summary>
public static class DiagnosticsPage
{
    private static readonly (char Digit, string Stage)[] Stages =
    [
        ('1', "Reading a manifest"), ('2', "Validation"), ('3', "Inspection"), ('4', "Planning"), ('5', "State"),
        ('6', "Execution"), ('7', "Verification"), ('9', "Command line"),
    ];

    public static string Write(DiagnosticDescriptor descriptor) =>
        $"### {descriptor.Code}: {descriptor.Summary}\n\n*{descriptor.Severity}.* {descriptor.Explanation.ReplaceLineEndings("\n").Trim()}\n";

    /// <summary>The whole of docs/diagnostics.md.</summary>
    public static string WriteAll(IEnumerable<DiagnosticDescriptor> descriptors)
    {
        var page = new StringBuilder(
            """
            # Diagnostics

            Every finding has a stable code. Its first digit is the stage that it comes from. `migplan explain MP1007` prints
            the same text as here. This file is generated from the code: `MIGPLAN_REWRITE=1 dotnet test --filter Diagnostics_page`.

            """.ReplaceLineEndings("\n"));
        foreach (var group in descriptors.GroupBy(descriptor => descriptor.Code[2]))
        {
            page.Append($"\n## {Stages.FirstOrDefault(stage => stage.Digit == group.Key).Stage ?? "Other"}\n");
            foreach (var descriptor in group)
            {
                page.Append('\n').Append(Write(descriptor));
            }
        }

        return page.ToString();
    }
}
