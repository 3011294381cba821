using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>What was seen inside one database.</summary>
public sealed record DatabaseFacts
{
    public required EndpointRole Role { get; init; }

    public required DatabaseAddress Address { get; init; }

    /// <summary>False: the database is not there, and all that follows is empty.</summary>
    public required bool Exists { get; init; }

    /// <summary>
    /// Holds no user object: no table, view, function, type, schema but public, large object. What extensions bring, and where there
    /// are any, schemas that hold nothing else, do not count; rows that somebody added to their tables do, in a target.
    /// </summary>
    public bool IsEmpty { get; init; } = true;

    /// <summary>Others than plpgsql, which every new database has.</summary>
    public bool HasExtensions { get; init; }

    /// <summary>Of a target without user objects, the first table of an extension that holds rows of the user's, as <c>schema.table</c>.</summary>
    public string? ExtensionTableWithRows { get; init; }

    /// <summary><c>pg_database.oid</c>: another database of its name has another one. Null where nobody asked.</summary>
    public uint? Oid { get; init; }

    /// <summary>The plan name that an unfinished run's <c>migplan_ledger</c> belongs to; null when there is none.</summary>
    public string? LedgerPlan { get; init; }

    /// <summary>Of the state whose run it is; null where there is none, or an older version made the ledger.</summary>
    public string? LedgerLineage { get; init; }

    public DatabaseSettings? Settings { get; init; }

    /// <summary>What <c>ALTER DATABASE … SET</c> and <c>ALTER ROLE … IN DATABASE … SET</c> say, as <c>name</c> and <c>name of role</c>.</summary>
    public ImmutableArray<string> OwnSettings { get; init; } = [];

    /// <summary>
    /// What its schema public has that no dump assumes: <c>privileges of app on schema public</c>. Databases that are made from
    /// a template may have it, too.
    /// </summary>
    public ImmutableArray<string> OwnPrivileges { get; init; } = [];

    /// <summary>User schemas, by name.</summary>
    public ImmutableArray<string> Schemas { get; init; } = [];

    /// <summary>Of a target that holds extensions and nothing else.</summary>
    public ImmutableArray<FixedSchemaFacts> FixedSchemas { get; init; } = [];

    /// <summary>Null: there is none, or nobody looked at more than the database itself.</summary>
    public PublicSchemaFacts? Public { get; init; }

    /// <summary>Tables, partitions, views, materialized views, foreign tables and sequences of no extension, by schema and name.</summary>
    public ImmutableArray<RelationFacts> Relations { get; init; } = [];

    /// <summary>Relations with what they are partitions of, for <see cref="SelectionFilter.Knowing"/>.</summary>
    public IEnumerable<(TableIdentity Partition, TableIdentity? Of)> Partitions => Relations.Select(relation => (relation.Identity, relation.PartitionOf));

    /// <summary>By name.</summary>
    public ImmutableArray<ExtensionFacts> Extensions { get; init; } = [];

    /// <summary>Foreign keys between the tables, by table and name.</summary>
    public ImmutableArray<ForeignKeyFacts> ForeignKeys { get; init; } = [];

    /// <summary>Roles that own something here or are granted something, by name.</summary>
    public ImmutableArray<string> ReferencedRoles { get; init; } = [];

    /// <summary>Of the same roles, each of their objects; only where a mapping picks a part of the database.</summary>
    public ImmutableArray<RoleUse> RoleUses { get; init; } = [];

    /// <summary>By role and schema; those of publications, large objects and of what only superusers make left out, and the schema <c>public</c>.</summary>
    public ImmutableArray<OwnerFacts> Owners { get; init; } = [];

    public long LargeObjects { get; init; }

    /// <summary>Indexes that a failed CREATE INDEX CONCURRENTLY left; they are not carried over.</summary>
    public ImmutableArray<string> InvalidIndexes { get; init; } = [];

    public ImmutableArray<string> Publications { get; init; } = [];

    /// <summary>What they publish; only where a mapping picks a part of the database.</summary>
    public ImmutableArray<PublishedPart> PublishedParts { get; init; } = [];

    /// <summary>By name.</summary>
    public ImmutableArray<SubscriptionFacts> Subscriptions { get; init; } = [];

    /// <summary>The login may read their connection strings.</summary>
    public bool ReadsSubscriptions { get; init; }

    public ImmutableArray<string> ForeignServers { get; init; } = [];

    /// <summary>Large objects that the login may not read.</summary>
    public long UnreadableLargeObjects { get; init; }

    /// <summary>User mappings whose options the login can't see, as <c>server for role</c>; they arrive without any.</summary>
    public ImmutableArray<string> HiddenUserMappings { get; init; } = [];

    /// <summary>Tables whose columns come in another order when they are created anew, as <c>schema.table</c>.</summary>
    public ImmutableArray<string> ReorderedTables { get; init; } = [];

    /// <summary>Columns that hold values of such tables' row types, also within other types.</summary>
    public ImmutableArray<ReorderedValue> ReorderedValues { get; init; } = [];

    /// <summary>Objects that only a superuser can create.</summary>
    public ImmutableArray<SuperuserObject> SuperuserObjects { get; init; } = [];

    /// <summary>What can belong to superusers only, with whom it belongs to.</summary>
    public ImmutableArray<SuperuserOwned> SuperuserOwned { get; init; } = [];

    /// <summary>What newer servers refuse, or take for something else.</summary>
    public ImmutableArray<OutdatedObject> Outdated { get; init; } = [];

    /// <summary>Functions in C that no extension brings, by library and name.</summary>
    public ImmutableArray<LibraryFunction> LibraryFunctions { get; init; } = [];

    /// <summary>By schema, table and place.</summary>
    public ImmutableArray<CompressedColumn> CompressedColumns { get; init; } = [];

    /// <summary>By schema, table and place. Only a source is asked, and only columns are in it that hold a value.</summary>
    public ImmutableArray<ClosedColumn> ClosedColumns { get; init; } = [];

    /// <summary>By name, schema and table.</summary>
    public ImmutableArray<UsedTablespace> Tablespaces { get; init; } = [];

    /// <summary>Functions that set parameters which no server knows by itself.</summary>
    public ImmutableArray<FunctionParameter> FunctionParameters { get; init; } = [];

    /// <summary>What schemas hold beside relations.</summary>
    public ImmutableArray<SchemaObjects> SchemaObjects { get; init; } = [];

    /// <summary>All objects with what they need; only where a mapping picks a part of the database, or skips an extension.</summary>
    public ImmutableArray<ObjectNeeds> ObjectNeeds { get; init; } = [];

    /// <summary>What extensions bring; only where a mapping skips one.</summary>
    public ImmutableArray<ExtensionMember> ExtensionMembers { get; init; } = [];

    /// <summary>Indexes that a library outside of PostgreSQL sorts.</summary>
    public ImmutableArray<CollatedIndexes> CollatedIndexes { get; init; } = [];

    /// <summary>By provider and name; those of large objects, roles and tablespaces aside.</summary>
    public ImmutableArray<SecurityLabelFacts> SecurityLabels { get; init; } = [];

    /// <summary>Transactions of other sessions that were open for longer than a minute.</summary>
    public int LongTransactions { get; init; }

    /// <summary>How long the oldest of them was open.</summary>
    public TimeSpan OldestTransaction { get; init; }

    /// <summary>Transactions that were prepared for a two-phase commit, and hold their locks without a session.</summary>
    public int PreparedTransactions { get; init; }

    /// <summary>Of all large objects together.</summary>
    public long LargeObjectBytes { get; init; }
}

/// <summary>A role owns something in a schema: the schema itself, a relation, a function, a type … Or it gave a right to what another owns.</summary>
/// <param name="Schema">Null: something that is in none, such as a foreign server.</param>
/// <param name="Example">One of it, as the server identifies it: <c>function shop.total(integer)</c>.</param>
public sealed record OwnerFacts(string Role, string? Schema, string Example)
{
    /// <summary>It owns none of it, and has given another role a right to the example.</summary>
    public bool IsGiver { get; init; }

    /// <summary>The relation to which it gave a right, of a table's own sequence the table; null for an owner, and where the example is none.</summary>
    public string? Relation { get; init; }

    /// <summary>They stay behind where only a part of the database is picked.</summary>
    public bool IsOfLargeObjects => Schema is null && Example.StartsWith("large object ", StringComparison.Ordinal);
}

public sealed record ExtensionFacts(string Name, string Version, string Schema)
{
    public string? Owner { get; init; }

    /// <summary>Its tables that may hold rows of the user's; only for checks, no part of a plan.</summary>
    [JsonIgnore]
    public ImmutableArray<TableIdentity> Configuration { get; init; } = [];
}

/// <param name="Schema">Null for all tables of the database.</param>
/// <param name="Table">Null for all of the schema.</param>
public sealed record PublishedPart(string Publication, string? Schema, string? Table);

/// <param name="Id">As <see cref="ObjectNeeds.Needs"/> names it.</param>
public sealed record ExtensionMember(string Extension, long Id);

/// <param name="RowType">The table whose columns come in another order, as <c>schema.table</c>.</param>
public sealed record ReorderedValue(string Schema, string Table, string Column, string RowType);

/// <param name="Kind"><c>function</c>, <c>type</c>, <c>event trigger</c> …</param>
/// <param name="Schema">Null for what is in none.</param>
/// <param name="Name">As the server identifies it, quoted.</param>
public sealed record SuperuserObject(string Kind, string? Schema, string Name);

/// <param name="Object">An event trigger, a foreign-data wrapper, or a publication of all tables or of schemas; kind and name, for people.</param>
public sealed record SuperuserOwned(string Role, string Object)
{
    public bool IsPublication => Object.StartsWith("publication ", StringComparison.Ordinal);
}

/// <param name="Function">As the server identifies it, quoted.</param>
public sealed record FunctionParameter(string Schema, string Function, string Parameter);

/// <param name="First">One of their names.</param>
public sealed record SchemaObjects(string Schema, string Kind, int Count, string First);

/// <param name="Provider"><c>icu</c> or <c>libc</c>.</param>
/// <param name="First">One of them, as <c>schema.index</c>.</param>
public sealed record CollatedIndexes(string Provider, int Count, string First);

/// <summary>A foreign key, each table as <c>schema.table</c>.</summary>
public sealed record ForeignKeyFacts(string Name, string Schema, string Table, string ReferencedSchema, string ReferencedTable)
{
    /// <summary>Its triggers do not fire: <c>ALTER TABLE … DISABLE TRIGGER ALL</c>.</summary>
    public bool IsDisabled { get; init; }
}
