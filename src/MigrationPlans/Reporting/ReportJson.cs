using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MigrationPlans.Json;

namespace MigrationPlans.Reporting;

/// <summary>How reports look as JSON.</summary>
internal static class ReportJson
{
    private static readonly JsonSerializerOptions Options = JsonForm.Writing(ReportJsonContext.Default);

    public static JsonTypeInfo<RunStatusReport> RunStatus { get; } = (JsonTypeInfo<RunStatusReport>)Options.GetTypeInfo(typeof(RunStatusReport));

    public static JsonTypeInfo<VerificationDocument> Verification { get; } = (JsonTypeInfo<VerificationDocument>)Options.GetTypeInfo(
        typeof(VerificationDocument));
}

[JsonSerializable(typeof(RunStatusReport))]
[JsonSerializable(typeof(VerificationDocument))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
