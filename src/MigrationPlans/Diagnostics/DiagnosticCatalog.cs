using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MigrationPlans.Diagnostics;

/// <summary>All descriptors, found on the static <c>*Diagnostics</c> classes of this room; the source of docs/diagnostics.md.</summary>
public static class DiagnosticCatalog
{
    /// <summary>Every descriptor, ordered by code.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = Collect();

    public static DiagnosticDescriptor? Find(string code) =>
        All.FirstOrDefault(descriptor => string.Equals(descriptor.Code, code, StringComparison.OrdinalIgnoreCase));

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The program is published with all of this assembly.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The program is published with all of this assembly.")]
    private static ImmutableArray<DiagnosticDescriptor> Collect() =>
    [
        .. typeof(DiagnosticCatalog).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(DiagnosticCatalog).Namespace && type.Name.EndsWith("Diagnostics", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public))
            .Where(field => field.FieldType == typeof(DiagnosticDescriptor))
            .Select(field => (DiagnosticDescriptor)field.GetValue(null)!)
            .OrderBy(descriptor => descriptor.Code, StringComparer.Ordinal),
    ];
}
