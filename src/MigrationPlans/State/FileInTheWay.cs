using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>A file where there is to be a directory: no attempt to make that will ever succeed.</summary>
public static class FileInTheWay
{
    /// <summary>The place itself, or one that it is in; null where nothing but directories is.</summary>
    /// <param name="directory">Absolute; need not exist.</param>
    public static string? Find(string directory)
    {
        var path = directory;
        while (path is not null && !Directory.Exists(path) && !File.Exists(path))
        {
            path = Path.GetDirectoryName(path);
        }

        return File.Exists(path) ? path : null;
    }

    public static string Describe(string file, string directory) => file == directory ? "it is a file" : $"`{Quoting.Plain(file)}` is a file";
}
