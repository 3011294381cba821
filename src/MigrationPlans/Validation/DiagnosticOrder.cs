using System.Collections.Immutable;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Validation;

/// <summary>The order that people read in: file by file, from top to bottom.</summary>
internal static class DiagnosticOrder
{
    public static ImmutableArray<Diagnostic> Sort(IEnumerable<Diagnostic> diagnostics, ImmutableArray<string> files) =>
    [
        .. diagnostics
            .DistinctBy(diagnostic => (diagnostic.Code, diagnostic.Span, diagnostic.Message))
            .OrderBy(diagnostic => diagnostic.Span is { } span ? files.IndexOf(span.File) : -1)
            .ThenBy(diagnostic => diagnostic.Span?.Line ?? 0)
            .ThenBy(diagnostic => diagnostic.Span?.Column ?? 0)
            .ThenBy(diagnostic => diagnostic.Code, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Message, StringComparer.Ordinal),
    ];
}
