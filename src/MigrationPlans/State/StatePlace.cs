using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>Finds the directory that a manifest's state is in, where it is in one.</summary>
public static class StatePlace
{
    private const string Home = ".migplan";

    /// <summary>Where a manifest's state is, and whatever else its runs keep, unless the user says otherwise.</summary>
    /// <param name="directory">The manifest's.</param>
    public static string Beside(string directory, string name) => Path.Combine(directory, Home, name);

    /// <summary><c>.migplan/NAME</c> beside the manifest, or the place that the user says.</summary>
    /// <param name="manifestFile">Absolute path.</param>
    /// <param name="option">What <c>--state</c> says; null when it is not given.</param>
    /// <param name="workingDirectory">What a relative option starts from.</param>
    /// <exception cref="DiagnosticException">The place is not a directory.</exception>
    public static string Find(string manifestFile, string name, string? option, string workingDirectory)
    {
        var directory = option is null ? Beside(Path.GetDirectoryName(manifestFile)!, name)
            : option.Length == 0 ? throw Unfit("it names nothing")
            : option.StartsWith("s3:", StringComparison.OrdinalIgnoreCase) ? throw Unfit("a place in S3 begins with `s3://`")
            : option.Contains("://", StringComparison.Ordinal) ? throw Unfit("it is neither a directory nor in S3")
            : Path.GetFullPath(option, workingDirectory);
        return FileInTheWay.Find(directory) is { } file ? throw Unfit(FileInTheWay.Describe(file, directory), directory) : directory;

        DiagnosticException Unfit(string reason, string place = "") => new(StateDiagnostics.UnknownBackend(option ?? place, reason));
    }
}
