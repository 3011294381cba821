using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.State;

namespace MigrationPlans.Cli;

/// <summary>A file that a command makes for the user.</summary>
internal static class OutputFile
{
    /// <summary>As elsewhere, <c>-</c> is standard output.</summary>
    public const string StandardOutput = "-";

    // Some devices can be sought in, as files can.
    private static readonly string[] Devices = ["/dev/", "/proc/"];

    /// <param name="force">Overwrites what is there.</param>
    /// <returns>Null when it is written; else why not.</returns>
    public static async Task<Diagnostic?> WriteAsync(CommandHost host, string file, string text, bool force, CancellationToken cancellationToken)
    {
        if (file == StandardOutput)
        {
            await host.Out.WriteAsync(text.AsMemory(), cancellationToken);
            return null;
        }

        var path = Path.GetFullPath(file, host.WorkingDirectory);
        try
        {
            await using var stream = new FileStream(path, force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write);
            await using var writer = new StreamWriter(stream);
            await writer.WriteAsync(text.AsMemory(), cancellationToken);
            return null;
        }
        catch (IOException) when (!force && File.Exists(path))
        {
            return ImportDiagnostics.OutputExists(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ImportDiagnostics.OutputUnwritable(file, FileFaults.Of(host, file, exception));
        }
    }

    /// <summary>
    /// Puts the text in the file's place at once, for others to read. A link stays and its target is replaced; a pipe or a device is written to.
    /// </summary>
    /// <exception cref="IOException">The disk is full, the directory is missing …</exception>
    /// <exception cref="UnauthorizedAccessException">The directory is not writable.</exception>
    public static void Replace(CommandHost host, string file, string text)
    {
        var path = Path.GetFullPath(file, host.WorkingDirectory);
        var content = Encoding.UTF8.GetBytes(text);
        if (!TryWriteThrough(path, content))
        {
            var target = new FileInfo(path).LinkTarget is null ? null : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
            DurableFile.Replace(target ?? path, content, DurableFile.AsUmaskSays);
        }
    }

    /// <returns>False: it is a file, or nothing yet, and can be replaced.</returns>
    private static bool TryWriteThrough(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            var isFile = stream.CanSeek && !Devices.Any(directory => path.StartsWith(directory, StringComparison.Ordinal));
            if (!isFile)
            {
                stream.Write(content);
            }

            return !isFile;
        }
        catch (FileNotFoundException)
        {
            // Or a link that leads nowhere yet.
            return false;
        }
    }
}
