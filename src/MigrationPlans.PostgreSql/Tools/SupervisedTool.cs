using System.ComponentModel;
using System.Diagnostics;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// Runs a program that must not outlive us, however we end. A shell stands between: it waits on a pipe that only we hold open,
/// and when that is closed, by us or by our death, it tells the program to end. pg_dump and pg_restore pass that on to their workers.
/// </summary>
/// <remarks>PR_SET_PDEATHSIG is no way: it goes by the thread that started the program, and threads come and go in a pool.</remarks>
public static class SupervisedTool
{
    private const string Shell = "/bin/sh";

    // The program's own standard input is empty. Both background jobs ignore Ctrl-C, which is for us to pass on. What somebody has stopped,
    // workers among it, hears nothing until it goes on; and who tells a server that it ends, over a connection that is dead, does not end.
    // The workers first: when the program has ended, nobody is left to tell them.
    private const string Script =
        """
        exec 3<&0
        "$@" </dev/null 3<&- &
        tool=$!
        { read -r nothing <&3; workers=$(cat "/proc/$tool/task/$tool/children"); kill -TERM "$tool"; kill -CONT $workers "$tool"; sleep 5; kill -KILL $workers "$tool"; } >/dev/null 2>&1 &
        watch=$!
        exec 3<&-
        wait "$tool"
        code=$?
        kill -KILL "$watch" 2>/dev/null
        exit "$code"
        """;

    /// <summary>
    /// Less than what a stopped run waits for its work (<see cref="Connections.Silence.SilenceLimits.Stopping"/>): nobody
    /// is left to end it after that.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Runs the program to its end, or ends it when the token says so.</summary>
    /// <param name="onLine">Hears each line of standard error as it comes.</param>
    /// <returns>The exit code; 127 when the program can't be started.</returns>
    /// <exception cref="OperationCanceledException">The program was told to end, and has.</exception>
    public static async Task<int> RunAsync(ToolCommand command, Action<string> onLine, CancellationToken cancellationToken)
    {
        using var process = new Process
        {
            StartInfo = ToolStart.Of(command with { Program = Shell, Arguments = ["-c", Script, "migplan", command.Program, .. command.Arguments] }),
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            onLine($"error: {command.Program} can't be started: {exception.Message}");
            return 127;
        }

        var lines = ReadLinesAsync(process, onLine);
        try
        {
            await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            await lines;
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process);
            throw;
        }
    }

    private static async Task ReadLinesAsync(Process process, Action<string> onLine)
    {
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            onLine(line);
        }
    }

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
