using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Rows;

/// <summary>
/// An owner can take its own rights to a sequence away, and give them to itself again. The login that acts for it has them for a moment:
/// in a transaction that is rolled back, which neither what was read nor the position that was set goes back with.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/functions-sequence.html</remarks>
internal static class SequenceRights
{
    /// <param name="connection">In no transaction.</param>
    /// <param name="privilege"><c>SELECT</c> or <c>UPDATE</c>.</param>
    /// <param name="sequences">Quoted names.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    /// <returns>The transaction, to be disposed of; null where the login has the privilege on all.</returns>
    public static async Task<NpgsqlTransaction?> LendAsync(
        NpgsqlConnection connection, string privilege, IEnumerable<string> sequences, CancellationToken cancellationToken)
    {
        var lacking = await connection.QueryAsync(
            "SELECT s.name FROM pg_catalog.unnest($1) AS s (name) WHERE NOT pg_catalog.has_sequence_privilege(s.name, $2)",
            row => row.GetString(0),
            cancellationToken,
            sequences.ToArray(),
            privilege);
        if (lacking.IsEmpty)
        {
            return null;
        }

        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync($"GRANT {privilege} ON SEQUENCE {string.Join(", ", lacking)} TO CURRENT_USER", cancellationToken);
        return transaction;
    }
}
