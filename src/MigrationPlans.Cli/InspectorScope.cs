using MigrationPlans.Inspection;

namespace MigrationPlans.Cli;

/// <summary>An inspector together with what has to be let go after it.</summary>
internal sealed record InspectorScope(IInspector Inspector, IAsyncDisposable? Owned = null) : IAsyncDisposable
{
    /// <param name="directory">The manifest's directory.</param>
    public static InspectorScope Open(string directory)
    {
        var servers = new ManifestServers(directory);
        return new InspectorScope(servers.CreateInspector(), servers);
    }

    public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
