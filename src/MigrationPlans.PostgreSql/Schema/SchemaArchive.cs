using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>A source database's schema as entries, each with its statements: those that the mapping carries over, as they run on the target.</summary>
public sealed record SchemaArchive
{
    /// <summary>In an order in which every entry follows those that it depends on; pre-data first.</summary>
    public required ImmutableArray<SchemaEntry> Entries { get; init; }

    /// <summary>What stays behind or was changed on the way, for the result of the step.</summary>
    public ImmutableArray<Diagnostic> Notes { get; init; } = [];

    /// <summary>The target's login may act for any role without being a member of it.</summary>
    public bool TargetIsSuperuser { get; init; } = true;

    /// <summary>Schemas of the target that the login may not change.</summary>
    internal ImmutableArray<FixedSchemaFacts> FixedSchemas { get; init; } = [];

    /// <summary>The version of the pg_dump that says what becomes of the target's schema <c>public</c>; null where that stays as it is.</summary>
    internal int? PublicByDump { get; init; }

    /// <summary>Whom the schema belongs to though no entry says so; null where one does, or it is the target's matter.</summary>
    internal string? PublicOwner { get; init; }

    /// <summary>Roles that own large objects or gave rights on them, which need not be entries.</summary>
    internal ImmutableArray<string> LargeObjectRoles { get; init; } = [];

    /// <summary>Roles whose rights it takes to carry the database over, each once.</summary>
    public string[] Acting => [.. RolePlaces.Acting(Entries).Union(LargeObjectRoles, StringComparer.Ordinal)];

    public IEnumerable<SchemaEntry> In(SchemaSection section) => Entries.Where(entry => entry.Section == section);
}
