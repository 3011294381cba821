using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>A table, a partitioned table, or a filled materialized view on one side.</summary>
/// <param name="IsTree">Partitioned: what counts are the rows of the partitions below.</param>
internal sealed record VerifiedTable(string Schema, string Name, bool IsTree, bool IsMaterializedView, long Bytes, ImmutableArray<RowHashColumn> Columns)
{
    /// <summary>The partitioned table that it is a partition of.</summary>
    public TableIdentity? Parent { get; init; }

    /// <summary>A row may lie in another partition below it in another database.</summary>
    public bool Scatters { get; init; }

    /// <summary>The extension whose configuration it holds.</summary>
    public string? Extension { get; init; }

    /// <summary>For a configuration table of an extension: the <c>WHERE</c> clause of the rows that are the user's, maybe empty.</summary>
    public string? Condition { get; init; }

    /// <summary>The other side's, where rows are the user's only if it holds too.</summary>
    public string? FurtherCondition { get; init; }

    /// <summary>For a tree: the partitions whose rows count; empty when all do.</summary>
    public ImmutableArray<VerifiedTable> Parts { get; init; } = [];

    /// <summary>
    /// For a tree: its partitions that hold rows, or those of them whose rows count, where they can be read one by one; empty where
    /// the tree is read as a whole.
    /// </summary>
    public ImmutableArray<VerifiedTable> Leaves { get; init; } = [];

    /// <summary>For a tree: how many leaves it has, also foreign ones and those of extensions.</summary>
    public long LeafCount { get; init; }

    /// <summary>
    /// What a query of it locks, the table, its TOAST and its indexes, as a share of what the server has room for in each session
    /// (max_locks_per_transaction).
    /// </summary>
    public double Locks { get; init; }

    /// <summary>Columns that tell any two rows apart; empty when there are none.</summary>
    public ImmutableArray<string> Key { get; init; } = [];

    /// <summary>Of the heap; 0 for a tree.</summary>
    public long Pages { get; init; }

    /// <summary>Why the login can't read all rows; null when it can.</summary>
    public string? Unreadable { get; init; }

    public (string Schema, string Name) Id => (Schema, Name);

    /// <summary>For FROM: children that inherit are tables of their own.</summary>
    public string From => this switch
    {
        { Parts.IsEmpty: false } => $"({string.Join(" UNION ALL ", Parts.Select(part => Rows(part.From)))})",
        { Condition: { } condition } when condition.Length > 0 || FurtherCondition is not null =>
            $"({Rows(UserRows.From(Schema, Name, condition, FurtherCondition))})",
        _ => $"{(IsTree ? "" : "ONLY ")}{SqlText.Qualified(Schema, Name)}",
    };

    /// <summary>For a comparison before the jobs of pg_cron are woken.</summary>
    public VerifiedTable WhileJobsSleep() =>
        CronJobs.IsTable(Extension, Schema, Name) ? this with { Columns = Columns.RemoveAll(column => column.Name == CronJobs.Active) } : this;

    /// <summary>As pg_dump reads it, without XML declarations: what an archive does not hold is no difference.</summary>
    public VerifiedTable WithXmlAsPutOut() =>
        this with { Columns = [.. Columns.Select(column => column.Type is RowHashValue.Xml or RowHashValue.XmlArray ? column with { Type = 0 } : column)] };

    public static Task<ImmutableArray<VerifiedTable>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var texts = new TextPool();
        return connection.QueryAsync(
            EmbeddedSql.Load("verify-tables.sql"),
            row => new VerifiedTable(
                texts.Share(row.GetString(0)),
                row.GetString(1),
                row.GetBoolean(2),
                row.GetBoolean(3),
                row.GetInt64(4),
                [.. row.GetFieldValue<string[]>(5).Zip(row.GetFieldValue<uint[]>(6), (name, type) => new RowHashColumn(texts.Share(name), type))])
            {
                Key = [.. row.GetFieldValue<string[]>(7).Select(name => texts.Share(name))],
                Unreadable = row.IsDBNull(8) ? null : row.GetString(8),
                Pages = row.GetInt64(9),
                Parent = row.IsDBNull(10) ? null : new TableIdentity(row.GetString(10), row.GetString(11)),
                Scatters = row.GetBoolean(12),
                Extension = row.IsDBNull(13) ? null : row.GetString(13),
                Condition = row.IsDBNull(14) ? null : row.GetString(14),
                Locks = row.GetDouble(15),
                LeafCount = row.IsDBNull(16) ? 0 : row.GetInt64(16),
            },
            cancellationToken);
    }

    /// <summary>In the tree's order of columns: a partition may have its own.</summary>
    private string Rows(string from) => $"SELECT {string.Join(", ", Columns.Select(column => SqlText.Identifier(column.Name)))} FROM {from}";
}

