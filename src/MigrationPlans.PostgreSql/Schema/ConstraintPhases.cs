using System.Collections.Immutable;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// The order in which the rest of the post-data section is restored. Within a phase the dump's order holds; the foreign
/// keys' second half and leftover indexes run on all workers at once.
/// </summary>
internal sealed record ConstraintPhases
{
    private const string RowSecurityKind = "ROW SECURITY";

    /// <summary>Indexes and constraints that were not built with the data.</summary>
    public ImmutableArray<IndexEntry> Indexes { get; private init; } = [];

    /// <summary>Foreign keys that can be added first and validated later.</summary>
    public ImmutableArray<(SchemaEntry Entry, ForeignKeyStatement Key)> TwoStepKeys { get; private init; } = [];

    /// <summary>
    /// Foreign keys that go in one step, as old as they are on the source: one to a partitioned table brings a key for each partition, under the next
    /// name that is free, and in another order takes that of a key which comes later.
    /// </summary>
    public ImmutableArray<SchemaEntry> OneStepKeys { get; private init; } = [];

    /// <summary>Statistics objects, rules, triggers, policies and postponed views with their indexes.</summary>
    public ImmutableArray<SchemaEntry> Rest { get; private init; } = [];

    /// <summary>Row security that is on although foreign keys are missing: keys that the source got later.</summary>
    public ImmutableArray<SchemaEntry> EarlyRowSecurity { get; private init; } = [];

    /// <summary>Row security, after the keys: a login that it filters for can't check one.</summary>
    public ImmutableArray<SchemaEntry> RowSecurity { get; private init; } = [];

    /// <summary>Comments and labels on any of these.</summary>
    public ImmutableArray<SchemaEntry> Remarks { get; private init; } = [];

    public ImmutableArray<SchemaEntry> Privileges { get; private init; } = [];

    /// <summary>Event triggers with their comments: they would fire on all of the above.</summary>
    public ImmutableArray<SchemaEntry> EventTriggers { get; private init; } = [];

    /// <param name="archive">All entries of the mapping.</param>
    /// <param name="restored">Digests and marks in the target's ledger.</param>
    public static ConstraintPhases Of(SchemaArchive archive, IReadOnlySet<string> restored)
    {
        var missing = archive.In(SchemaSection.PostData).Where(entry => !restored.Contains(entry.Digest)).ToList();
        var indexes = PostDataEntries.IndexWork(archive).Where(index => !restored.Contains(index.Entry.Digest)).ToImmutableArray();
        var eventTriggers = missing.Where(entry => entry.Kind == "EVENT TRIGGER").ToList();
        var late = eventTriggers.Select(entry => entry.Id).ToHashSet();
        var keys = missing.Where(PostDataEntries.IsForeignKey).Select(entry => (Entry: entry, Key: TwoStep(entry, archive))).ToList();
        var early = archive.In(SchemaSection.PostData)
            .Where(entry => keys.Count > 0 && entry.Kind == RowSecurityKind && restored.Contains(entry.Digest))
            .ToImmutableArray();
        var taken = missing.Where(entry => PostDataEntries.IsForeignKey(entry)
            || PostDataEntries.IsPrivilege(entry)
            || IsRemark(entry)
            || entry.Kind is "EVENT TRIGGER" or RowSecurityKind)
            .Concat(indexes.Select(index => index.Entry)).Select(entry => entry.Id).ToHashSet();
        return new ConstraintPhases
        {
            Indexes = indexes,
            TwoStepKeys = [.. keys.Where(key => key.Key is not null).Select(key => (key.Entry, key.Key!))],
            OneStepKeys = [.. keys.Where(key => key.Key is null).Select(key => key.Entry).OrderBy(entry => entry.ObjectOid)],
            Rest = [.. missing.Where(entry => !taken.Contains(entry.Id))],
            EarlyRowSecurity = early,
            RowSecurity = [.. early, .. missing.Where(entry => entry.Kind == RowSecurityKind)],
            Remarks = [.. missing.Where(entry => IsRemark(entry) && !entry.DependsOn.Any(late.Contains))],
            Privileges = [.. missing.Where(PostDataEntries.IsPrivilege)],
            EventTriggers = [.. missing.Where(entry => late.Contains(entry.Id) || (IsRemark(entry) && entry.DependsOn.Any(late.Contains)))],
        };
    }

    private static bool IsRemark(SchemaEntry entry) => entry.Kind is "COMMENT" or "SECURITY LABEL";

    /// <summary>
    /// A key to a partitioned table goes in one step too: validating it later would leave its parts for the single partitions
    /// marked as not valid.
    /// </summary>
    private static ForeignKeyStatement? TwoStep(SchemaEntry key, SchemaArchive archive)
    {
        var needs = key.DependsOn.ToHashSet();
        return archive.Entries.Any(entry => entry.Kind == "TABLE" && needs.Contains(entry.Id) && TableStatement.IsPartitioned(entry.Sql))
            ? null
            : ForeignKeyStatement.TrySplit(key.Sql);
    }
}
