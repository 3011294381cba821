using MigrationPlans.Diagnostics;

namespace MigrationPlans.Validation;

/// <param name="Name">The path as the user gave it, but for the password of a URL; what findings show.</param>
/// <param name="Path">Where to read it.</param>
public sealed record ManifestFile(string Name, string Path)
{
    /// <summary>A path on a command line that runs in the directory.</summary>
    public static ManifestFile From(string path, string workingDirectory) =>
        new(Quoting.MaskUrls(path), System.IO.Path.GetFullPath(path, workingDirectory));
}
