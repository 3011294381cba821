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

        var directory = StatePlace.Find(Path.GetFullPath(path, host.WorkingDirectory), manifest.Name, stateOption, host.WorkingDirectory);
        var state = await StateStore.PeekAsync(new LocalStateFiles(directory), host.Stopping);
        var holder = StateLock.Peek(directory, host.Clock);
        var status = RunStatusReport.Of(manifest.Name, manifest.Digest, state, holder?.MayLive(host.Clock.GetUtcNow()) == true ? holder.ToString() : null);
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
