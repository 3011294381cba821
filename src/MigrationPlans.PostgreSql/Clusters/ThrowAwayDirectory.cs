using System.Text.Json;
using MigrationPlans.PostgreSql.Tools;
using MigrationPlans.State;

namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>
/// A temporary directory for servers, which goes when its owner is done with it. It holds a note of its owner, so that what
/// a killed process left behind can be told from what another one still uses.
/// </summary>
public sealed class ThrowAwayDirectory : IAsyncDisposable
{
    private const string Prefix = "migplan-rehearse-";
    private const string OwnerFile = "owner.json";

    private ThrowAwayDirectory(string path) => FullPath = path;

    public string FullPath { get; }

    /// <summary>Stays after <see cref="DisposeAsync"/>, and no other process takes it for a leftover.</summary>
    public bool IsKept { get; private set; }

    public static async Task<ThrowAwayDirectory> CreateAsync(CancellationToken cancellationToken)
    {
        var directory = new ThrowAwayDirectory(ClusterPlace.Create(Prefix));
        await directory.WriteOwnerAsync(cancellationToken);
        return directory;
    }

    /// <summary>Directories that killed processes of this user left behind; servers may still run in them.</summary>
    public static async Task<IReadOnlyList<string>> FindLeftoversAsync(CancellationToken cancellationToken)
    {
        var leftovers = new List<string>();
        foreach (var path in await FindOwnAsync(cancellationToken))
        {
            if (await IsLeftoverAsync(path, cancellationToken))
            {
                leftovers.Add(path);
            }
        }

        return leftovers;
    }

    /// <summary>Ends the servers that run in the directory and removes it.</summary>
    /// <exception cref="IOException">It can't be removed.</exception>
    public static async Task RemoveAsync(string path)
    {
        foreach (var cluster in Directory.EnumerateDirectories(path, "cluster-*"))
        {
            await ServerProcess.EndAsync(Path.Combine(cluster, "data"));
        }

        Directory.Delete(path, recursive: true);
    }

    /// <summary>Leaves the directory, and the servers in it, to the user.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        IsKept = true;
        await WriteOwnerAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!IsKept && Directory.Exists(FullPath))
        {
            await RemoveAsync(FullPath);
        }
    }

    private Task WriteOwnerAsync(CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(
            Path.Combine(FullPath, OwnerFile),
            JsonSerializer.Serialize(new DirectoryOwner(ProcessIdentity.OfThisProcess(), IsKept), EdgeJsonContext.Default.DirectoryOwner),
            cancellationToken);

    // The temporary directory is everybody's: only directories that belong to this very user are ours to remove.
    private static async Task<string[]> FindOwnAsync(CancellationToken cancellationToken)
    {
        var find = new ToolCommand(
            "find",
            [ClusterPlace.TemporaryDirectory(), "-maxdepth", "1", "-type", "d", "-name", Prefix + "*", "-user", Environment.UserName]);
        var result = await ToolProcess.RunAsync(find, cancellationToken);
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<bool> IsLeftoverAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var text = await File.ReadAllTextAsync(Path.Combine(path, OwnerFile), cancellationToken);
            return JsonSerializer.Deserialize(text, EdgeJsonContext.Default.DirectoryOwner) is { IsKept: false } owner && owner.Process.IsAlive() == false;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            // Just being created or removed by another process, or not made by us at all.
            return false;
        }
    }
}

internal sealed record DirectoryOwner(ProcessIdentity Process, bool IsKept);
