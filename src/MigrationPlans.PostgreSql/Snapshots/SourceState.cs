using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Snapshots;

/// <summary>Tells whether a source may hold other rows than it did.</summary>
internal static class SourceState
{
    /// <summary>A text that names what a session on the source sees: equal texts, equal rows.</summary>
    /// <param name="source">In a snapshot, or not.</param>
    /// <param name="fence">What the mapping keeps writers out with: as long as that stands and nobody wrote, what the snapshot says does not matter.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public static async Task<string> NameAsync(NpgsqlConnection source, Fence fence, CancellationToken cancellationToken) =>
        (await source.QueryAsync(EmbeddedSql.Load("source-state.sql"), row => row.GetString(0), cancellationToken, fence == Fence.ReadOnly))[0];

    /// <summary>
    /// The same of a snapshot. What was written behind a fence since it was taken is in the fence's text, and not in what the snapshot
    /// sees: then the snapshot names it.
    /// </summary>
    /// <param name="source">In the snapshot.</param>
    public static async Task<string> NameAsync(NpgsqlConnection source, SourceSnapshot snapshot, Fence fence, CancellationToken cancellationToken)
    {
        var name = await NameAsync(source, fence, cancellationToken);
        return fence == Fence.None || name == snapshot.StateBefore ? name : await NameAsync(source, Fence.None, cancellationToken);
    }
}
