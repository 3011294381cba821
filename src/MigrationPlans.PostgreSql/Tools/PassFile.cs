using System.Globalization;
using MigrationPlans.Inspection;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// A password for libpq in a file without a name: programs that we start open it through <c>/proc</c>, nothing is left when this
/// process ends, however it ends. Other users' processes can't open it.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/libpq-pgpass.html</remarks>
internal sealed class PassFile : IDisposable
{
    /// <summary>Memory, where there is such a place.</summary>
    private static readonly string Directory = System.IO.Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();

    private readonly FileStream stream;

    private PassFile(FileStream stream) => this.stream = stream;

    /// <summary>As long as it is not disposed of.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{stream.SafeFileHandle.DangerousGetHandle()}");

    /// <summary>Null where the system has no <c>/proc</c>, or the password a line break, which the file's format can't hold.</summary>
    public static PassFile? Create(Secret password)
    {
        var text = password.Reveal();
        if (!OperatingSystem.IsLinux() || text.AsSpan().ContainsAny('\n', '\r'))
        {
            return null;
        }

        // Empty until its name is gone: whoever kills us in between finds nothing in it.
        var name = System.IO.Path.Combine(Directory, $"migplan-{Guid.NewGuid():n}");
        var stream = new FileStream(name, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        File.Delete(name);
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
        stream.Write(System.Text.Encoding.UTF8.GetBytes($"*:*:*:*:{escaped}\n"));
        stream.Flush();
        return new PassFile(stream);
    }

    public void Dispose() => stream.Dispose();
}
