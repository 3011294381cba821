using System.Collections.Immutable;
using System.CommandLine;
using MigrationPlans.Cli.Runs;
using MigrationPlans.Diagnostics;
using MigrationPlans.Planning;
using MigrationPlans.Reporting;
using MigrationPlans.Validation;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan plan MANIFEST</c></summary>
internal sealed class PlanCommand
{
    private readonly Argument<string> manifest = ManifestInput.CreateArgument();
    private readonly Option<string[]> overlays = ManifestInput.CreateOverlayOption();
    private readonly Option<bool> offline = new("--offline")
    {
        Description = "Look at no server: the plan is a function of the manifest alone and can be committed.",
    };
    private readonly Option<string?> output = new("--out")
    {
        Description = "Also save the plan as JSON, for `apply`, in place of an earlier plan; - prints nothing else.",
        HelpName = "FILE",
    };

    private readonly Option<string?> check = new("--check")
    {
        Description = "Say whether this saved plan is still right; exit 6 when it is not.",
        HelpName = "FILE",
    };
    private readonly Option<bool> detailed = new("--detailed-exitcode") { Description = "Exit 2 when something is left to do." };
    private readonly Option<string?> place = RunOptions.CreateState();
    private readonly Option<string> format = new("--format") { Description = "How to print the plan.", DefaultValueFactory = _ => "text" };
    private readonly CommandHost host;

    private PlanCommand(CommandHost host)
    {
        this.host = host;
        format.AcceptOnlyFromAmong("text", "json", "markdown", "mermaid");
    }

    public static Command Create(CommandHost host)
    {
        var self = new PlanCommand(host);
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
        var file = parsed.GetValue(output);
        if (file is not null and not OutputFile.StandardOutput && OutputFile.HoldsOther(host, file, PlanFile.HoldsOne))
        {
            ManifestInput.Report(host, [PlanFileDiagnostics.WouldReplace(Quoting.MaskUrls(file))]);
            return ExitCode.Failed;
        }

        var checkedFile = parsed.GetValue(check);
        var saved = checkedFile is null ? null : await PlanFile.ReadAsync(host, checkedFile, host.Stopping);
        var isOffline = parsed.GetValue(offline) || saved?.Mode == PlanMode.Offline;
        var started = isOffline ? StartedWork.None : await FindStartedAsync(parsed, loaded);
        var (plan, refusal) = isOffline ? (Planner.Plan(loaded.Manifest!, facts: null).Plan, null) : await LookAsync(parsed, loaded, started);
        if (plan is null || refusal is not null)
        {
            return refusal ?? ExitCode.Failed;
        }

        if (file is not null and not OutputFile.StandardOutput && !TrySave(plan, file))
        {
            return ExitCode.Failed;
        }

        if (saved is not null)
        {
            return await CheckAsync(checkedFile!, saved, plan);
        }

        await PrintAsync(plan, started.Done, file == OutputFile.StandardOutput ? "json" : parsed.GetValue(format)!);
        var isPending = plan.Steps.Any(step => !started.Done.ContainsKey(step.Id));
        return isPending && parsed.GetValue(detailed) ? ExitCode.ChangesPending : ExitCode.Done;
    }

    /// <summary>Also says of what is done already when it has gone.</summary>
    /// <returns>The plan, null where a finding is an error; and the exit code where <c>apply</c> would refuse it for what has gone.</returns>
    private async Task<(MigrationPlan? Plan, int? Refusal)> LookAsync(ParseResult parsed, ManifestLoadResult loaded, StartedWork started)
    {
        var wanted = loaded.Manifest!;
        await using var parts = host.ComposeFor("plan", wanted, ManifestInput.DirectoryOf(host, parsed.GetValue(manifest)!));
        var finished = new FinishedCheck(host, wanted, parts, started.Resources);
        if (started is { Plan: { } begun, IsFinished: false })
        {
            return (begun, null);
        }

        if (started.Plan is { } stored && await FurtherInstances.FindAsync(wanted, started.Kept, parts.Inspector, host.Stopping) is { AreThere: false } look)
        {
            ManifestInput.Report(host, look.Findings, loaded);
            return look.Findings.Any(finding => finding.Severity == Severity.Error)
                ? (null, ExitCode.Failed)
                : (stored, await finished.RefuseIfGoneAsync(wanted.Databases, StoredPlan.Moves(stored.Steps)));
        }

        if (!started.Kept.Obstacles.IsEmpty)
        {
            ManifestInput.Report(host, started.Kept.Obstacles, loaded);
            return (null, ExitCodes.Of(started.Kept.Obstacles[0]));
        }

        var facts = await parts.Inspector.InspectAsync(started.Kept.LeftOf(wanted), host.Stopping) with { Lineage = started.Lineage };
        var (plan, diagnostics) = Planner.Plan(wanted, facts, loaded.SourceMap, started.Kept);
        ManifestInput.Report(host, diagnostics, loaded);
        return (
            plan,
            plan is null
                ? null
                : await finished.RefuseIfGoneAsync([.. wanted.Databases.Where(started.Kept.HasFinished)], StoredPlan.Moves(started.Kept.Finished)));
    }

    private async Task<StartedWork> FindStartedAsync(ParseResult parsed, ManifestLoadResult loaded)
    {
        using var backend = StateBackends.Open(host, parsed.GetValue(manifest)!, loaded.Manifest!.Name, parsed.GetValue(place));
        return await StartedWork.FindAsync(loaded.Manifest, backend.Files, host.Stopping);
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
            ManifestInput.Report(host, [PlanFileDiagnostics.Unwritable(Quoting.MaskUrls(file), FileFaults.Of(host, file, exception))]);
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
        ManifestInput.Report(
            host,
            differences.DefaultIfEmpty("it would be written differently").Select(difference => PlanFileDiagnostics.OutOfDate(file, difference)));
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
