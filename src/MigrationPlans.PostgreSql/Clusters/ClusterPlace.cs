namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>Where local clusters can live: a temporary directory that their account can pass through.</summary>
public static class ClusterPlace
{
    private const UnixFileMode Passable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The system's temporary directory, or <c>/tmp</c> when that one is closed to the account that servers run as.</summary>
    public static string TemporaryDirectory()
    {
        var preferred = Path.GetFullPath(Path.GetTempPath()).TrimEnd('/');
        // Root's servers run as another account, to which a private TMPDIR may be closed.
        return Environment.IsPrivilegedProcess
            ? new[] { preferred, "/tmp", "/var/tmp" }.FirstOrDefault(IsOpenToOthers) ?? preferred
            : preferred;
    }

    /// <summary>A new directory there. Others may pass through it, but not list it.</summary>
    public static string Create(string prefix)
    {
        var directory = Path.Combine(TemporaryDirectory(), $"{prefix}{Guid.NewGuid():n}");
        Directory.CreateDirectory(directory, Passable);
        // The umask took bits away.
        File.SetUnixFileMode(directory, Passable);
        return directory;
    }

    private static bool IsOpenToOthers(string directory)
    {
        for (var current = directory; !string.IsNullOrEmpty(current); current = Path.GetDirectoryName(current))
        {
            if (!Directory.Exists(current) || !File.GetUnixFileMode(current).HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }
}
