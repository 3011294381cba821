using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Whether an archive can be made in a place, before a source is fenced for it.</summary>
internal static class ArchiveRoom
{
    private const string Trial = ".migplan-trial-";

    /// <summary>As the programs of PostgreSQL have it (<c>MAXPGPATH</c>), with the zero at the end; the system's own limit is higher.</summary>
    private const int LongestPath = 1024;

    /// <summary>The longest name that pg_dump gives a file of a directory.</summary>
    private const string LongestFile = "blob_4294967295.dat.zst";

    /// <summary>
    /// Makes directories and a file where the archive's own will be made, by their names but under one that no other run has, and takes all
    /// away again.
    /// </summary>
    /// <param name="directory">Where the archive will be; does not exist yet.</param>
    /// <exception cref="StepFailedException">They can't be made, or pg_dump could not.</exception>
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

            RefuseTooLong(directory);
            Write(trial, Path.GetRelativePath(place, directory));
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

    private static void RefuseTooLong(string directory)
    {
        var bytes = Encoding.UTF8.GetByteCount(Path.Combine(ArchiveFiles.ContentOf(directory), LongestFile));
        if (bytes >= LongestPath)
        {
            throw new PathTooLongException($"paths of files in it would have up to {bytes} bytes, and pg_dump takes {LongestPath - 1}");
        }
    }

    /// <param name="path">From there on.</param>
    private static void Write(string trial, string path)
    {
        try
        {
            var directory = Path.Combine(trial, path);
            ArchiveFiles.MakeDirectory(directory);
            using var file = File.Create(Path.Combine(directory, "trial"), bufferSize: 1, FileOptions.DeleteOnClose);
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
