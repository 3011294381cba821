using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>No database is dropped that is a source of the manifest, whatever names and tunnels lead to it.</summary>
internal static class SourceProtection
{
    /// <param name="target">To the server of the step's target: the very connection that is to drop it.</param>
    /// <exception cref="StepFailedException">The target is a source, or a source that may be it can't be asked.</exception>
    public static async Task CheckAsync(PostgresConnector connector, NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        foreach (var mappings in context.Manifest.Databases
            .Where(mapping => mapping.From.Database == context.Mapping.To.Database)
            .GroupBy(mapping => mapping.From))
        {
            // Opened before the target is asked and used after it: a server that was started anew in between would have ended it.
            await using var source = await OpenAsync(
                connector, mappings.Key, mappings.All(mapping => context.Kept.Contains(mapping.Address)), context, cancellationToken);
            if (source is null)
            {
                continue;
            }

            var identity = await ServerIdentityLook.ReadAsync(target, cancellationToken);
            var read = await ServerIdentityLook.ReadAsync(source, cancellationToken);
            if (identity.IsSame(read))
            {
                throw new StepFailedException(HandlerDiagnostics.SourceWouldGo(context.Mapping.Address, mappings.Key.ToString()), FailureClass.Permanent);
            }

            if (read.MayFollow(identity))
            {
                throw new StepFailedException(
                    SameDatabaseDiagnostics.SourceFollowsTarget(context.Mapping.Address, mappings.Key.ToString(), null),
                    FailureClass.Permanent);
            }
        }
    }

    /// <returns>Null: it has been left, and is gone, or closed to us. One that is only busy is there, and worth another try.</returns>
    private static async Task<NpgsqlConnection?> OpenAsync(
        PostgresConnector connector, DatabaseAddress from, bool isLeft, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await connector.OpenAsync(context.Manifest.FindSource(from.Endpoint)!, from.Database, SessionKind.SourceRead, cancellationToken);
        }
        catch (StepFailedException exception)
            when (isLeft && exception is not { FailureClass: FailureClass.Transient or FailureClass.Unavailable, InnerException: PostgresException })
        {
            return null;
        }
    }
}
