using System.Collections.Immutable;
using System.CommandLine;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Planning;
using MigrationPlans.Reporting;
using MigrationPlans.State;
using MigrationPlans.Validation;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan plan MANIFEST</c></summary>
internal sealed class PlanCommand
{
    private readonly Argument<string> manifest = ManifestInput.CreateArgument();
    private readonly Option<string[]> overlays = ManifestInput.CreateOverlayOption();
    private readonly Option<bool> offline = new("--offline") { Description = "Look at no server: the plan is a function of the manifest alone and can be committed." };
    private readonly Option<string?> output = new("--out") { Description = "Also save the plan as JSON, for `apply`.", HelpName = "FILE" };
    private readonly Option<string?> check = new("--check") { Description = "Say whether this saved plan is still right; exit 6 when it is not.", HelpName = "FILE" };
    private readonly Option<bool> detailed = new("--detailed-exitcode") { Description = "Exit 2 when something is left to do." };
    private readonly Option<string?> place = RunOptions.CreateState();
    private readonly Option<string> format = new("--format") { Description = "How to print the plan.", DefaultValueFactory = _ => "text" };
    private readonly CommandHost host;
    private readonly Func<string, InspectorScope> openInspector;

    private PlanCommand(CommandHost host, Func<string, InspectorScope> openInspector)
    {
        this.host = host;
        this.openInspector = openInspector;
        format.AcceptOnlyFromAmong("text", "json", "markdown", "mermaid");
    }

    /// <param name="openInspector">Makes the inspector for a manifest's directory.</param>
    public static Command Create(CommandHost host, Func<string, InspectorScope> openInspector)
    {
        var self = new PlanCommand(host, openInspector);
        var command = new Command("plan", "Look at the endpoints and show what `apply` would do. Changes nothing.")
        {
            self.manifest, self.offline, self.output, self.format, self.check, self.detailed, self.overlays, self.place,
        };
        command.SetAction((parsed, _) => self.RunAsync(parsed));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        try
        {
            var loaded = await ManifestInput.LoadWithPositionsAsync(host, parsed.GetValue(manifest)!, parsed.GetValue(overlays)!, host.Stopping);
            return loaded.Manifest is null ? ExitCode.ManifestInvalid : await PlanAsync(parsed, loaded);
        }
        catch (DiagnosticException exception)
        {
            ManifestInput.Report(host, [exception.Diagnostic]);
            return ExitCodes.Of(exception.Diagnostic);
        }
        catch (OperationCanceledException) when (host.Stopping.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private async Task<int> PlanAsync(ParseResult parsed, ManifestLoadResult loaded)
    {
        var checkedFile = parsed.GetValue(check);
        var saved = checkedFile is null ? null : await PlanFile.ReadAsync(host, checkedFile, host.Stopping);
        var isOffline = parsed.GetValue(offline) || saved?.Mode == PlanMode.Offline;
        var (plan, done, kept, lineage) = isOffline ? (null, NothingDone, KeptWork.None, null) : await FindStartedAsync(parsed, loaded);
        plan ??= await MakeAsync(parsed, loaded, isOffline, kept, lineage);
        if (plan is null)
        {
            return ExitCode.Failed;
        }

        if (parsed.GetValue(output) is { } file && !TrySave(plan, file))
        {
            return ExitCode.Failed;
        }

        if (saved is not null)
        {
            return await CheckAsync(checkedFile!, saved, plan);
        }

        await PrintAsync(plan, done, parsed.GetValue(format)!);
        var isPending = plan.Steps.Any(step => !done.ContainsKey(step.Id));
        return isPending && parsed.GetValue(detailed) ? ExitCode.ChangesPending : ExitCode.Done;
    }

    private static ImmutableDictionary<string, TimeSpan> NothingDone => ImmutableDictionary.Create<string, TimeSpan>(StringComparer.Ordinal);

    /// <summary>
    /// The plan that a run of this manifest began, and its steps that are done: what it left behind would only look like an obstacle to a new one. Where there is none, what
    /// the plan before has done of the manifest, and the lineage of the state.
    /// </summary>
    private async Task<(MigrationPlan? Plan, ImmutableDictionary<string, TimeSpan> Done, KeptWork Kept, string? Lineage)> FindStartedAsync(ParseResult parsed, ManifestLoadResult loaded)
    {
        using var backend = StateBackends.Open(host, parsed.GetValue(manifest)!, loaded.Manifest!.Name, parsed.GetValue(place));
        var state = await StateStore.PeekAsync(backend.Files, host.Stopping);
        if (state is { Status: RunStatus.RollingBack })
        {
            throw new DiagnosticException(StateDiagnostics.RollbackUnfinished(state.Name));
        }

        if (state is null || state.Status == RunStatus.RolledBack || state.ManifestDigest != loaded.Manifest.Digest)
        {
            var kept = await StoredPlan.FindKeptAsync(loaded.Manifest, backend.Files, state, host.Stopping);
            return (null, state?.TimesOf(kept.Steps.Select(step => step.Id)) ?? NothingDone, kept, state?.Lineage);
        }

        var done = state.Steps.Where(step => step.Status == StepStatus.Done).Select(step => step.Id);
        return (await StoredPlan.ReadAsync(backend.Files, state, host.Stopping), state.TimesOf(done), KeptWork.None, state.Lineage);
    }

    private async Task<MigrationPlan?> MakeAsync(ParseResult parsed, ManifestLoadResult loaded, bool isOffline, KeptWork kept, string? lineage)
    {
        InspectedFacts? facts = null;
        if (!isOffline)
        {
            await using var inspector = openInspector(ManifestInput.DirectoryOf(host, parsed.GetValue(manifest)!));
            facts = await inspector.Inspector.InspectAsync(kept.LeftOf(loaded.Manifest!), host.Stopping) with { Lineage = lineage };
        }

        var (plan, diagnostics) = Planner.Plan(loaded.Manifest!, facts, loaded.SourceMap, kept);
        ManifestInput.Report(host, diagnostics, loaded);
        return plan;
    }

    private bool TrySave(MigrationPlan plan, string file)
    {
        try
        {
            OutputFile.Replace(host, file, PlanDocument.Write(plan));
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            ManifestInput.Report(host, [PlanFileDiagnostics.Unwritable(file, exception.Message)]);
            return false;
        }
    }

    private async Task<int> CheckAsync(string file, MigrationPlan saved, MigrationPlan fresh)
    {
        if (saved.Digest == fresh.Digest)
        {
            await host.Out.WriteLineAsync($"{file} is up to date");
            return ExitCode.Done;
        }

        var differences = PlanComparison.Compare(saved, fresh);
        ManifestInput.Report(host, differences.DefaultIfEmpty("it would be written differently").Select(difference => PlanFileDiagnostics.OutOfDate(file, difference)));
        return ExitCode.Stale;
    }

    private async Task PrintAsync(MigrationPlan plan, ImmutableDictionary<string, TimeSpan> done, string format)
    {
        switch (format)
        {
            case "json":
                await host.Out.WriteAsync(PlanDocument.Write(plan));
                break;
            case "markdown":
                await host.Out.WriteAsync(PlanMarkdownView.Render(plan));
                break;
            case "mermaid":
                await host.Out.WriteAsync(PlanMermaidView.Render(plan));
                break;
            default:
                new PlanTextView(new StyledWriter(host.Out, host.ColorOut)).Write(plan, done);
                break;
        }
    }
}
