using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Steps;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Gives multirange types to the owners that they have on the source. pg_dump prints none for them: before 17 they do not follow
/// their range type, and stay with the login that restored it.
/// </summary>
internal static class MultirangeOwners
{
    /// <param name="source">Asked for the owners.</param>
    /// <param name="target">Changed where a type of the same name has another owner; what is not there stays out of it.</param>
    /// <param name="mapping">Renames roles.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public static async Task AlignAsync(NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var found = (await ReadAsync(target, cancellationToken)).ToDictionary(type => (type.Schema, type.Name), type => type.Owner);
        if (found.Count == 0 || target.PostgreSqlVersion.Major >= 17)
        {
            return;
        }

        foreach (var (schema, name, sourceOwner) in await ReadAsync(source, cancellationToken))
        {
            var owner = Sides.MapRole(mapping, sourceOwner);
            if (found.TryGetValue((schema, name), out var current) && current != owner)
            {
                await target.ExecuteAsync($"ALTER TYPE {SqlText.Qualified(schema, name)} OWNER TO {SqlText.Identifier(owner)}", cancellationToken);
            }
        }
    }

    private static Task<ImmutableArray<(string Schema, string Name, string Owner)>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(EmbeddedSql.Load("multirange-owners.sql"), row => (row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken);
}
