using System.Text.Json.Nodes;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>Findings as SARIF 2.1.0, which code-scanning services read: https://docs.oasis-open.org/sarif/sarif/v2.1.0/</summary>
public static class DiagnosticsSarif
{
    public static string Write(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var rules = diagnostics.Select(diagnostic => diagnostic.Descriptor)
            .DistinctBy(rule => rule.Code)
            .OrderBy(rule => rule.Code, StringComparer.Ordinal)
            .ToList();
        return new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "migplan",
                        ["rules"] = new JsonArray([.. rules.Select(Rule)]),
                    },
                },
                // Columns are UTF-16 units here, too; SARIF asks to say so.
                ["columnKind"] = "utf16CodeUnits",
                ["results"] = new JsonArray([.. diagnostics.Select(diagnostic => Result(diagnostic, rules.IndexOf(diagnostic.Descriptor)))]),
            }),
        }.ToJsonString(DiagnosticsJson.Options);
    }

    private static JsonObject Rule(DiagnosticDescriptor rule) => new()
    {
        ["id"] = rule.Code,
        ["shortDescription"] = new JsonObject { ["text"] = rule.Summary },
        ["help"] = new JsonObject { ["text"] = rule.Explanation, ["markdown"] = rule.Explanation },
        ["defaultConfiguration"] = new JsonObject { ["level"] = Level(rule.Severity) },
    };

    private static JsonObject Result(Diagnostic diagnostic, int rule)
    {
        var result = new JsonObject
        {
            ["ruleId"] = diagnostic.Code,
            ["ruleIndex"] = rule,
            ["level"] = Level(diagnostic.Severity),
            ["message"] = new JsonObject { ["text"] = diagnostic.Help is { } help ? $"{diagnostic.Message} ({help})" : diagnostic.Message },
        };
        if (diagnostic.Span is { } span)
        {
            result["locations"] = new JsonArray(new JsonObject
            {
                ["physicalLocation"] = new JsonObject
                {
                    ["artifactLocation"] = new JsonObject { ["uri"] = Uri(span.File) },
                    ["region"] = new JsonObject
                    {
                        ["startLine"] = span.Line,
                        ["startColumn"] = span.Column,
                        ["endLine"] = span.EndLine,
                        ["endColumn"] = span.EndColumn,
                    },
                },
            });
        }

        return result;
    }

    private static string Uri(string file) => Path.IsPathRooted(file)
        ? new Uri(file).AbsoluteUri
        : string.Join('/', file.Replace('\\', '/').Split('/').Select(System.Uri.EscapeDataString));

    private static string Level(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
