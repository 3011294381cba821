using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>A mapping with everything that was seen about its two sides; what the checks and notes look at.</summary>
internal sealed record MappingFacts
{
    public required MigrationManifest Manifest { get; init; }

    public required DatabaseMapping Mapping { get; init; }

    public required EndpointFacts SourceServer { get; init; }

    public required EndpointFacts TargetServer { get; init; }

    public required DatabaseFacts Source { get; init; }

    public required DatabaseFacts Target { get; init; }

    public required SourceMap Positions { get; init; }

    /// <summary>The target, where a plan of this state filled it and was finished, under another mapping than this one.</summary>
    public FilledDatabase? FilledBefore { get; init; }

    /// <summary>Roles to create on the target that it shares with other mappings or names.</summary>
    public ImmutableArray<SharedRole> SharedRoles { get; init; } = [];

    public SelectionFilter Filter => field ??= SelectionFilter.For(Mapping).Knowing(Source.Partitions);

    /// <summary>What of the source comes along under the mapping's pick.</summary>
    public PickedObjects Picked => field ??= new PickedObjects(Mapping, Source.ObjectNeeds);

    public string Address => Mapping.Address;

    /// <summary>The target is what an earlier, unfinished run of this very plan left.</summary>
    public bool IsResumed => Target.LedgerPlan == Manifest.Name;

    /// <summary>The target holds something of others, be it only extensions, which goes.</summary>
    public bool Replaces => Target.Exists && (!Target.IsEmpty || Target.HasExtensions) && !IsResumed && Mapping.OnExisting == OnExisting.Replace;

    /// <summary>The target's schema <c>public</c> before anything is restored, where the login may not change what is said of it; null where it may.</summary>
    public PublicSchemaFacts? FixedPublic => Target.Exists && !Replaces
        ? Target.Public is { IsFixed: true } there ? there : null
        : TargetServer.OwnerOfNewPublic is { } superuser ? PublicSchemaFacts.FixedInNewDatabase(superuser) : null;

    /// <summary>Relations whose rows are copied.</summary>
    public IEnumerable<RelationFacts> CopiedTables =>
        Source.Relations.Where(relation => relation.Kind == RelationKind.Table && Filter.PicksRows(relation.Schema, relation.Name));

    /// <summary>
    /// Roles of the source that own what is picked, by an example; the database's too, where it is not its owner's on the target already.
    /// Without Amazon's that are not mapped, whose objects stay behind.
    /// </summary>
    public IEnumerable<(string Role, string Example)> PickedOwners
    {
        get
        {
            var tables = Source.Relations.Where(relation => Filter.PicksTable(relation.Schema, relation.Name))
                .Select(relation => (relation.Owner, $"{relation.Schema}.{relation.Name}"));
            var others = Source.Owners.Where(owner => !owner.IsGiver && Picks(owner)).Select(owner => (owner.Role, owner.Example));
            var isSet = Source.Settings is null
                || (Target is { Exists: true, Settings: { } there } && !Replaces && there.Owner == TargetName(Source.Settings.Owner));
            var database = isSet ? [] : new[] { (Source.Settings!.Owner, $"database {Mapping.From.Database}") };
            var brought = PickedRoles.Uses(this).Where(use => use.IsOwner).Select(use => (use.Role, use.Name!));
            return tables.Concat(others).Concat(brought).Concat(database).Concat(OwnersOfPublic).Where(owner => IsCarried(owner.Item1));
        }
    }

    /// <summary>Roles of the source that gave rights to what is picked and another one's, by an example of that.</summary>
    public IEnumerable<(string Role, string Example)> PickedGivers =>
        Source.Owners.Where(owner => owner.IsGiver && Picks(owner)).Select(owner => (owner.Role, owner.Example))
            .Concat(PickedRoles.Uses(this).Where(use => use.IsGiver).Select(use => (use.Role, use.Name!)))
            .Where(giver => IsCarried(giver.Item1));

    /// <summary>Whom the schema <c>public</c> is given to: nobody where that is as in every new database, or is not the login's to change.</summary>
    private IEnumerable<(string Role, string Example)> OwnersOfPublic =>
        Source.Public is { HasDefaultOwner: false } there && FixedPublic is null && Filter.PicksSchema("public") ? [(there.Owner, "schema public")] : [];

    /// <summary>The schema itself comes along: as a whole, or because one of its tables is picked.</summary>
    public bool PicksSchema(string schema) => Filter.PicksWholeSchema(schema)
        || Source.Relations.Any(relation => relation.Schema == schema && relation.Kind != RelationKind.Sequence && Filter.PicksTable(schema, relation.Name));

    public SourceSpan? At(string property) => Positions.Value(ManifestPath.Property(Mapping.Path, property));

    /// <summary>The role's name on the target.</summary>
    public string TargetName(string sourceRole) => Mapping.Roles.Map.GetValueOrDefault(sourceRole, sourceRole);

    private bool Picks(OwnerFacts owner) => owner switch
    {
        { Schema: { } schema, Relation: { } relation } => Filter.PicksTable(schema, relation) && Picked.Keeps(schema, relation),
        { Schema: { } schema } => Filter.PicksWholeSchema(schema),
        { IsOfLargeObjects: true } => Filter.IsEverything,
        _ => Mapping.Include is null,
    };

    private bool IsCarried(string role) => role != RdsRoles.Administrator || Mapping.Roles.Map.ContainsKey(role);
}
