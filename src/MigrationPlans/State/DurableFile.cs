using System.Runtime.InteropServices;

namespace MigrationPlans.State;

/// <summary>Writes that survive a power cut once they return.</summary>
public static partial class DurableFile
{
    /// <summary>The files' owner alone, whoever may look into the directory.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Everybody, as far as the umask lets them.</summary>
    public const UnixFileMode AsUmaskSays = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const int OpenReadOnly = 0;
    private const string Unfinished = ".tmp";

    /// <summary>Puts the content in the file's place: readers see the old or the new content, never a part.</summary>
    /// <param name="mode">Of the new file, whatever the old one had; the umask is taken away from it.</param>
    /// <exception cref="IOException">The disk is full, the directory is missing …</exception>
    /// <exception cref="UnauthorizedAccessException">The directory is not writable.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly)
    {
        var temporary = $"{path}.{Environment.ProcessId}{Unfinished}";
        try
        {
            using (var file = new FileStream(temporary, Creating(FileMode.Create, FileShare.None, mode)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FlushDirectory(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Whether the path is one that a <see cref="Replace"/> of the file leaves behind when its process is killed.</summary>
    public static bool IsUnfinished(string path, string file) =>
        path.StartsWith(file + ".", StringComparison.Ordinal) && path.EndsWith(Unfinished, StringComparison.Ordinal);

    /// <summary>A new file is for its owner alone.</summary>
    /// <inheritdoc cref="Replace"/>
    public static void Append(string path, ReadOnlySpan<byte> content)
    {
        var isNew = !File.Exists(path);
        using (var file = new FileStream(path, Creating(FileMode.Append, FileShare.Read, OwnerOnly)))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        if (isNew)
        {
            FlushDirectory(Path.GetDirectoryName(path)!);
        }
    }

    /// <inheritdoc cref="Replace"/>
    public static void Cut(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.SetLength(length);
        file.Flush(flushToDisk: true);
    }

    /// <summary>
    /// Makes names in the directory durable: a rename or a new file is lost in a power cut until its directory is flushed.
    /// .NET opens no directory handles, so this goes to the C library.
    /// </summary>
    public static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, OpenReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"`{directory}` can't be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var result = Fsync(descriptor);
        var error = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"`{directory}` can't be flushed: {error}");
        }
    }

    private static FileStreamOptions Creating(FileMode how, FileShare share, UnixFileMode mode) =>
        new() { Mode = how, Access = FileAccess.Write, Share = share, BufferSize = 0, UnixCreateMode = mode };

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
