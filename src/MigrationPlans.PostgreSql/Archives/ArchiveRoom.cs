using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Whether an archive can be made in a place, before a source is fenced for it.</summary>
internal static class ArchiveRoom
{
    private const string Trial = ".migplan-trial-";

    /// <summary>Makes a directory and a file where the archive's own will be made, under a name that no other run has, and takes both away again.</summary>
    /// <param name="directory">Where the archive will be; does not exist yet.</param>
    /// <exception cref="StepFailedException">They can't be made.</exception>
    public static void Try(string subject, string directory)
    {
        var place = Existing(directory);
        var trial = Path.Combine(place, $"{Trial}{Guid.NewGuid():n}");
        try
        {
            if (FileInTheWay.Find(directory) is { } file)
            {
                throw new IOException(FileInTheWay.Describe(file, directory));
            }

            Write(trial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            var why = exception.Message.Replace(trial, place, StringComparison.Ordinal);
            throw new StepFailedException(ArchiveDiagnostics.DirectoryUnusable(subject, directory, why), FailureClass.Permanent, exception);
        }
    }

    /// <summary>What the directory would be made in.</summary>
    public static string Existing(string directory)
    {
        var path = directory;
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent)
        {
            path = parent;
        }

        return path;
    }

    private static void Write(string trial)
    {
        try
        {
            ArchiveFiles.MakeDirectory(trial);
            using var file = File.Create(Path.Combine(trial, "trial"), bufferSize: 1, FileOptions.DeleteOnClose);
            file.WriteByte(0);
        }
        finally
        {
            if (Directory.Exists(trial))
            {
                Directory.Delete(trial, recursive: true);
            }
        }
    }
}
