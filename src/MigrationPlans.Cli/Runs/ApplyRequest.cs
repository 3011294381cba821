using System.Globalization;
using MigrationPlans.Cli.Terminal;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli.Runs;

/// <summary>What the command line of <c>apply</c> says.</summary>
internal sealed record ApplyRequest
{
    /// <summary>A manifest or a plan file.</summary>
    public required string File { get; init; }

    public required IReadOnlyList<string> Overlays { get; init; }

    public string? ManifestFile { get; init; }

    public int? Parallelism { get; init; }

    /// <summary>Empty: all.</summary>
    public required IReadOnlySet<string> Targets { get; init; }

    public string? State { get; init; }

    public bool AutoApprove { get; init; }

    /// <summary>Targets that name nothing.</summary>
    /// <param name="addresses">What can be named.</param>
    public IEnumerable<Diagnostic> FindUnknownTargets(IEnumerable<string> addresses)
    {
        var known = addresses.ToList();
        return Targets.Where(target => !known.Contains(target)).Select(target => CommandLineDiagnostics.UnknownTarget(target, known));
    }

    /// <summary>The command line that does the same again.</summary>
    public string CommandLine =>
        string.Join(' ', new[] { "migplan", "apply", File }.Concat(Options).Select(ShellWord.Quote));

    private IEnumerable<string> Options =>
    [
        .. ManifestFile is null ? [] : new[] { "--manifest", ManifestFile },
        .. Overlays.SelectMany(overlay => new[] { "--overlay", overlay }),
        .. State is null ? [] : new[] { "--state", State },
        .. Targets.SelectMany(target => new[] { "--target", target }),
        .. Parallelism is { } workers ? new[] { "--parallelism", workers.ToString(CultureInfo.InvariantCulture) } : [],
    ];
}
