using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Asks a server who it is, over a connection to any of its databases.</summary>
internal static class ServerIdentityLook
{
    /// <summary>By what PUBLIC may call unless somebody has revoked it; 12 to 18. Services that are like PostgreSQL refuse it in ways of their own.</summary>
    public static async Task<ServerIdentity> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(connection, "SELECT s.system_identifier::text, {0} FROM pg_catalog.pg_control_system() s", cancellationToken);
        }
        catch (PostgresException exception) when (!PostgresErrors.IsTransient(exception.SqlState))
        {
            return await ReadAsync(connection, "SELECT NULL::text, {0}", cancellationToken);
        }
    }

    private static async Task<ServerIdentity> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        var others = "(pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()) * 1000000)::int8, pg_catalog.pg_is_in_recovery()";
        var rows = await connection.QueryAsync(
            sql.Replace("{0}", others, StringComparison.Ordinal),
            row => new ServerIdentity(row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1)) { IsReplica = row.GetBoolean(2) },
            cancellationToken);
        return rows[0];
    }
}
