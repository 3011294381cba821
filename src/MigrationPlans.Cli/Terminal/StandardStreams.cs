using System.Text;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli.Terminal;

/// <summary>The process's output as commands write it: UTF-8 for programs whatever the locale says, a terminal's own encoding on a terminal.</summary>
internal static class StandardStreams
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Data.</summary>
    /// <remarks>Writing throws <see cref="DiagnosticException"/> where it fails: half of a plan must not pass for a plan.</remarks>
    public static TextWriter OpenOut() => Open(
        new OutputStream(
            Console.OpenStandardOutput,
            exception => throw new DiagnosticException(CommandLineDiagnostics.OutputLost(exception.Message), exception)),
        Console.IsOutputRedirected ? Utf8 : Console.Out.Encoding);

    /// <summary>Progress and findings. What can't be written is lost: a migration doesn't end because its log's disk is full.</summary>
    public static TextWriter OpenError() => Open(
        new OutputStream(Console.OpenStandardError, _ => { }),
        Console.IsErrorRedirected ? Utf8 : Console.Error.Encoding);

    private static TextWriter Open(Stream stream, Encoding encoding) => TextWriter.Synchronized(new StreamWriter(stream, encoding) { AutoFlush = true });
}
