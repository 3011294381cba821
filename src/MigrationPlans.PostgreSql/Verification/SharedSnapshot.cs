using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>One moment of one side for several connections: chunks of a table that is being written to still add up.</summary>
internal sealed class SharedSnapshot
{
    private readonly Func<CancellationToken, Task<NpgsqlConnection>> open;
    private readonly NpgsqlConnection holder;
    private readonly string id;

    private SharedSnapshot(Func<CancellationToken, Task<NpgsqlConnection>> open, NpgsqlConnection holder, string id)
    {
        this.open = open;
        this.holder = holder;
        this.id = id;
    }

    public int ServerMajor => holder.PostgreSqlVersion.Major;

    /// <param name="holder">Begins a transaction, which must stay open as long as the moment is needed.</param>
    /// <param name="open">Opens further connections.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public static async Task<SharedSnapshot> TakeAsync(NpgsqlConnection holder, Func<CancellationToken, Task<NpgsqlConnection>> open, CancellationToken cancellationToken)
    {
        var ids = await holder.QueryAsync(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_catalog.pg_export_snapshot()", row => row.GetString(0), cancellationToken);
        return new SharedSnapshot(open, holder, ids[0]);
    }

    /// <summary>A connection in a transaction that sees the moment.</summary>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await open(cancellationToken);
        try
        {
            await BeginAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>For a connection whose transaction an error has ended.</summary>
    public async Task RestartAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("ROLLBACK", cancellationToken);
        await BeginAsync(connection, cancellationToken);
    }

    private Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT {SqlText.Literal(id)}", cancellationToken);
}
