using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Comments on constraints and triggers that a table has by its parent or its root alone. A dump has no entry for such a one, and none
/// for its comment. What is missing on the target (because a part of the database is picked) stays without.
/// </summary>
internal static class InheritedComments
{
    public static async Task<bool> DifferAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken) =>
        !(await FindAsync(source, target, cancellationToken)).IsEmpty;

    public static async Task AlignAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var missing = await FindAsync(source, target, cancellationToken);
        if (!missing.IsEmpty)
        {
            await target.ExecuteAsync(string.Join(";\n", missing.Select(Statement)), cancellationToken);
        }
    }

    private static string Statement(Commented found) =>
        $"COMMENT ON {found.Kind} {SqlText.Identifier(found.Name)} ON {SqlText.Qualified(found.Schema, found.Table)} IS {SqlText.Literal(found.Comment!)}";

    private static async Task<ImmutableArray<Commented>> FindAsync(NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var wanted = await ListAsync(source, isSource: true, cancellationToken);
        if (wanted.IsEmpty)
        {
            return [];
        }

        var there = (await ListAsync(target, isSource: false, cancellationToken)).ToLookup(found => found with { Comment = null }, found => found.Comment);
        return [.. wanted.Where(found => there[found with { Comment = null }] is var comments
            && comments.Any()
            && !comments.Contains(found.Comment, StringComparer.Ordinal))];
    }

    private static Task<ImmutableArray<Commented>> ListAsync(NpgsqlConnection connection, bool isSource, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("inherited-comments.sql"),
            row => new Commented(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4)),
            cancellationToken,
            isSource);

    /// <param name="Kind"><c>CONSTRAINT</c> or <c>TRIGGER</c>.</param>
    private sealed record Commented(string Kind, string Schema, string Table, string Name, string? Comment);
}
