using System.CommandLine;
using MigrationPlans.Diagnostics;
using MigrationPlans.Reporting;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Commands;

/// <summary><c>migplan state list|show|unlock</c></summary>
internal static class StateCommand
{
    /// <summary>JSON, as what reads it expects.</summary>
    private const string NoState = "null\n";

    public static Command Create(CommandHost host) => new("state", "Look at the state, or remove a dead run's lock.")
    {
        CreateList(host),
        CreateShow(host),
        CreateUnlock(host),
    };

    private static Command CreateList(CommandHost host) =>
        WithState(new Command("list", "List the steps and what they created."), host, async (backend, name, _) =>
        {
            if (await PeekAsync(host, backend, name) is { } state)
            {
                Write(new StyledWriter(host.Out, isColor: false), state);
            }

            return ExitCode.Done;
        });

    private static Command CreateShow(CommandHost host) =>
        WithState(new Command("show", "Print the state as JSON."), host, async (backend, name, _) =>
        {
            await host.Out.WriteAsync(await PeekAsync(host, backend, name) is { } state ? StateStore.Describe(state) : NoState);
            return ExitCode.Done;
        });

    private static Command CreateUnlock(CommandHost host)
    {
        var force = new Option<bool>("--force")
        {
            Description = "Also when the holder is on another machine and its lease has not run out. Never when it is seen alive.",
        };
        var command = new Command("unlock", "Remove the lock of a run that is gone.") { force };
        return WithState(command, host, async (backend, name, parsed) =>
        {
            // Another manifest's lock is not this one's to remove.
            _ = await StateStore.PeekAsync(backend.Files, name, host.Stopping);
            var removed = await StateLock.RemoveAsync(backend.Lock, parsed.GetValue(force), host.Stopping);
            await host.Out.WriteLineAsync(removed switch
            {
                { IsFree: true } => "there is no lock",
                { Holder: { } holder } => $"removed the lock of {holder}",
                _ => "removed a lock file that could not be understood",
            });
            return ExitCode.Done;
        });
    }

    /// <param name="run">Takes the place of the state and the manifest's name.</param>
    private static Command WithState(Command command, CommandHost host, Func<IStateBackend, string, ParseResult, Task<int>> run)
    {
        var manifest = ManifestInput.CreateArgument();
        var overlays = ManifestInput.CreateOverlayOption();
        var state = RunOptions.CreateState();
        command.Arguments.Add(manifest);
        command.Options.Add(overlays);
        command.Options.Add(state);
        command.SetAction(async (parsed, _) =>
        {
            var path = parsed.GetValue(manifest)!;
            if (await ManifestInput.LoadAsync(host, path, parsed.GetValue(overlays)!, host.Stopping) is not { } loaded)
            {
                return ExitCode.ManifestInvalid;
            }

            using var backend = StateBackends.Open(host, path, loaded.Name, parsed.GetValue(state));
            return await run(backend, loaded.Name, parsed);
        });
        return command;
    }

    private static async Task<RunState?> PeekAsync(CommandHost host, IStateBackend backend, string name)
    {
        var state = await StateStore.PeekAsync(backend.Files, name, host.Stopping);
        if (state is null)
        {
            ManifestInput.Report(host, [StateDiagnostics.NoState(backend.Files.Location)]);
        }

        return state;
    }

    private static void Write(StyledWriter writer, RunState state)
    {
        foreach (var step in state.Steps)
        {
            writer.WriteLine($"{step.Status.ToString().ToLowerInvariant(),-12} {step.Id}");
        }

        foreach (var resource in state.Earlier ?? [])
        {
            writer.WriteLine($"{resource.Kind,-12} {resource.Describe()}  created by {resource.Step} of an earlier plan");
        }

        foreach (var resource in state.Resources)
        {
            writer.WriteLine($"{resource.Kind,-12} {resource.Describe()}  created by {resource.Step}");
        }
    }
}
