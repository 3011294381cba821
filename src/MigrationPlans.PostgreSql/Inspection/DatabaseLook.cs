using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Reads a database's facts in one round trip, and one or two more of a target that is empty or where an unfinished run left its ledger.</summary>
internal static class DatabaseLook
{
    private const string RelationsFile = "relations.sql";

    private static readonly string[] Files =
    [
        "database.sql",
        RelationsFile,
        "extensions.sql",
        "foreign-keys.sql",
        "referenced-roles.sql",
        "carrying.sql",
        "schema-objects.sql",
        "collated-indexes.sql",
        "security-labels.sql",
        PublicSchemaLook.File,
        "outdated.sql",
        LibraryLook.File,
        "compressed-columns.sql",
        "used-tablespaces.sql",
    ];

    /// <summary>Sizes take a lock on each table; an ALTER TABLE that someone left open must not hold the look up for ever.</summary>
    private const string LockTimeout = "SET lock_timeout = '10s'";

    public static async Task<DatabaseFacts> ReadAsync(
        NpgsqlConnection connection, EndpointRole role, DatabaseAddress address, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(LockTimeout, cancellationToken);
        var (facts, hasLedger) = await ReadCatalogsAsync(connection, role, address, cancellationToken);
        return await FinishAsync(connection, facts, hasLedger, cancellationToken);
    }

    /// <summary>Only the row about the database itself and its relations, without their sizes; the other lists stay empty.</summary>
    public static async Task<DatabaseFacts> ReadRelationsAsync(
        NpgsqlConnection connection, EndpointRole role, DatabaseAddress address, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(LockTimeout, cancellationToken);
        var facts = await ReadStateAsync(connection, role, address, cancellationToken);
        return facts with { Relations = await connection.QueryAsync(EmbeddedSql.Load(RelationsFile), ReadRelation, cancellationToken, false) };
    }

    /// <summary>Only the row about the database itself and whose ledger it holds; lists stay empty.</summary>
    public static async Task<DatabaseFacts> ReadStateAsync(
        NpgsqlConnection connection, EndpointRole role, DatabaseAddress address, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            EmbeddedSql.Load("database.sql"), row => (Facts: ReadDatabase(row, role, address), HasLedger: row.GetBoolean(10)), cancellationToken);
        var (facts, hasLedger) = rows[0];
        return await FinishAsync(connection, facts, hasLedger, cancellationToken);
    }

    /// <summary>What the catalogs alone do not say.</summary>
    private static async Task<DatabaseFacts> FinishAsync(NpgsqlConnection connection, DatabaseFacts facts, bool hasLedger, CancellationToken cancellationToken)
    {
        if (hasLedger)
        {
            var owner = await TargetLedger.FindOwnerAsync(connection, cancellationToken);
            return facts with { LedgerPlan = owner?.Plan, LedgerLineage = owner?.Lineage };
        }

        if (facts is not { Role: EndpointRole.Target, IsEmpty: true })
        {
            return facts;
        }

        return facts.HasExtensions && await ExtensionRowsLook.FindAsync(connection, cancellationToken) is { } table
            ? facts with { IsEmpty = false, ExtensionTableWithRows = table }
            : facts with { FixedSchemas = await FixedSchemaLook.ReadWithPublicAsync(connection, cancellationToken) };
    }

    private static async Task<(DatabaseFacts Facts, bool HasLedger)> ReadCatalogsAsync(
        NpgsqlConnection connection, EndpointRole role, DatabaseAddress address, CancellationToken cancellationToken)
    {
        await using var batch = SqlBatch.Create(connection, Files);
        batch.BatchCommands[Files.IndexOf(RelationsFile)].Parameters.Add(new NpgsqlParameter { Value = true });
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var facts = ReadDatabase(reader, role, address);
        var hasLedger = reader.GetBoolean(10);
        await reader.NextResultAsync(cancellationToken);
        var relations = await reader.ReadAllAsync(ReadRelation, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var extensions = await reader.ReadAllAsync(
            row => new ExtensionFacts(row.GetString(0), row.GetString(1), row.GetString(2))
            {
                Owner = row.IsDBNull(3) ? null : row.GetString(3),
                Configuration = [.. ReadNames(row, 4).Zip(ReadNames(row, 5), (schema, name) => new TableIdentity(schema, name))],
            },
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var foreignKeys = await reader.ReadAllAsync(
            row => new ForeignKeyFacts(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4))
            {
                IsDisabled = row.GetBoolean(5),
            },
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var roles = await reader.ReadAllAsync(
            row => (
                Name: row.GetString(0),
                Schema: row.IsDBNull(1) ? null : row.GetString(1),
                Example: row.IsDBNull(2) ? null : row.GetString(2),
                IsGiver: row.GetBoolean(3),
                Relation: row.IsDBNull(4) ? null : row.GetString(4)),
            cancellationToken);
        facts = facts with
        {
            Relations = relations,
            Extensions = extensions,
            ForeignKeys = foreignKeys,
            ReferencedRoles = [.. roles.Where(role => role.Example is null).Select(role => role.Name)],
            Owners = [.. roles.Where(role => role.Example is not null).Select(role => new OwnerFacts(role.Name, role.Schema, role.Example!)
            {
                IsGiver = role.IsGiver,
                Relation = role.Relation,
            })],
        };
        return (await ReadCarryingAsync(reader, facts, cancellationToken), hasLedger);
    }

    /// <summary>The last files.</summary>
    private static async Task<DatabaseFacts> ReadCarryingAsync(NpgsqlDataReader reader, DatabaseFacts facts, CancellationToken cancellationToken)
    {
        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (kinds, schemas, names) = (ReadNames(reader, 3), ReadNames(reader, 4), ReadNames(reader, 5));
        facts = facts with
        {
            UnreadableLargeObjects = reader.GetInt64(0),
            HiddenUserMappings = ReadNames(reader, 1),
            ReorderedTables = ReadNames(reader, 2),
            ReorderedValues = [.. ReadReorderedValues(reader)],
            SuperuserObjects = [.. kinds.Select((kind, i) => new SuperuserObject(kind, schemas[i].Length == 0 ? null : schemas[i], names[i]))],
            FunctionParameters = [.. ReadFunctionParameters(reader)],
        };
        await reader.NextResultAsync(cancellationToken);
        var objects = await reader.ReadAllAsync(
            row => new SchemaObjects(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(3)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var indexes = await reader.ReadAllAsync(row => new CollatedIndexes(row.GetString(0), row.GetInt32(1), row.GetString(2)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var labels = await reader.ReadAllAsync(
            row => new SecurityLabelFacts(
                row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetString(3)),
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var publicSchema = await reader.ReadAllAsync(PublicSchemaLook.Read, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var outdated = await reader.ReadAllAsync(
            row => new OutdatedObject(row.GetInt32(0), row.GetString(1), ReadText(row, 2), ReadText(row, 3), row.GetString(4)) { Reason = ReadText(row, 5) },
            cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var libraryFunctions = await reader.ReadAllAsync(LibraryLook.Read, cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var compressed = await reader.ReadAllAsync(row => new CompressedColumn(row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken);
        await reader.NextResultAsync(cancellationToken);
        var tablespaces = await reader.ReadAllAsync(row => new UsedTablespace(row.GetString(0), row.GetString(1), row.GetString(2)), cancellationToken);
        facts = facts with { LibraryFunctions = libraryFunctions, CompressedColumns = compressed, Tablespaces = tablespaces };
        return facts with
        {
            SchemaObjects = objects,
            CollatedIndexes = indexes,
            SecurityLabels = labels,
            Public = publicSchema.SingleOrDefault(),
            Outdated = outdated,
        };
    }

    private static IEnumerable<ReorderedValue> ReadReorderedValues(NpgsqlDataReader row)
    {
        var (schemas, tables, columns, rowTypes) = (ReadNames(row, 6), ReadNames(row, 7), ReadNames(row, 8), ReadNames(row, 9));
        return schemas.Select((schema, i) => new ReorderedValue(schema, tables[i], columns[i], rowTypes[i]));
    }

    private static IEnumerable<FunctionParameter> ReadFunctionParameters(NpgsqlDataReader row)
    {
        var (schemas, functions, parameters) = (ReadNames(row, 10), ReadNames(row, 11), ReadNames(row, 12));
        return schemas.Select((schema, i) => new FunctionParameter(schema, functions[i], parameters[i]));
    }

    private static DatabaseFacts ReadDatabase(NpgsqlDataReader row, EndpointRole role, DatabaseAddress address) => new()
    {
        Role = role,
        Address = address,
        Exists = true,
        Settings = ServerLook.ReadSettings(row),
        LargeObjects = row.GetInt64(11),
        LongTransactions = row.GetInt32(12),
        Publications = ReadNames(row, 13),
        Subscriptions = [.. ReadNames(row, 14)
            .Zip(ReadNames(row, 22), row.GetFieldValue<bool[]>(29))
            .Select(found => new SubscriptionFacts(found.First, found.Second) { IsEnabled = found.Third })],
        ReadsSubscriptions = row.GetBoolean(23),
        ForeignServers = ReadNames(row, 15),
        InvalidIndexes = ReadNames(row, 16),
        Schemas = ReadNames(row, 17),
        IsEmpty = row.GetBoolean(18),
        OldestTransaction = TimeSpan.FromSeconds(row.GetInt64(19)),
        PreparedTransactions = row.GetInt32(20),
        LargeObjectBytes = row.GetInt64(21),
        OwnSettings = ReadNames(row, 24),
        OwnPrivileges = ReadNames(row, 28),
        Oid = row.GetFieldValue<uint>(25),
        HasExtensions = row.GetBoolean(26),
        SuperuserOwned = [.. ReadNames(row, 27).Select(owned => owned.Split('\u0001', 2)).Select(owned => new SuperuserOwned(owned[0], owned[1]))],
    };

    private static string? ReadText(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static ImmutableArray<string> ReadNames(NpgsqlDataReader row, int column) => [.. row.GetFieldValue<string[]>(column)];

    private static RelationFacts ReadRelation(NpgsqlDataReader row) => new()
    {
        Schema = row.GetString(0),
        Name = row.GetString(1),
        Kind = row.GetString(2) switch
        {
            "r" => RelationKind.Table,
            "p" => RelationKind.PartitionedTable,
            "v" => RelationKind.View,
            "m" => RelationKind.MaterializedView,
            "f" => RelationKind.ForeignTable,
            _ => RelationKind.Sequence,
        },
        Owner = row.GetString(3),
        Bytes = row.GetInt64(4),
        EstimatedRows = row.GetInt64(5),
        IsPopulated = row.GetBoolean(6),
        IsUnlogged = row.GetBoolean(7),
        HidesRows = row.GetBoolean(8),
        IsReadable = row.GetBoolean(9),
        IndexBytes = row.GetInt64(10),
        RoleColumns = [.. row.GetFieldValue<string[]>(13)],
        PartitionOf = row.IsDBNull(11) ? null : new TableIdentity(row.GetString(11), row.GetString(12)),
        IsHalfDetached = row.GetBoolean(14),
    };
}
