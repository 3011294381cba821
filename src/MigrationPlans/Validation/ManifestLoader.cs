using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;
using MigrationPlans.Validation.Rules;
using MigrationPlans.Validation.Schema;

namespace MigrationPlans.Validation;

/// <summary>
/// The way in: files to a checked manifest. Reads, merges, checks the schema, binds, checks the rules, and collects
/// every finding on the way.
/// </summary>
/// <param name="environment">Looks a variable up for <c>${env:NAME}</c>; null when it is not set.</param>
public sealed class ManifestLoader(Func<string, string?> environment)
{
    /// <param name="overlays">Laid over the manifest in this order, each over all before it.</param>
    public async Task<ManifestLoadResult> LoadAsync(ManifestFile manifest, IReadOnlyList<ManifestFile> overlays, CancellationToken cancellationToken)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var texts = new List<(string Name, string Text)>();
        foreach (var file in (IEnumerable<ManifestFile>)[manifest, .. overlays])
        {
            var (text, diagnostic) = await ManifestText.ReadAsync(file.Path, file.Name, cancellationToken);
            if (diagnostic is not null)
            {
                diagnostics.Add(diagnostic);
            }
            else
            {
                texts.Add((file.Name, text!));
            }
        }

        return Load(manifest.Name, texts, diagnostics);
    }

    /// <summary>Like <see cref="LoadAsync"/>, for text that is already here.</summary>
    public ManifestLoadResult Load(string name, string text) =>
        Load(name, [(name, text)], ImmutableArray.CreateBuilder<Diagnostic>());

    private ManifestLoadResult Load(string name, List<(string Name, string Text)> files, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var texts = files.DistinctBy(file => file.Name).ToImmutableDictionary(file => file.Name, file => file.Text, StringComparer.Ordinal);
        var isWhole = diagnostics.Count == 0;
        MappingNode? merged = null;
        foreach (var (file, text) in files)
        {
            var (root, found) = TreeReader.Read(file, text);
            diagnostics.AddRange(found);
            isWhole &= root is not null;
            merged = (merged, root) switch
            {
                (null, _) => root,
                (_, null) => merged,
                _ => NodeMerge.Merge(merged, root),
            };
        }

        // Without all files nothing sound can be said about the whole.
        if (!isWhole || merged is null)
        {
            return Result(null, diagnostics, SourceMap.Empty, files, texts);
        }

        return Check(name, new References(environment, diagnostics).Resolve(merged), diagnostics, files, texts);
    }

    private static ManifestLoadResult Check(
        string name,
        MappingNode root,
        ImmutableArray<Diagnostic>.Builder diagnostics,
        List<(string Name, string Text)> files,
        ImmutableDictionary<string, string> texts)
    {
        var findings = new Findings();
        LiteralPasswords.Check(root, findings);
        var effective = Defaults.Apply(root);
        SchemaCheck.Check(root, effective, findings);
        if (effective.Weight > ReadingLimits.EffectiveNodes)
        {
            // A few kilobytes of defaults under some thousand mappings would take all memory.
            diagnostics.AddRange(findings.Diagnostics);
            diagnostics.Add(ManifestDiagnostics.DefaultsTooLarge(root.Find("defaults")?.KeySpan ?? root.Span, ReadingLimits.EffectiveNodes));
            return Result(null, diagnostics, SourceMap.Empty, files, texts);
        }

        var map = SourceMapBuilder.Build(effective);
        var manifest = new ManifestBinder(name).Bind(effective);
        ManifestRules.Check(manifest, effective, map, findings);
        diagnostics.AddRange(findings.Diagnostics);
        return Result(manifest, diagnostics, map, files, texts);
    }

    private static ManifestLoadResult Result(
        MigrationManifest? manifest,
        ImmutableArray<Diagnostic>.Builder diagnostics,
        SourceMap map,
        List<(string Name, string Text)> files,
        ImmutableDictionary<string, string> texts)
    {
        var ordered = DiagnosticOrder.Sort(diagnostics, [.. files.Select(file => file.Name)]);
        var hasErrors = ordered.Any(diagnostic => diagnostic.Severity == Severity.Error);
        return new ManifestLoadResult { Manifest = hasErrors ? null : manifest, Diagnostics = ordered, SourceMap = map, Texts = texts };
    }
}
