using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;

namespace MigrationPlans.Cli.Runs;

/// <summary>A saved plan on the command line, and the manifest that it was made from.</summary>
internal static class PlanFile
{
    /// <summary>Enough for what a plan begins with.</summary>
    private const int Beginning = 1024;

    /// <summary>
    /// Whether <c>apply</c> takes the file for a plan: manifests are YAML, so what ends in <c>.json</c> is meant as
    /// one, and what holds one is.
    /// </summary>
    public static bool IsOne(CommandHost host, string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || HoldsOne(Path.GetFullPath(path, host.WorkingDirectory));

    /// <summary>By its first lines. A pipe, which has no length, is not even opened: it gives what it holds once.</summary>
    /// <param name="path">Absolute.</param>
    public static bool HoldsOne(string path)
    {
        try
        {
            if ((File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path)) is not FileInfo { Exists: true, Length: > 0 } file)
            {
                return false;
            }

            using var stream = file.OpenRead();
            var buffer = new byte[Beginning];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return PlanDocument.IsOne(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <exception cref="DiagnosticException">It can't be read, or is not a plan.</exception>
    public static async Task<MigrationPlan> ReadAsync(CommandHost host, string path, CancellationToken cancellationToken)
    {
        var name = Quoting.MaskUrls(path);
        try
        {
            return PlanDocument.Parse(await File.ReadAllTextAsync(Path.GetFullPath(path, host.WorkingDirectory), cancellationToken), name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(PlanFileDiagnostics.Unreadable(name, FileFaults.Of(host, path, exception)), exception);
        }
    }

    /// <summary>The YAML file beside the plan whose digest is the plan's.</summary>
    /// <exception cref="DiagnosticException">There is none; or it is there, and was changed since.</exception>
    public static async Task<string> FindManifestAsync(
        CommandHost host, string path, MigrationPlan plan, IReadOnlyList<string> overlays, CancellationToken cancellationToken)
    {
        var directory = ManifestInput.DirectoryOf(host, path);
        string? changed = null;
        foreach (var candidate in Directory.EnumerateFiles(directory).Where(IsYaml).Order(StringComparer.Ordinal))
        {
            var loaded = await ManifestInput.ReadAsync(host, candidate, overlays, cancellationToken);
            if (loaded.Manifest?.Digest == plan.ManifestDigest)
            {
                return candidate;
            }

            changed ??= loaded.Manifest?.Name == plan.Name ? candidate : null;
        }

        throw new DiagnosticException(changed is not null
            ? PlanFileDiagnostics.OutOfDate(path, $"the manifest, {Path.GetFileName(changed)}, was changed since")
            : CommandLineDiagnostics.ManifestNotFound(path, directory));
    }

    /// <summary>In what a plan of another manifest, or of this one as it was, differs from what this one asks for; none where it was made from it.</summary>
    public static List<Diagnostic> FindDifferences(string path, MigrationPlan saved, MigrationManifest manifest) => saved.ManifestDigest == manifest.Digest
        ? []
        : [.. PlanComparison.Compare(saved, Planner.Plan(manifest, facts: null).Plan!).Select(difference => PlanFileDiagnostics.OutOfDate(path, difference))];

    private static bool IsYaml(string file) => Path.GetExtension(file) is ".yaml" or ".yml";
}
