using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
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
        var sources = context.Manifest.Databases.Select(mapping => mapping.From).Where(from => from.Database == context.Mapping.To.Database);
        foreach (var from in sources.Distinct())
        {
            // Opened before the target is asked and used after it: a server that was started anew in between would have ended it.
            await using var source = await connector.OpenAsync(context.Manifest.FindSource(from.Endpoint)!, from.Database, SessionKind.SourceRead, cancellationToken);
            var identity = await ServerIdentityLook.ReadAsync(target, cancellationToken);
            if (identity.IsSame(await ServerIdentityLook.ReadAsync(source, cancellationToken)))
            {
                throw new StepFailedException(HandlerDiagnostics.SourceWouldGo(context.Mapping.Address, from.ToString()), FailureClass.Permanent);
            }
        }
    }
}
