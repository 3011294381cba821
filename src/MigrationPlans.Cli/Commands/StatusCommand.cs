using System.CommandLine;
using MigrationPlans.Reporting;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan status MANIFEST</c>: from the state alone, without touching a server.</summary>
internal static class StatusCommand
{
    public static Command Create(CommandHost host)
    {
        var manifest = ManifestInput.CreateArgument();
        var overlays = ManifestInput.CreateOverlayOption();
        var state = RunOptions.CreateState();
        var format = new Option<string>("--format") { Description = "How to print it.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        var command = new Command("status", "Say what is done, running, failed and left, from the state.") { manifest, overlays, state, format };
        command.SetAction((parsed, _) =>
            RunAsync(host, parsed.GetValue(manifest)!, parsed.GetValue(overlays)!, parsed.GetValue(state), parsed.GetValue(format)!));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, string path, string[] overlays, string? stateOption, string format)
    {
        if (await ManifestInput.LoadAsync(host, path, overlays, host.Stopping) is not { } manifest)
        {
            return ExitCode.ManifestInvalid;
        }

        using var backend = StateBackends.Open(host, path, manifest.Name, stateOption);
        var state = await StateStore.PeekAsync(backend.Files, manifest.Name, host.Stopping);
        var held = await backend.Lock.ReadAsync(host.Stopping);
        var status = RunStatusReport.Of(manifest, state, held.IsHeld ? held.Holder!.ToString() : null);
        if (format == "json")
        {
            await host.Out.WriteLineAsync(RunStatusView.ToJson(status));
        }
        else
        {
            RunStatusView.Write(new StyledWriter(host.Out, host.ColorOut), status, withSteps: true);
        }

        return ExitCode.Done;
    }
}
