using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary><c>archive</c> asks for what pg_dump can do, where it is read.</summary>
internal sealed class ArchiveRules : ManifestRule
{
    public ArchiveRules() => ForEach(input => input.Manifest.Databases, (input, mapping, report) =>
    {
        // Settings that come from the defaults, or from an anchor, are for those mappings that read them.
        if (mapping.Strategy != Strategy.Archive && input.Node(mapping) is { } node && node.Find("archive") is { } own && node.Span.Holds(own.KeySpan))
        {
            var strategy = NodeValues.Kebab(mapping.Strategy.ToString());
            report(
                $"{mapping.Path}.archive",
                MappingDiagnostics.NoEffect(own.KeySpan, "archive", $"the strategy is `{strategy}`", "set `strategy: archive`, or remove it"));
        }

        if (mapping.Archive.Compression is { } compression && ArchiveCompression.TryParse(compression) is null)
        {
            var path = $"{mapping.Path}.archive.compression";
            report(path, MappingDiagnostics.BadCompression(input.Value(path), compression));
        }
    });
}
