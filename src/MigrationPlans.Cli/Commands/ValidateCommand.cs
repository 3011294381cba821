using System.Collections.Immutable;
using System.CommandLine;
using MigrationPlans.Diagnostics;
using MigrationPlans.Reporting;
using MigrationPlans.Validation;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan validate MANIFEST…</c></summary>
internal static class ValidateCommand
{
    public static Command Create(CommandHost host)
    {
        var manifests = new Argument<string[]>("manifest") { Description = "The manifest files, each a plan of its own.", Arity = ArgumentArity.OneOrMore };
        var overlays = ManifestInput.CreateOverlayOption();
        var format = new Option<string>("--format") { Description = "How to print what is found.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json", "sarif", "github");
        var command = new Command("validate", "Check manifests: syntax, schema and rules, all findings at once.") { manifests, overlays, format };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(host, parsed.GetValue(manifests)!, parsed.GetValue(overlays)!, parsed.GetValue(format)!, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, string[] manifests, string[] overlays, string format, CancellationToken cancellationToken)
    {
        var results = new List<ManifestLoadResult>();
        foreach (var manifest in manifests)
        {
            results.Add(await ManifestInput.ReadAsync(host, manifest, overlays, cancellationToken));
        }

        ImmutableArray<Diagnostic> diagnostics = [.. results.SelectMany(result => result.Diagnostics)];
        switch (format)
        {
            case "json":
                await host.Out.WriteLineAsync(DiagnosticsJson.Write(diagnostics));
                break;
            case "sarif":
                await host.Out.WriteLineAsync(DiagnosticsSarif.Write(diagnostics));
                break;
            case "github":
                await host.Out.WriteAsync(DiagnosticsGitHub.Write(diagnostics));
                break;
            default:
                await WriteTextAsync(host, manifests, results);
                break;
        }

        return results.Any(result => result.HasErrors) ? ExitCode.ManifestInvalid : ExitCode.Done;
    }

    private static async Task WriteTextAsync(CommandHost host, string[] manifests, List<ManifestLoadResult> results)
    {
        foreach (var (manifest, result) in manifests.Zip(results))
        {
            new DiagnosticsText(result.Texts, host.ColorOut).Write(host.Out, result.Diagnostics);
            await host.Out.WriteLineAsync($"{Quoting.MaskUrls(manifest)}: {Summary(result)}");
        }
    }

    private static string Summary(ManifestLoadResult result)
    {
        var errors = result.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        var warnings = result.Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Warning);
        return errors == 0
            ? $"valid{(warnings == 0 ? "" : $", {Counts.Of(warnings, "warning")}")}"
            : $"not valid, {Counts.Of(errors, "error")}{(warnings == 0 ? "" : $", {Counts.Of(warnings, "warning")}")}";
    }
}
