using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Takes out what is never carried over, what the mapping skips, and what the target's login may not do.</summary>
internal static class EntryExclusions
{
    /// <summary>Amazon's own role, which owns what RDS puts into databases.</summary>
    private const string RdsAdmin = "rdsadmin";

    public static ImmutableArray<SchemaEntry> Apply(ImmutableArray<SchemaEntry> entries, DatabaseMapping mapping, SourceTraits source, TargetTraits target)
    {
        var present = entries.Select(entry => entry.Id).ToHashSet();
        var gone = entries
            .Where(entry => IsExcluded(entry, mapping, target.IsSuperuser)
                || IsOutOfReach(entry)
                || (target.PublicIsFixed && PublicSchema.IsAbout(entry))
                || IsFixedSchema(entry, mapping, target))
            .Select(entry => entry.Id).ToHashSet();
        bool IsOutOfReach(SchemaEntry entry) =>
            IsOnMember(entry, present) ? IsOnSkipped(entry, source) : IsOnSystemObject(entry, present) && (!target.IsSuperuser || IsOnSkipped(entry, source));
        return [.. entries.Where(entry => !gone.Contains(entry.Id)
            && !IsOwnerOfPublicLeft(entry, mapping, source, target)
            && !(EntryKinds.IsRemark(entry) && entry.DependsOn.Any(gone.Contains)))];
    }

    private static bool IsExcluded(SchemaEntry entry, DatabaseMapping mapping, bool targetIsSuperuser) => entry.Kind switch
    {
        // Their subscribers know the source; the plan's notes say so.
        "PUBLICATION" or "PUBLICATION TABLE" or "PUBLICATION TABLES IN SCHEMA" => !IsPublicationCarried(entry, mapping, targetIsSuperuser),
        "EXTENSION" => mapping.SkipExtensions.Contains(EntryNames.Unqualified(entry)),
        // Only an extension's owner may comment on it, and on RDS that is Amazon.
        "COMMENT" when entry.Tag.StartsWith("EXTENSION ", StringComparison.Ordinal) => !targetIsSuperuser,
        "COMMENT" when IsDefaultComment(entry) => true,
        _ => entry.Owner == RdsAdmin && !targetIsSuperuser,
    };

    /// <summary>
    /// One that is there and not the login's to change; what is said of it goes with it. For the owner that it is to
    /// have, the login acts later.
    /// </summary>
    public static bool IsFixedSchema(SchemaEntry entry, DatabaseMapping mapping, TargetTraits target) =>
        entry.Kind == "SCHEMA" && target.FixedSchemas.Any(schema => schema.Name == EntryNames.Unqualified(entry)
            && schema.Owner != (entry.Owner is { } owner ? Sides.MapRole(mapping, owner) : null));

    /// <summary>What is published without naming tables, only a superuser can publish.</summary>
    public static bool IsPublicationCarried(SchemaEntry entry, DatabaseMapping mapping, bool targetIsSuperuser) =>
        mapping.Publications == PublicationPolicy.Copy
        && (targetIsSuperuser || (entry.Kind != "PUBLICATION TABLES IN SCHEMA" && !SqlScanner.Scan(entry.Sql).Any(token => token.IsWord(entry.Sql, "ALL"))));

    /// <summary>
    /// Only superusers give the schema to the source's superuser, and only where it is there: for the sake of a default that nobody chose, it
    /// need be neither created nor mapped.
    /// </summary>
    public static bool IsOwnerOfPublicLeft(SchemaEntry entry, DatabaseMapping mapping, SourceTraits source, TargetTraits target) =>
        IsPublicOfDefaultOwner(entry, source)
        && (!target.IsSuperuser || !target.Roles.Contains(mapping.Roles.Map.GetValueOrDefault(source.DefaultOwner, source.DefaultOwner)));

    /// <summary>
    /// Below 15, pg_dump says whom the schema public belongs to although nobody ever changed it: a superuser, to whom only superusers can
    /// give it. On the target it stays with the database's owner. What is said of the schema, its grants and comment, is carried over.
    /// </summary>
    private static bool IsPublicOfDefaultOwner(SchemaEntry entry, SourceTraits source) =>
        entry is { Kind: "SCHEMA", Tag: "public" } && IsOfPublicOfDefaultOwner(entry, source);

    /// <summary>The same of all that is said of the schema.</summary>
    public static bool IsOfPublicOfDefaultOwner(SchemaEntry entry, SourceTraits source) =>
        PublicSchema.IsAbout(entry) && source.MajorVersion < 15 && entry.Owner == source.DefaultOwner;

    /// <summary>Every database has this comment; pg_dump prints it needlessly when it quotes all names.</summary>
    private static bool IsDefaultComment(SchemaEntry entry) => entry.Sql == "COMMENT ON SCHEMA \"public\" IS 'standard public schema';";

    /// <summary>Privileges on what an extension brings that is left out: there is nothing to give them on.</summary>
    private static bool IsOnSkipped(SchemaEntry entry, SourceTraits source) =>
        !source.Skipped.IsEmpty
        && source.Skipped.Contains(EntryNames.Qualified(entry) is { } name ? (name.Schema, name.Name) : (null, EntryNames.Unqualified(entry)));

    /// <summary>Privileges on what an extension brings: whoever owns it there can give those.</summary>
    public static bool IsOnMember(SchemaEntry entry, IReadOnlySet<int> present) =>
        entry.Kind == "ACL" && !entry.DependsOn.Any(present.Contains) && (entry.Schema is null
            ? entry.Tag.StartsWith("SCHEMA ", StringComparison.Ordinal) && !PublicSchema.IsAbout(entry)
            : entry.Schema is not ("pg_catalog" or "information_schema"));

    /// <summary>Privileges on catalogs, their functions and built-in languages: only a superuser can give those.</summary>
    public static bool IsOnSystemObject(SchemaEntry entry, IReadOnlySet<int> present) =>
        PostDataEntries.IsPrivilege(entry)
        && entry.Kind != "DEFAULT ACL"
        && !IsOnMember(entry, present)
        && !entry.DependsOn.Any(present.Contains)
        && !entry.Tag.StartsWith("SCHEMA ", StringComparison.Ordinal);
}
