using MigrationPlans.Diagnostics;
using MigrationPlans.Planning;

namespace MigrationPlans.Cli.Runs;

/// <summary>A saved plan on the command line, and the manifest that it was made from.</summary>
internal static class PlanFile
{
    /// <summary>Manifests are YAML; what ends in <c>.json</c> is a plan.</summary>
    public static bool IsOne(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="DiagnosticException">It can't be read, or is not a plan.</exception>
    public static async Task<MigrationPlan> ReadAsync(CommandHost host, string path, CancellationToken cancellationToken)
    {
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
    /// <exception cref="DiagnosticException">There is none.</exception>
    public static async Task<string> FindManifestAsync(CommandHost host, string path, MigrationPlan plan, IReadOnlyList<string> overlays, CancellationToken cancellationToken)
    {
        var directory = ManifestInput.DirectoryOf(host, path);
        foreach (var candidate in Directory.EnumerateFiles(directory).Where(IsYaml).Order(StringComparer.Ordinal))
        {
            var loaded = await ManifestInput.ReadAsync(host, candidate, overlays, cancellationToken);
            if (loaded.Manifest?.Digest == plan.ManifestDigest)
            {
                return candidate;
            }
        }

        throw new DiagnosticException(CommandLineDiagnostics.ManifestNotFound(path, directory));
    }

        var name = Quoting.MaskUrls(path);
    private static bool IsYaml(string file) => Path.GetExtension(file) is ".yaml" or ".yml";
}
