using System.Collections.Immutable;
using System.Text.Json;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution.Verification;

namespace MigrationPlans.Reporting;

/// <summary>Verification reports as JSON, for machines; described by <c>schemas/verification.v1.schema.json</c>.</summary>
public sealed record VerificationDocument
{
    public string FormatVersion { get; init; } = "1.0";

    /// <summary>The manifest's.</summary>
    public required string Name { get; init; }

    public required bool IsEqual { get; init; }

    public required ImmutableArray<VerificationReport> Databases { get; init; }

    public required ImmutableArray<InstanceVerification> Instances { get; init; }

    public required ImmutableArray<VerificationFailure> Failures { get; init; }

    /// <param name="plan">The manifest's name.</param>
    /// <param name="failures">What could not be compared, by address, and why.</param>
    public static string Write(
        string plan,
        IReadOnlyCollection<VerificationReport> reports,
        IReadOnlyCollection<InstanceVerification> instances,
        IReadOnlyCollection<(string Database, Diagnostic Cause)> failures)
    {
        var document = new VerificationDocument
        {
            Name = plan,
            IsEqual = failures.Count == 0
                && reports.All(report => report is { IsEqual: true, IsComplete: true })
                && instances.All(instance => instance.IsEqual),
            Databases = [.. reports],
            Instances = [.. instances],
            Failures = [.. failures.Select(failure => new VerificationFailure(
                failure.Database, failure.Cause.Code, failure.Cause.Message, failure.Cause.Detail))],
        };
        return JsonSerializer.Serialize(document, ReportJson.Verification) + "\n";
    }
}

/// <summary>What could not be compared, and why.</summary>
public sealed record VerificationFailure(string Database, string Code, string Message, string? Detail);
