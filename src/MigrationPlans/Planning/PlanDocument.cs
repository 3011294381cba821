using System.Collections.Immutable;
using System.Text.Json;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Planning;

/// <summary>A plan as text: written canonically, read with suspicion.</summary>
public static class PlanDocument
{
    public const string FormatVersion = "1.0";

    /// <summary>The plan's JSON, ending in a line break. Equal plans give equal bytes.</summary>
    public static string Write(MigrationPlan plan) => JsonSerializer.Serialize(plan, PlanJson.Plan) + "\n";

    /// <summary>Whether a text that begins so is meant as a plan.</summary>
    public static bool IsOne(string beginning) =>
        beginning.StartsWith('{')
        && beginning.Contains("\"formatVersion\"", StringComparison.Ordinal)
        && beginning.Contains("\"manifestDigest\"", StringComparison.Ordinal);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="file">The file's name, for the findings.</param>
    /// <exception cref="DiagnosticException">It is anything else.</exception>
    public static MigrationPlan Parse(string json, string file)
    {
        var (plan, findings) = Read(json, file);
        return plan ?? throw new DiagnosticException(findings.First(finding => finding.Severity == Severity.Error));
    }

    /// <summary>Reads what <see cref="Write"/> wrote; anything else is a finding.</summary>
    /// <param name="file">The file's name, for the findings.</param>
    public static (MigrationPlan? Plan, ImmutableArray<Diagnostic> Diagnostics) Read(string json, string file)
    {
        try
        {
            if (CheckFormat(json, file) is { } refusal)
            {
                return (null, [refusal]);
            }

            var plan = JsonSerializer.Deserialize(json, PlanJson.StrictPlan)!;
            if (PlanShape.FindFault(plan) is { } fault)
            {
                return (null, [PlanFileDiagnostics.NotAPlan(file, fault)]);
            }

            return plan.Digest == PlanDigest.Compute(plan) ? (plan, []) : (null, [PlanFileDiagnostics.DigestMismatch(file)]);
        }
        catch (JsonException exception)
        {
            return (null, [Translate(exception, file)]);
        }
        catch (NotSupportedException)
        {
            // What System.Text.Json throws for a step without a kind.
            return (null, [PlanFileDiagnostics.NotAPlan(file, "a step has no kind")]);
        }
    }

    private static Diagnostic? CheckFormat(string json, string file)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("formatVersion", out var version)
            || !document.RootElement.TryGetProperty("manifestDigest", out _))
        {
            return PlanFileDiagnostics.NotAPlan(file, "it has no `formatVersion` and `manifestDigest`");
        }

        if (version.ValueKind != JsonValueKind.String || !version.ValueEquals(FormatVersion))
        {
            return PlanFileDiagnostics.UnknownFormat(file, version.GetRawText(), FormatVersion);
        }

        return HasNullItem(document.RootElement) ? PlanFileDiagnostics.NotAPlan(file, "a list in it holds `null`") : null;
    }

    /// <summary>The deserializer checks properties for null, but not the items of lists.</summary>
    private static bool HasNullItem(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null || HasNullItem(item)),
        JsonValueKind.Object => element.EnumerateObject().Any(property => HasNullItem(property.Value)),
        _ => false,
    };

    private static Diagnostic Translate(JsonException exception, string file)
    {
        var isSyntax = exception.Path is null or "$";
        var reason = isSyntax ? "it is not well-formed JSON, or not of the expected form" : $"the value at `{exception.Path}` is not what belongs there";
        return exception.LineNumber is { } line
            ? PlanFileDiagnostics.NotAPlan(file, reason, (int)line + 1, (int)(exception.BytePositionInLine ?? 0) + 1)
            : PlanFileDiagnostics.NotAPlan(file, reason);
    }
}
