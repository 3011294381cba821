using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// A materialized view is filled in its owner's name, and what it reads through a view, in that view's owner's. One that may not read what the query
/// names (its rights were taken away since, or came by a role that it is not in on the target) may for as long as it takes, and nobody sees it.
/// </summary>
internal static class LentReading
{
    /// <summary>Carries a statement out with SELECT given to whom it takes, and takes that back, all in one transaction.</summary>
    /// <param name="target">In no transaction.</param>
    /// <param name="view">Quoted.</param>
    /// <param name="statement">What fills it.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    /// <returns>Who was given the right to read what, both quoted.</returns>
    /// <exception cref="PostgresException">Nothing of it was done.</exception>
    public static async Task<ImmutableArray<(string Reader, string Relation)>> UseAsync(
        NpgsqlConnection target, string view, string statement, CancellationToken cancellationToken)
    {
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        var lacking = await target.QueryAsync(
            EmbeddedSql.Load("lacking-reads.sql"),
            row => (Reader: SqlText.Identifier(row.GetString(0)), Relation: SqlText.Qualified(row.GetString(1), row.GetString(2))),
            cancellationToken,
            view);
        var gives = lacking.Select(pair => $"GRANT SELECT ON {pair.Relation} TO {pair.Reader}");
        var takes = lacking.Select(pair => $"REVOKE SELECT ON {pair.Relation} FROM {pair.Reader}");
        await target.ExecuteAsync(string.Join("; ", [.. gives, statement, .. takes]), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return lacking;
    }
}
