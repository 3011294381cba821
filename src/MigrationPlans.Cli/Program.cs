using System.CommandLine;
using System.Runtime.InteropServices;

namespace MigrationPlans.Cli;

/// <summary>The one place where parts are put together: terminal, signals, commands.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stopping));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stopping));
        var noColor = arguments.Contains("--no-color") || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var host = new CommandHost
        {
            In = Console.In,
            Out = Console.Out,
            Error = Console.Error,
            IsInteractive = !Console.IsInputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            ColorOut = !noColor && !Console.IsOutputRedirected,
            ColorError = !noColor && !Console.IsErrorRedirected,
            WorkingDirectory = Environment.CurrentDirectory,
            Stopping = stopping.Token,
        };
        return await RunAsync(arguments, host);
    }

    /// <summary>Runs one command line; the way in for tests too.</summary>
    internal static async Task<int> RunAsync(string[] arguments, CommandHost host)
    {
        var parsed = CommandTree.Create(host).Parse(arguments);
        var configuration = new InvocationConfiguration
        {
            Output = host.Out,
            Error = host.Error,
            EnableDefaultExceptionHandler = false,
            // The library would end a handler 2 s after Ctrl-C; ours stops at a safe point instead.
            ProcessTerminationTimeout = null,
        };
        var code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCode.WrongCommandLine : code;
    }

    /// <summary>The first signal asks for a stop at the next safe point, the second ends the process.</summary>
    private static void Stop(PosixSignalContext signal, CancellationTokenSource stopping)
    {
        signal.Cancel = true;
        if (stopping.IsCancellationRequested)
        {
            Environment.Exit(ExitCode.ForcedStop);
        }

        stopping.Cancel();
    }
}
