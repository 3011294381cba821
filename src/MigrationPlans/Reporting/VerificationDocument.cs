using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution.Verification;

namespace MigrationPlans.Reporting;

/// <summary>Verification reports as JSON, for machines; described by <c>schemas/verification.v1.schema.json</c>.</summary>
public static class VerificationDocument
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <param name="plan">The manifest's name.</param>
    /// <param name="failures">What could not be compared, by address, and why.</param>
    public static string Write(
        string plan, IReadOnlyCollection<VerificationReport> reports, IReadOnlyCollection<InstanceVerification> instances, IReadOnlyCollection<(string Database, Diagnostic Cause)> failures) =>
        JsonSerializer.Serialize(
            new
            {
                FormatVersion = "1.0",
                Name = plan,
                IsEqual = failures.Count == 0 && reports.All(report => report is { IsEqual: true, IsComplete: true }) && instances.All(instance => instance.IsEqual),
                Databases = reports,
                Instances = instances,
                Failures = failures.Select(failure => new { failure.Database, failure.Cause.Code, failure.Cause.Message, failure.Cause.Detail }),
            },
            Options) + "\n";
}
