using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>Runs a program to its end; kills it with its children when the token says so.</summary>
public static class ToolProcess
{
    private const int CannotStart = 127;
    private const int BufferBytes = 32 * 1024;

    /// <summary>Runs the program and collects what it prints; a program that can't be started has exit code 127.</summary>
    public static async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        var output = new ToolOutput();
        var (exitCode, error) = await RunAsync(command, output.Add, cancellationToken);
        return new ToolResult(exitCode, Encoding.UTF8.GetString(output.Content), error);
    }

    /// <summary>Runs the program and hands on its standard output, byte for byte, as it comes.</summary>
    public static async Task<(int ExitCode, string Error)> RunAsync(ToolCommand command, Action<ReadOnlySpan<byte>> output, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = ToolStart.Of(command) };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            return (CannotStart, $"{command.Program} can't be started: {exception.Message}");
        }

        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var input = WriteInputAsync(process, command.Input, cancellationToken);
            await ReadOutputAsync(process, output, cancellationToken);
            await input;
            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await error);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task ReadOutputAsync(Process process, Action<ReadOnlySpan<byte>> output, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        while (await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken) is var length and > 0)
        {
            output(buffer.AsSpan(0, length));
        }
    }

    private static async Task WriteInputAsync(Process process, ReadOnlySequence<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var part in input)
            {
                await process.StandardInput.BaseStream.WriteAsync(part, cancellationToken);
            }

            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all of its input; its exit code says why.
        }
    }
}
