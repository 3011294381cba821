using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Reads from either server's catalogs what a copy needs to know.</summary>
internal static class CopyCatalog
{
    /// <summary>Tables and partitioned tables, by schema and name.</summary>
    public static async Task<ImmutableArray<TableRows>> ReadTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EmbeddedSql.Load("copy-tables.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var tables = ImmutableArray.CreateBuilder<TableRows>();
        var texts = new TextPool();
        while (await reader.NextAsync(cancellationToken))
        {
            tables.Add(new TableRows
            {
                Oid = reader.GetFieldValue<uint>(0),
                Name = new TableName(texts.Share(reader.GetString(1)), reader.GetString(2)),
                IsPartitioned = reader.GetBoolean(3),
                File = reader.GetFieldValue<uint>(4),
                Bytes = reader.GetInt64(5),
                Pages = reader.GetInt64(6),
                Root = reader.IsDBNull(7) ? null : reader.GetFieldValue<uint>(7),
                Columns = [.. reader.GetFieldValue<string[]>(8).Select(name => texts.Share(name))],
                Types = [.. reader.GetFieldValue<uint[]>(9)],
                Extension = reader.IsDBNull(10) ? null : reader.GetString(10),
                Condition = reader.IsDBNull(11) ? null : reader.GetString(11),
                IsCheckedByFunctions = reader.GetBoolean(12),
                HasTriggers = reader.GetBoolean(13),
                Parent = reader.IsDBNull(14) ? null : new TableIdentity(reader.GetString(14), reader.GetString(15)),
                HasForeignPartitions = reader.GetBoolean(16),
                IsUnlogged = reader.GetBoolean(17),
                Referenced = [.. reader.GetFieldValue<uint[]>(18)],
            });
        }

        return tables.ToImmutable();
    }

    /// <summary>The types and all that they are built of.</summary>
    public static async Task<TypeCatalog> ReadTypesAsync(NpgsqlConnection connection, IEnumerable<uint> oids, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EmbeddedSql.Load("copy-types.sql"), connection);
        command.Parameters.AddWithValue(NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Oid, oids.Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var types = new List<ColumnType>();
        while (await reader.NextAsync(cancellationToken))
        {
            types.Add(new ColumnType
            {
                Oid = reader.GetFieldValue<uint>(0),
                Schema = reader.GetString(1),
                Name = reader.GetString(2),
                Kind = reader.GetString(3)[0],
                HasBinaryForm = reader.GetBoolean(4),
                IsArray = reader.GetBoolean(5),
                Parts = [.. reader.GetFieldValue<uint[]>(6)],
                Extension = reader.IsDBNull(7) ? null : reader.GetString(7),
                Attributes = [.. reader.GetFieldValue<string[]>(8)],
            });
        }

        return new TypeCatalog(types, connection.PostgreSqlVersion.Major);
    }

    /// <summary>
    /// Key types of tables whose rows may belong into other partitions on the target (0 for an expression, and where a library decides),
    /// by the root of their tree.
    /// </summary>
    public static async Task<ILookup<uint, uint>> ReadHashKeysAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EmbeddedSql.Load("copy-partition-keys.sql"), connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var keys = new List<(uint Root, uint Type)>();
        while (await reader.NextAsync(cancellationToken))
        {
            var root = reader.GetFieldValue<uint>(0);
            keys.AddRange(reader.GetFieldValue<uint[]>(1).Select(type => (root, type)));
        }

        return keys.ToLookup(key => key.Root, key => key.Type);
    }
}
