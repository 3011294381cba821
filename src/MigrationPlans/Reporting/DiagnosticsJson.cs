using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Reporting;

/// <summary>Findings as JSON after schemas/diagnostics.v1.schema.json.</summary>
public static class DiagnosticsJson
{
    internal static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IReadOnlyCollection<Diagnostic> diagnostics) => new JsonObject
    {
        ["formatVersion"] = "1.0",
        ["errors"] = diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error),
        ["warnings"] = diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Warning),
        ["diagnostics"] = new JsonArray([.. diagnostics.Select(One)]),
    }.ToJsonString(Options);

    /// <summary>One finding, for formats that hold findings among other things.</summary>
    public static JsonObject One(Diagnostic diagnostic)
    {
        var json = new JsonObject
        {
            ["code"] = diagnostic.Code,
            ["severity"] = diagnostic.Severity.ToString().ToLowerInvariant(),
            ["summary"] = diagnostic.Descriptor.Summary,
            ["message"] = diagnostic.Message,
        };
        Add(json, "detail", diagnostic.Detail);
        Add(json, "help", diagnostic.Help);
        Add(json, "label", diagnostic.Label);
        Add(json, "subject", diagnostic.Subject);
        if (diagnostic.Span is { } span)
        {
            json["location"] = new JsonObject
            {
                ["file"] = span.File,
                ["line"] = span.Line,
                ["column"] = span.Column,
                ["endLine"] = span.EndLine,
                ["endColumn"] = span.EndColumn,
            };
        }

        return json;
    }

    private static void Add(JsonObject json, string property, string? value)
    {
        if (value is not null)
        {
            json[property] = value;
        }
    }
}
