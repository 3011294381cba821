using System.CommandLine;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Reporting;
using MigrationPlans.Validation;

namespace MigrationPlans.Cli;

/// <summary>The manifest as the commands take it: one argument, any number of overlays. Findings go to standard error.</summary>
internal static class ManifestInput
{
    public static Argument<string> CreateArgument() => new("manifest") { Description = "The manifest file." };

    public static Option<string[]> CreateOverlayOption() => new("--overlay")
    {
        Description = "A file that is laid over the manifest; may be given several times.",
        HelpName = "FILE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>
    /// Reads and checks the manifest and prints what was found. The manifest is null when there is an error; the command
    /// then returns <see cref="ExitCode.ManifestInvalid"/>.
    /// </summary>
    public static async Task<MigrationManifest?> LoadAsync(
        CommandHost host, string path, IReadOnlyList<string> overlays, CancellationToken cancellationToken) =>
        (await LoadWithPositionsAsync(host, path, overlays, cancellationToken)).Manifest;

    /// <summary>Like <see cref="LoadAsync"/>, with positions and texts for findings that come later.</summary>
    public static async Task<ManifestLoadResult> LoadWithPositionsAsync(
        CommandHost host, string path, IReadOnlyList<string> overlays, CancellationToken cancellationToken)
    {
        var result = await ReadAsync(host, path, overlays, cancellationToken);
        new DiagnosticsText(result.Texts, host.ColorError).Write(host.Error, result.Diagnostics);
        return result;
    }

    /// <summary>Reads and checks the manifest and prints nothing.</summary>
    public static async Task<ManifestLoadResult> ReadAsync(CommandHost host, string path, IReadOnlyList<string> overlays, CancellationToken cancellationToken)
    {
        var manifest = ManifestFile.From(path, host.WorkingDirectory);
        return PlanFile.HoldsOne(manifest.Path)
            ? ManifestLoadResult.Refused(CommandLineDiagnostics.PlanIsNoManifest(manifest.Name))
            : await new ManifestLoader(host.ReadVariable)
                .LoadAsync(manifest, [.. overlays.Select(overlay => ManifestFile.From(overlay, host.WorkingDirectory))], cancellationToken);
    }

    /// <summary>The directory that relative paths in the manifest start from.</summary>
    public static string DirectoryOf(CommandHost host, string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path, host.WorkingDirectory)) ?? host.WorkingDirectory;

    /// <summary>Prints findings of any stage to standard error.</summary>
    public static void Report(CommandHost host, IEnumerable<Diagnostic> diagnostics, ManifestLoadResult? manifest = null) =>
        new DiagnosticsText(manifest?.Texts ?? System.Collections.Immutable.ImmutableDictionary<string, string>.Empty, host.ColorError)
            .Write(host.Error, diagnostics);
}
