using System.CommandLine;
using System.Runtime.InteropServices;
using MigrationPlans.Cli.Terminal;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;

namespace MigrationPlans.Cli;

/// <summary>The one place where parts are put together: terminal, signals, commands.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        // The driver would send it with each login, past the settings that we choose.
        Environment.SetEnvironmentVariable("PGTZ", null);
        using var stopping = new CancellationTokenSource();
        using var output = StandardStreams.OpenOut();
        using var error = StandardStreams.OpenError();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, stopping, error));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, stopping, error));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => HangUp(signal, stopping));
        var noColor = arguments.Contains("--no-color") || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var host = new CommandHost
        {
            In = Console.In,
            Out = output,
            Error = error,
            IsInteractive = !Console.IsInputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            ColorOut = !noColor && !Console.IsOutputRedirected,
            ColorError = !noColor && !Console.IsErrorRedirected,
            Stopping = stopping.Token,
        };
        return await RunAsync(arguments, host);
    }

    /// <summary>Runs one command line; the way in for tests too.</summary>
    internal static async Task<int> RunAsync(string[] arguments, CommandHost host)
    {
        // What begins with @ is a file of that name, not one to read arguments from: it would be printed.
        var parsed = CommandTree.Create(host).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UnknownOptions.Find(parsed) is { Count: > 0 } unknown)
        {
            ManifestInput.Report(host, unknown);
            return ExitCode.WrongCommandLine;
        }

        using var refusal = new StringWriter();
        var configuration = new InvocationConfiguration
        {
            Output = host.Out,
            Error = parsed.Errors.Count > 0 ? refusal : host.Error,
            EnableDefaultExceptionHandler = false,
            // The library would end a handler 2 s after Ctrl-C; ours stops at a safe point instead.
            ProcessTerminationTimeout = null,
        };
        var code = await InvokeAsync(parsed, configuration, host);
        if (parsed.Errors.Count == 0)
        {
            return code;
        }

        await host.Error.WriteAsync(Quoting.MaskUrls(refusal.ToString()));
        return ExitCode.WrongCommandLine;
    }

    /// <summary>Nothing but a diagnostic ever reaches the user.</summary>
    private static async Task<int> InvokeAsync(ParseResult parsed, InvocationConfiguration configuration, CommandHost host)
    {
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (DiagnosticException exception)
        {
            ManifestInput.Report(host, [exception.Diagnostic]);
            return ExitCodes.Of(exception.Diagnostic);
        }
        catch (StepFailedException exception)
        {
            ManifestInput.Report(host, [exception.Diagnostic]);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (host.Stopping.IsCancellationRequested)
        {
            await host.Error.WriteLineAsync("stopped");
            return ExitCode.Interrupted;
        }
        catch (Exception exception)
        {
            ManifestInput.Report(host, [CommandLineDiagnostics.InternalError(exception)]);
            return ExitCode.Failed;
        }
    }

    /// <summary>The first signal asks for a stop at the next safe point, the second ends the process.</summary>
    private static void Stop(PosixSignalContext signal, CancellationTokenSource stopping, TextWriter error)
    {
        signal.Cancel = true;
        if (stopping.IsCancellationRequested)
        {
            if (!Console.IsErrorRedirected)
            {
                // A live view hides the cursor.
                error.Write("\u001b[?25h");
            }

            Environment.Exit(ExitCode.ForcedStop);
        }

        stopping.Cancel();
    }

    /// <summary>
    /// The terminal has gone, or the connection to it: it and the shell may both say so, and nobody asks for more than a stop.
    /// Under nohup none of it is heard.
    /// </summary>
    private static void HangUp(PosixSignalContext signal, CancellationTokenSource stopping)
    {
        signal.Cancel = true;
        stopping.Cancel();
    }
}
