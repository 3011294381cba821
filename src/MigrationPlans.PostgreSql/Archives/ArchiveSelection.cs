using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Which rows of a source go into the archive, as the mapping picks them; read at the snapshot that is dumped.</summary>
internal sealed record ArchiveSelection
{
    public required ImmutableArray<ArchivedTable> Tables { get; init; }

    /// <summary>pg_dump patterns for rows that stay behind, each exactly for what it names.</summary>
    public required ImmutableArray<string> ExcludedRows { get; init; }

    /// <summary>They belong to no schema, so that a part of a database has none; as with <c>stream</c>.</summary>
    public required bool WithLargeObjects { get; init; }

    /// <summary>Of large objects; 0 when they stay behind.</summary>
    public required long LargeObjectBytes { get; init; }

    /// <summary>How many large objects stay behind.</summary>
    public required long LargeObjectsLeft { get; init; }

    public long Bytes => Tables.Sum(table => table.Bytes) + LargeObjectBytes;

    public static async Task<ArchiveSelection> ReadAsync(NpgsqlConnection source, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var unused = (await UserRowsLook.ReadAsync(source, await CopyCatalog.ReadTablesAsync(source, cancellationToken), cancellationToken))
            .Where(table => table is { Condition: not null, Pages: 0 }).Select(table => table.Name).ToHashSet();
        var relations = await source.QueryAsync(
            EmbeddedSql.Load("archived-relations.sql"),
            row => new Relation(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetInt64(3), row.IsDBNull(4) ? null : row.GetString(4))
            {
                IsPartitioned = row.GetBoolean(5),
                IsUnused = unused.Contains(new TableName(row.GetString(0), row.GetString(1))),
                Parent = row.IsDBNull(6) ? null : new TableIdentity(row.GetString(6), row.GetString(7)),
            },
            cancellationToken);
        var large = await source.QueryAsync(
            "SELECT pg_catalog.count(*), pg_catalog.pg_table_size('pg_catalog.pg_largeobject') FROM pg_catalog.pg_largeobject_metadata",
            row => (Count: row.GetInt64(0), Bytes: row.GetInt64(1)),
            cancellationToken);
        return From(relations, large[0].Count, large[0].Bytes, mapping);
    }

    internal static ArchiveSelection From(ImmutableArray<Relation> relations, long largeObjects, long largeObjectBytes, DatabaseMapping mapping)
    {
        var filter = SelectionFilter.For(mapping).Knowing(relations.Select(relation => (new TableIdentity(relation.Schema, relation.Name), relation.Parent)));
        var filled = relations.Where(relation => !relation.IsPartitioned).ToImmutableArray();
        var excluded = filled.Where(IsExcluded).ToList();
        return new ArchiveSelection
        {
            Tables = [.. filled.Except(excluded)
                .Where(relation => !relation.IsSequence && relation.Extension is null)
                .Select(relation => new ArchivedTable(relation.Schema, relation.Name, relation.Bytes))],
            ExcludedRows = [.. Patterns(filled, excluded)],
            WithLargeObjects = filter.IsEverything,
            LargeObjectBytes = filter.IsEverything && largeObjects > 0 ? largeObjectBytes : 0,
            LargeObjectsLeft = filter.IsEverything ? 0 : largeObjects,
        };

        // Positions of sequences are picked at the restore, with the sequences.
        bool IsExcluded(Relation relation) =>
            relation.IsUnused || (relation.Extension is { } extension && mapping.SkipExtensions.Contains(extension))
            || (!relation.IsSequence && !filter.PicksRows(relation.Schema, relation.Name));
    }

    /// <summary>One pattern for a schema of which nothing is wanted, so that a small pick of a large database stays a short command.</summary>
    private static IEnumerable<string> Patterns(ImmutableArray<Relation> relations, List<Relation> excluded)
    {
        var wanted = relations.Except(excluded).Select(relation => relation.Schema).ToHashSet(StringComparer.Ordinal);
        foreach (var schema in excluded.GroupBy(relation => relation.Schema, StringComparer.Ordinal))
        {
            if (!wanted.Contains(schema.Key))
            {
                yield return $"{SqlText.Identifier(schema.Key)}.*";
                continue;
            }

            foreach (var relation in schema)
            {
                yield return SqlText.Qualified(relation.Schema, relation.Name);
            }
        }
    }

    internal sealed record Relation(string Schema, string Name, bool IsSequence, long Bytes, string? Extension)
    {
        /// <summary>Its rows are those of its partitions.</summary>
        public bool IsPartitioned { get; init; }

        /// <summary>An extension's, without rows of the user's: who does not own the extension could not even bring none.</summary>
        public bool IsUnused { get; init; }

        /// <summary>The partitioned table that it is a partition of.</summary>
        public TableIdentity? Parent { get; init; }
    }
}
