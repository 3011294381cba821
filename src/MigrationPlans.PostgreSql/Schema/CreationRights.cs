using System.Text.Json;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// An object is given to its owner only if that may create in the schema at that moment, which the source's own grants may never have allowed. A login
/// that is no superuser grants what is lacking; each grant is recorded in the ledger by the transaction that makes it, and taken back later.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-altertable.html (OWNER TO)</remarks>
internal sealed class CreationRights(NpgsqlConnection target)
{
    private const string Mark = "temporary-create:";

    /// <summary>Lets the owners create in the schemas of their objects; the schemas must be there.</summary>
    public async Task AllowAsync(IEnumerable<SchemaEntry> entries, CancellationToken cancellationToken)
    {
        var pairs = entries
            .Select(entry => (Schema: EntryNames.Schema(entry), Owner: RolePlaces.Owner(entry)))
            .Where(pair => pair is { Schema: not null, Owner: not null })
            .Distinct()
            .ToList();
        var lacking = await target.QueryAsync(
            """
            SELECT p.schema_name, p.owner_name
            FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS p (schema_name, owner_name)
            JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) p.schema_name::pg_catalog.name
            JOIN pg_catalog.pg_roles r ON r.rolname OPERATOR(pg_catalog.=) p.owner_name::pg_catalog.name
            WHERE NOT pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')
            """,
            row => (Schema: row.GetString(0), Owner: row.GetString(1)),
            cancellationToken,
            pairs.Select(pair => pair.Schema!).ToArray(),
            pairs.Select(pair => pair.Owner!).ToArray());
        foreach (var (schema, owner) in lacking)
        {
            string[] names = [schema, owner];
            await using var batch = new NpgsqlBatch(target)
            {
                BatchCommands =
                {
                    new NpgsqlBatchCommand($"GRANT CREATE ON SCHEMA {SqlText.Identifier(schema)} TO {SqlText.Identifier(owner)}"),
                    TargetLedger.RecordEntriesCommand([Mark + JsonSerializer.Serialize(names, EdgeJsonContext.Default.StringArray)]),
                },
            };
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public async Task<bool> AreGrantedAsync(CancellationToken cancellationToken) =>
        (await TargetLedger.ReadMarksAsync(target, Mark, cancellationToken)).Length > 0;

    /// <summary>Takes them back; to be called before the source's own grants are restored.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        foreach (var mark in await TargetLedger.ReadMarksAsync(target, Mark, cancellationToken))
        {
            var names = JsonSerializer.Deserialize(mark[Mark.Length..], EdgeJsonContext.Default.StringArray)!;
            await TargetLedger.TakeBackAsync(
                target, mark, $"REVOKE CREATE ON SCHEMA {SqlText.Identifier(names[0])} FROM {SqlText.Identifier(names[1])}", cancellationToken);
        }
    }
}
