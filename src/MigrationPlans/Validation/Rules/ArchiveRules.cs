using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary><c>archive</c> asks for what pg_dump can do.</summary>
internal sealed class ArchiveRules : ManifestRule
{
    public ArchiveRules() => ForEach(input => input.Manifest.Databases, (input, mapping, report) =>
    {
        if (mapping.Archive.Compression is { } compression && ArchiveCompression.TryParse(compression) is null)
        {
            var path = $"{mapping.Path}.archive.compression";
            report(path, MappingDiagnostics.BadCompression(input.Value(path), compression));
        }
    });
}
