using MigrationPlans.Diagnostics;

namespace MigrationPlans.Cli;

/// <summary>Says why a file that the command line names can't be used.</summary>
internal static class FileFaults
{
    /// <param name="file">As the user gave it. As a path it is no URL any more, in which a password would be seen.</param>
    public static string Of(CommandHost host, string file, Exception exception)
    {
        var path = Path.GetFullPath(file, host.WorkingDirectory);
        return Directory.Exists(path) ? "it is a directory" : exception.Message.Replace(path, Quoting.MaskUrls(file), StringComparison.Ordinal);
    }
}
