using System.Collections.Immutable;
using System.Reflection;

namespace MigrationPlans.Diagnostics;

/// <summary>All descriptors, found on the static <c>*Diagnostics</c> classes of this room; the source of docs/diagnostics.md.</summary>
public static class DiagnosticCatalog
{
    /// <summary>Every descriptor, ordered by code.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } =
    [
        .. typeof(DiagnosticCatalog).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(DiagnosticCatalog).Namespace && type.Name.EndsWith("Diagnostics", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(field => field.FieldType == typeof(DiagnosticDescriptor))
            .Select(field => (DiagnosticDescriptor)field.GetValue(null)!)
            .OrderBy(descriptor => descriptor.Code, StringComparer.Ordinal),
    ];

    public static DiagnosticDescriptor? Find(string code) =>
        All.FirstOrDefault(descriptor => string.Equals(descriptor.Code, code, StringComparison.OrdinalIgnoreCase));
}
