using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Memberships;

/// <summary>
/// The memberships that a login holds while it fills databases. They are the server's, and several databases live on one: the
/// first to need a membership grants it and notes it in its ledger. Who is done hands its notes to another that is not, and the
/// last one takes the memberships back. So they end also when a run was killed and resumed, or rolled back.
/// </summary>
internal sealed class TemporaryMemberships(PostgresConnector connector, MigrationManifest manifest, DatabaseAddress database)
{
    /// <summary>The kind of resource that a state knows what a run borrows by: <c>rollback</c> gives it back also where the database itself stays.</summary>
    public const string ResourceKind = "rights";

    public CreatedResource Resource => new(ResourceKind, database.Endpoint, database.Database);

    private IEnumerable<string> OfThisPlan =>
        manifest.Databases.Select(mapping => mapping.To).Where(to => to.Endpoint == database.Endpoint).Select(to => to.Database);

    private Endpoint Server => manifest.FindTarget(database.Endpoint)!;

    /// <summary>One database of a server at a time begins or ends; held until it is disposed of.</summary>
    public async Task<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        var server = await MaintenanceDatabase.OpenFirstAsync(connector, Server, SessionKind.Target, cancellationToken);
        try
        {
            // Ends with the transaction, whatever becomes of us.
            await server.ExecuteAsync("BEGIN", cancellationToken);
            await server.ExecuteAsync("SELECT pg_catalog.pg_advisory_xact_lock($1)", cancellationToken, (long)AdvisoryLock.Turn);
            return new Turn(server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes the memberships back, or leaves that to a database that still needs them. To be called in turn.</summary>
    /// <param name="target">The database that is done, with its ledger.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public async Task EndAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        await EndAsync(target, OfThisPlan.Concat(await SeenAsync(target, cancellationToken)), cancellationToken);

    /// <summary>
    /// Takes them back at once: no database of this plan needs it any more. One of another plan, at work right now,
    /// still gets the memberships.
    /// </summary>
    /// <param name="target">The database that holds the ledger.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public async Task EndAllAsync(NpgsqlConnection target, CancellationToken cancellationToken) =>
        await EndAsync(target, (await SeenAsync(target, cancellationToken)).Except(OfThisPlan, StringComparer.Ordinal), cancellationToken);

    /// <param name="siblings">Other databases that may need the memberships still.</param>
    private async Task EndAsync(NpgsqlConnection target, IEnumerable<string> siblings, CancellationToken cancellationToken)
    {
        var noted = new NotedMemberships(target, database.ToString());
        if (!await noted.AreThereAsync(cancellationToken))
        {
            return;
        }

        foreach (var sibling in siblings.Where(name => name != database.Database).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            await using var other = await TryOpenAsync(sibling, cancellationToken);
            if (other is not null && await TargetLedger.ExistsAsync(other, cancellationToken))
            {
                await noted.HandOverAsync(other, cancellationToken);
                return;
            }
        }

        await noted.LeaveAsync(cancellationToken);
    }

    /// <summary>Databases where this login is at work, perhaps for another plan.</summary>
    private static Task<ImmutableArray<string>> SeenAsync(NpgsqlConnection target, CancellationToken cancellationToken) => target.QueryAsync(
        "SELECT DISTINCT datname::text FROM pg_catalog.pg_stat_activity WHERE usename = current_user AND application_name = 'migplan' AND datname IS NOT NULL",
        row => row.GetString(0),
        cancellationToken);

    private async Task<NpgsqlConnection?> TryOpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await connector.OpenAsync(Server, name, SessionKind.Target, cancellationToken);
        }
        catch (StepFailedException)
        {
            // Not created yet, or not ours to look into: then it holds no ledger of ours either.
            return null;
        }
    }

    internal sealed class Turn(NpgsqlConnection server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await new Parting(server).DisposeAsync();
            }
            catch (NpgsqlException)
            {
                // The server has ended it, and the turn with it: as when the very database that it was taken in is dropped.
            }
        }
    }
}
