using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Picks entries by schema and table. What picked tables need comes along, parents and types in other schemas included. A
/// view, function or foreign key that needs a table which is not picked stays behind. Parts, comments and privileges follow
/// their objects.
/// </summary>
internal sealed class EntrySelection
{
    private readonly ImmutableArray<SchemaEntry> entries;
    private readonly SelectionFilter filter;
    private readonly bool isIncluding;
    private readonly Dictionary<int, SchemaEntry> byId;
    private readonly ILookup<int, int> links;
    private readonly ILookup<int, SchemaEntry> postponed;
    private readonly HashSet<int> roots = [];
    private readonly HashSet<int> needed = [];
    private readonly HashSet<int> placeable = [];
    private readonly HashSet<int> kept = [];

    private EntrySelection(ImmutableArray<SchemaEntry> entries, DatabaseMapping mapping)
    {
        this.entries = entries;
        filter = SelectionFilter.For(mapping);
        isIncluding = mapping.Include is not null;
        byId = entries.ToDictionary(entry => entry.Id);
        links = PartitionLinks.FindLoose(entries);
        postponed = entries.Where(EntryKinds.IsPostponedDefinition)
            .SelectMany(rule => Needs(rule).Where(EntryKinds.IsRelation).Select(view => (view.Id, rule)))
            .ToLookup(pair => pair.Id, pair => pair.rule);
    }

    /// <summary>The entries that come along, and those that are picked but can't, in the given order.</summary>
    public static (ImmutableArray<SchemaEntry> Kept, ImmutableArray<SchemaEntry> LeftBehind) Apply(
        ImmutableArray<SchemaEntry> entries, DatabaseMapping mapping) =>
        SelectionFilter.For(mapping).IsEverything ? (entries, []) : new EntrySelection(entries, mapping).Select();

    private (ImmutableArray<SchemaEntry> Kept, ImmutableArray<SchemaEntry> LeftBehind) Select()
    {
        roots.UnionWith(entries.Where(IsRoot).Select(entry => entry.Id));
        FollowTables();
        foreach (var entry in entries.Where(CanBePlaced))
        {
            placeable.Add(entry.Id);
        }

        kept.UnionWith(entries.Where(IsKeptItself).Select(entry => entry.Id));
        PullNeeds();
        FollowTypes();
        kept.UnionWith(entries.Where(entry => EntryKinds.IsRemark(entry) && FollowsItsObject(entry)).Select(entry => entry.Id));
        return ([.. entries.Where(entry => kept.Contains(entry.Id))], [.. entries.Where(IsLeftBehind)]);
    }

    private bool IsRoot(SchemaEntry entry) => entry switch
    {
        _ when EntryKinds.IsPart(entry) || EntryKinds.IsRemark(entry) => false,
        { Kind: "EXTENSION" } => true,
        // One of which some tables are picked comes with them.
        { Kind: "SCHEMA" } => filter.PicksWholeSchema(EntryNames.Unqualified(entry)),
        _ when EntryKinds.IsRelation(entry) => EntryNames.Qualified(entry) is var (schema, name) && filter.PicksTable(schema, name),
        { Kind: "SEQUENCE" } when Owner(entry) is { } table => IsRoot(table),
        _ when EntryNames.Schema(entry) is { } schema => filter.PicksWholeSchema(schema),
        _ when EntryKinds.IsGlue(entry) => !isIncluding || Needs(entry).Any(need => need.Kind != "EXTENSION" && IsRoot(need)),
        _ => !isIncluding,
    };

    /// <summary>Everything that picked tables need must come, whatever the pick says of it.</summary>
    private void FollowTables()
    {
        needed.UnionWith(entries.Where(entry => EntryKinds.IsTable(entry) && roots.Contains(entry.Id)).Select(entry => entry.Id));
        foreach (var entry in entries.Reverse().Where(entry => needed.Contains(entry.Id)))
        {
            needed.UnionWith(Needs(entry).Where(need => !EntryKinds.IsPart(need) && !IsOwnSequence(entry, need)).Select(need => need.Id));
        }

        needed.UnionWith(entries.Where(entry => entry.Kind == "SEQUENCE" && Owner(entry) is { } table && needed.Contains(table.Id)).Select(entry => entry.Id));
    }

    /// <summary>Asked in the dump's order: what an entry needs was asked before.</summary>
    private bool CanBePlaced(SchemaEntry entry) =>
        needed.Contains(entry.Id)
        || ((!EntryKinds.IsRelation(entry) || roots.Contains(entry.Id))
            && Needs(entry).All(need => placeable.Contains(need.Id) || IsOwnSequence(entry, need))
            && postponed[entry.Id].SelectMany(Needs).Where(EntryKinds.IsRelation).All(need => roots.Contains(need.Id) || needed.Contains(need.Id)));

    /// <summary>
    /// A sequence can come without the table that owns it: another table's default may use it. Not so that of an identity column, which is
    /// made by changing the table.
    /// </summary>
    private static bool IsOwnSequence(SchemaEntry entry, SchemaEntry need) =>
        entry.Kind == "SEQUENCE" && EntryKinds.IsRelation(need) && !entry.Sql.StartsWith("ALTER TABLE ", StringComparison.Ordinal);

    private bool IsKeptItself(SchemaEntry entry) =>
        needed.Contains(entry.Id)
        || (placeable.Contains(entry.Id) && (roots.Contains(entry.Id)
            || (EntryKinds.IsPart(entry) && Needs(entry).Where(need => EntryKinds.IsRelation(need) || IsPublishedSchema(entry, need)).All(IsKeptItself))));

    /// <summary>That a publication publishes a schema does not bring it along.</summary>
    private static bool IsPublishedSchema(SchemaEntry entry, SchemaEntry need) => entry.Kind == "PUBLICATION TABLES IN SCHEMA" && need.Kind == "SCHEMA";

    private void PullNeeds()
    {
        foreach (var entry in entries.Reverse().Where(entry => kept.Contains(entry.Id)))
        {
            kept.UnionWith(Needs(entry).Where(need => !EntryKinds.IsRelation(need) && !EntryKinds.IsPart(need)).Select(need => need.Id));
        }
    }

    /// <summary>Whatever comes may use a cast of a type that comes; PostgreSQL writes down the cast's function at most.</summary>
    private void FollowTypes()
    {
        while (entries.Where(IsCastOfKept).Select(cast => cast.Id).ToList() is { Count: > 0 } casts)
        {
            kept.UnionWith(casts);
            PullNeeds();
        }
    }

    private bool IsCastOfKept(SchemaEntry entry) =>
        entry.Kind == "CAST"
        && !kept.Contains(entry.Id)
        && placeable.Contains(entry.Id)
        && Needs(entry).Any(need => need.Kind != "EXTENSION" && kept.Contains(need.Id));

    private bool FollowsItsObject(SchemaEntry entry)
    {
        var objects = Needs(entry).ToList();
        return entry.Kind switch
        {
            "USER MAPPING" => entries.Any(server => server.Kind == "SERVER" && kept.Contains(server.Id) && EntryNames.Unqualified(server) == ServerOf(entry)),
            "SEQUENCE OWNED BY" => objects.All(sequence => kept.Contains(sequence.Id) && Owner(sequence) is { } table && kept.Contains(table.Id)),
            _ when objects.Count > 0 => objects.All(need => kept.Contains(need.Id)),
            // About an object that every database has: the schema public, a catalog's function.
            _ when entry.Tag.StartsWith("SCHEMA ", StringComparison.Ordinal) => filter.PicksSchema("public"),
            _ => !isIncluding,
        };
    }

    /// <summary>Also parts of what comes that need something else; attachments are told of by themselves.</summary>
    private bool IsLeftBehind(SchemaEntry entry) =>
        !kept.Contains(entry.Id)
        && (roots.Contains(entry.Id) || (entry.Kind is "POLICY" or "RULE" or "TRIGGER" or "INDEX" or "STATISTICS" or "CHECK CONSTRAINT" or "FK CONSTRAINT"
            && OwnRelation(entry) is { } relation
            && kept.Contains(relation.Id)));

    private SchemaEntry? OwnRelation(SchemaEntry part) =>
        Needs(part).FirstOrDefault(need => EntryKinds.IsRelation(need)
            && need.Schema == part.Schema
            && part.Tag.StartsWith($"{need.Tag} ", StringComparison.Ordinal));

    private SchemaEntry? Owner(SchemaEntry sequence) => Needs(sequence).FirstOrDefault(EntryKinds.IsRelation);

    private static string? ServerOf(SchemaEntry userMapping) =>
        SqlScanner.Scan(userMapping.Sql)
            .SkipWhile(token => !token.IsWord(userMapping.Sql, "SERVER"))
            .Skip(1)
            .Select(token => token.Name(userMapping.Sql))
            .FirstOrDefault();

    private IEnumerable<SchemaEntry> Needs(SchemaEntry entry)
    {
        var needs = entry.DependsOn.Where(id => byId.ContainsKey(id) && !links[entry.Id].Contains(id)).Select(id => byId[id]);
        return entry.Kind == "INDEX ATTACH" ? OfAttachment([.. needs])
            : PostDataEntries.IsForeignKey(entry) && CrossingKeys.Tables(entry).ToList() is { Count: 2 } tables
                ? needs.Where(need => IsOfKey(tables, need))
                : needs;
    }

    /// <summary>
    /// pg_dump also names the keys that the key above is attached to in its turn, up to the root's: of those indexes two are meant,
    /// and the tables that have them.
    /// </summary>
    private IEnumerable<SchemaEntry> OfAttachment(ImmutableArray<SchemaEntry> needs)
    {
        var indexes = needs.Where(need => need.Kind is "INDEX" or "CONSTRAINT").ToList();
        var above = indexes.SelectMany(index => links[index.Id]).ToHashSet();
        // A key that is attached to a mere index is not said to need it.
        var further = above.SelectMany(id => links[id]).ToHashSet();
        var both = indexes.Where(index => !further.Contains(index.Id)).ToList();
        return needs.Where(need => both.Any(index => index.Id == need.Id || (EntryKinds.IsTable(need) && index.DependsOn.Contains(need.Id))));
    }

    /// <summary>pg_dump also names what the referenced index is attached to, and what is attached to it: a key can do without.</summary>
    private bool IsOfKey(List<TableIdentity> tables, SchemaEntry need) => need.Kind switch
    {
        "INDEX ATTACH" => false,
        "INDEX" or "CONSTRAINT" =>
            need.DependsOn.Where(byId.ContainsKey).Select(id => byId[id]).Any(table => EntryKinds.IsTable(table) && IsOfKey(tables, table)),
        _ when EntryKinds.IsTable(need) => EntryNames.Qualified(need) is var (schema, name) && tables.Contains(new TableIdentity(schema, name)),
        _ => true,
    };
}
