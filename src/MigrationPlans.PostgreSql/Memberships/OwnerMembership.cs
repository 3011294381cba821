using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Memberships;

/// <summary>
/// A database's owner alone may drop it, and a login that is no superuser has given the database away by the end of a run. So it becomes a
/// member of the owner's role for as long as this lives.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-dropdatabase.html</remarks>
internal sealed class OwnerMembership : IAsyncDisposable
{
    private readonly NpgsqlConnection server;
    private readonly BorrowedMembership? borrowed;

    private OwnerMembership(NpgsqlConnection server, BorrowedMembership? borrowed)
    {
        this.server = server;
        this.borrowed = borrowed;
    }

    /// <summary>Does nothing where the login has the owner's rights already.</summary>
    /// <exception cref="PostgresException">The login may not grant the owner's role.</exception>
    public static async Task<OwnerMembership> JoinAsync(NpgsqlConnection server, string database, CancellationToken cancellationToken)
    {
        var owners = await server.QueryAsync(
            "SELECT r.rolname::pg_catalog.text FROM pg_catalog.pg_database d JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) d.datdba WHERE d.datname OPERATOR(pg_catalog.=) $1::pg_catalog.name",
            row => row.GetString(0),
            cancellationToken,
            database);
        if (await Membership.LackingAsync(server, [.. owners], cancellationToken) is not [var owner])
        {
            return new OwnerMembership(server, borrowed: null);
        }

        await using var transaction = await server.BeginTransactionAsync(cancellationToken);
        var (borrowed, refusal) = await Membership.JoinAsync(server, owner, cancellationToken);
        if (refusal is not null)
        {
            throw refusal;
        }

        await transaction.CommitAsync(cancellationToken);
        return new OwnerMembership(server, borrowed);
    }

    /// <summary>Takes back what keeps a database from being looked into and dropped: a limit of connections, and being a template. For its owner.</summary>
    public static async Task OpenUpAsync(NpgsqlConnection server, string database, CancellationToken cancellationToken)
    {
        var states = await server.QueryAsync(
            "SELECT datconnlimit, datistemplate FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) $1::pg_catalog.name",
            row => (Limit: row.GetInt32(0), IsTemplate: row.GetBoolean(1)),
            cancellationToken,
            database);
        if (states is not [var state] || (state.Limit < 0 && !state.IsTemplate))
        {
            return;
        }

        await using var membership = await JoinAsync(server, database, cancellationToken);
        await server.ExecuteAsync($"ALTER DATABASE {SqlText.Identifier(database)} IS_TEMPLATE false", cancellationToken);
        if (state.Limit >= 0)
        {
            await server.ExecuteAsync($"ALTER DATABASE {SqlText.Identifier(database)} CONNECTION LIMIT -1", cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (borrowed is not null)
        {
            // Not cancellable: what was granted for a moment must not stay.
            await server.ExecuteAsync(Membership.Leave(borrowed), CancellationToken.None);
        }
    }
}
