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

    /// <summary>Among them, but with files as any other.</summary>
    private const string Memory = "/dev/shm/";

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

    /// <summary>Whether a file is in that place, or where a link there leads, that holds something else than the command writes.</summary>
    /// <param name="isOurs">Takes the absolute path.</param>
    public static bool HoldsOther(CommandHost host, string file, Func<string, bool> isOurs)
    {
        var path = Path.GetFullPath(file, host.WorkingDirectory);
        try
        {
            var target = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            return !IsDevice(path) && target is FileInfo { Exists: true, Length: > 0 } && !isOurs(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is there, or the attempt to write tells what is wrong.
            return false;
        }
    }

    /// <summary>Whether both lead to one file, be it by links.</summary>
    public static bool IsSame(string path, string other) => File.Exists(path) && File.Exists(other) && FinalOf(path) == FinalOf(other);

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
            var isFile = stream.CanSeek && !IsDevice(path);
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

    /// <summary>The path without links, also of its directories. Of a file that is there, so that none goes round in a circle.</summary>
    private static string FinalOf(string path)
    {
        if (Path.GetDirectoryName(path) is not { } above)
        {
            return path;
        }

        var directory = FinalOf(above);
        var here = Path.Combine(directory, Path.GetFileName(path));
        return new FileInfo(here).LinkTarget is { } target ? FinalOf(Path.GetFullPath(target, directory)) : here;
    }

    private static bool IsDevice(string path) =>
        Devices.Any(directory => path.StartsWith(directory, StringComparison.Ordinal)) && !path.StartsWith(Memory, StringComparison.Ordinal);
}
