using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation;

/// <summary>A manifest and all that was found about it.</summary>
public sealed record ManifestLoadResult
{
    /// <summary>Null when there is an error.</summary>
    public required MigrationManifest? Manifest { get; init; }

    /// <summary>Errors and warnings, by file, then by position.</summary>
    public required ImmutableArray<Diagnostic> Diagnostics { get; init; }

    /// <summary>Where every value of the effective manifest stands: in the manifest, an overlay or the defaults.</summary>
    public required SourceMap SourceMap { get; init; }

    /// <summary>The text of each file that could be read, by the name that spans use; for printing snippets.</summary>
    public required ImmutableDictionary<string, string> Texts { get; init; }

    /// <summary>Of a file that was not read as a manifest.</summary>
    public static ManifestLoadResult Refused(Diagnostic diagnostic) => new()
    {
        Manifest = null,
        Diagnostics = [diagnostic],
        SourceMap = SourceMap.Empty,
        Texts = ImmutableDictionary<string, string>.Empty,
    };

    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);
}
