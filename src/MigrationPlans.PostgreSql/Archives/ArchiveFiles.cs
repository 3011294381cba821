using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>The files of an archive: found, hashed, hidden from others, thrown away.</summary>
internal static class ArchiveFiles
{
    private const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the directory, and those above it that are missing, for the owner alone.</summary>
    public static void MakeDirectory(string path)
    {
        // The mode that is given at creation is for the last part of the path only.
        if (Path.GetDirectoryName(path) is { } parent && !Directory.Exists(parent))
        {
            MakeDirectory(parent);
        }

        Directory.CreateDirectory(path, OwnerDirectory);
    }

    /// <summary>pg_dump writes with the account's umask; nobody else can reach the files meanwhile, because of the directory above.</summary>
    public static void HideAll(string directory)
    {
        foreach (var path in Directory.EnumerateDirectories(directory, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(path, OwnerDirectory);
        }

        foreach (var path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(path, OwnerFile);
        }
    }

    /// <summary>Every file of the archive with its hash, by name. What belongs to us beside the archive is left out.</summary>
    public static async Task<ImmutableArray<ArchivedFile>> ReadAsync(string directory, int workers, CancellationToken cancellationToken)
    {
        var files = new ConcurrentBag<ArchivedFile>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(List(directory), options, async (path, token) =>
        {
            await using var stream = File.OpenRead(path);
            var hash = await SHA256.HashDataAsync(stream, token);
            files.Add(new ArchivedFile(NameOf(directory, path), stream.Length, Convert.ToHexStringLower(hash)));
        });
        return [.. files.OrderBy(file => file.Name, StringComparer.Ordinal)];
    }

    /// <summary>In what the archive differs from what was recorded; null when it does not.</summary>
    public static async Task<string?> FindChangeAsync(string directory, ArchiveDocument document, int workers, CancellationToken cancellationToken)
    {
        var names = document.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        var found = List(directory).Select(path => NameOf(directory, path)).ToHashSet(StringComparer.Ordinal);
        if (names.Except(found).Order(StringComparer.Ordinal).FirstOrDefault() is { } missing)
        {
            return $"{missing} is missing";
        }

        if (found.Except(names).Order(StringComparer.Ordinal).FirstOrDefault() is { } added)
        {
            return $"{added} was added";
        }

        var now = (await ReadAsync(directory, workers, cancellationToken)).ToDictionary(file => file.Name, StringComparer.Ordinal);
        return document.Files.FirstOrDefault(file => now[file.Name] != file) is { } changed ? $"{changed.Name} has other content" : null;
    }

    /// <summary>Whether something is there that the run of this plan and lineage did not write.</summary>
    /// <remarks>A run that is killed while it puts its mark there leaves a part of the mark, and nothing else.</remarks>
    public static bool HoldsForeign(string directory, string plan, string lineage)
    {
        var mark = MarkOf(directory);
        return Directory.Exists(directory)
            && Directory.EnumerateFileSystemEntries(directory).Any(path => !DurableFile.IsUnfinished(path, mark))
            && !(ArchiveDocument.TryRead(directory) is { } archive && archive.Plan == plan && archive.Lineage == lineage);
    }

    /// <summary>Empties the archive's directory but for the mark that says whose it is: a pg_dump that a killed run left may write there yet.</summary>
    public static void Clear(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        var discarded = ContentOf(directory) + ".discarded";
        DeleteDirectory(discarded);
        if (Directory.Exists(ContentOf(directory)))
        {
            // Under another name no pg_dump that is left adds files to it while it is deleted.
            Directory.Move(ContentOf(directory), discarded);
            DeleteDirectory(discarded);
        }

        var mark = MarkOf(directory);
        foreach (var file in Directory.EnumerateFiles(directory).Where(path => path != mark).ToList())
        {
            File.Delete(file);
        }
    }

    /// <summary>Removes the archive's directory, and those above it that held nothing else.</summary>
    public static void Remove(string directory)
    {
        Clear(directory);
        File.Delete(MarkOf(directory));
        for (var (path, level) = (directory, 0); level < ArchivePlace.Levels
            && Directory.Exists(path)
            && !Directory.EnumerateFileSystemEntries(path).Any(); path = Path.GetDirectoryName(path)!, level++)
        {
            Directory.Delete(path);
        }
    }

    public static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>What pg_dump writes, a directory or a file; <c>pg_restore</c> takes it as it is.</summary>
    public static string ContentOf(string directory) => Path.Combine(directory, "dump");

    private static void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static string MarkOf(string directory) => Path.Combine(directory, ArchiveDocument.FileName);

    private static IEnumerable<string> List(string directory)
    {
        var content = ContentOf(directory);
        return Directory.Exists(content) ? Directory.EnumerateFiles(content, "*", SearchOption.AllDirectories) : File.Exists(content) ? [content] : [];
    }

    private static string NameOf(string directory, string path) => Path.GetRelativePath(directory, path).Replace(Path.DirectorySeparatorChar, '/');
}
