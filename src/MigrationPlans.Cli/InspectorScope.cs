using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;

namespace MigrationPlans.Cli;

/// <summary>An inspector together with what has to be let go after it.</summary>
internal sealed record InspectorScope(IInspector Inspector, IAsyncDisposable? Owned = null) : IAsyncDisposable
{
    /// <param name="directory">The manifest's directory.</param>
    public static InspectorScope Open(string directory)
    {
        var connector = new PostgresConnector(new DirectEndpointResolver(directory));
        return new InspectorScope(new PostgresInspector(connector), connector);
    }

    public ValueTask DisposeAsync() => Owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
