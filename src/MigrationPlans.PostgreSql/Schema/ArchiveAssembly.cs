using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Makes a mapping's archive out of a whole dump: picks, leaves out, maps roles, fits it to the target. Pure.</summary>
internal static class ArchiveAssembly
{
    private const int NamesInNote = 8;

    // Every new database has the schema, and a dump of one without it does not say so. Before 15 it belongs to the server's superuser:
    // where the login may not drop it, it stays, empty. So it does where an extension that somebody created beforehand is in it.
    private const string DropPublic =
        """
        DO $$ BEGIN DROP SCHEMA IF EXISTS "public"; EXCEPTION WHEN insufficient_privilege OR dependent_objects_still_exist THEN NULL; END $$;
        """;

    private static readonly SchemaEntry WithoutPublic = new()
    {
        Id = -1,
        Kind = "SCHEMA",
        Tag = "public",
        Section = SchemaSection.PreData,
        Sql = DropPublic,
        Digest = SchemaEntry.DigestOf("SCHEMA", schema: null, "public", DropPublic),
    };

    /// <exception cref="StepFailedException">A foreign key leads out of the pick, and the mapping does not say to drop it.</exception>
    public static SchemaArchive Assemble(ImmutableArray<SchemaEntry> dump, DatabaseMapping mapping, SourceTraits source, TargetTraits target)
    {
        var (inside, crossing) = CrossingKeys.Apply(ChildColumns.Add(LanguageHandlers.Name(dump, source), source, target), mapping);
        if (crossing.Length > 0 && mapping.CrossBoundaryForeignKeys == CrossBoundaryForeignKeys.Error)
        {
            throw new StepFailedException(SchemaDiagnostics.CrossingKey(mapping.Address, crossing[0].Tag), FailureClass.Permanent);
        }

        var (picked, leftBehind) = EntrySelection.Apply(inside, mapping);
        var carried = EntryExclusions.Apply(PartitionAttachments.FromTheTop(picked), mapping, source, target);
        if (!source.HasPublic && SelectionFilter.For(mapping).IsEverything)
        {
            carried = [WithoutPublic, .. carried];
        }

        var left = SecurityLabels.Left(carried, target.MissingLabelProviders).ToLookup(label => label.Provider, label => label.Object, StringComparer.Ordinal);
        carried = SecurityLabels.Without(carried, target.MissingLabelProviders);
        var subscriptions = SubscriptionEntries.Carried(mapping, source, target).ToList();
        carried = [.. carried.Select(entry => LeaveOwnerOpen(entry, source)), .. SubscriptionEntries.Of(subscriptions, target.MajorVersion)];
        var roles = new RoleRewriter(mapping.Roles.Map);
        var present = dump.Select(entry => entry.Id).ToHashSet();
        var fit = new TargetFit(target.ActingFor(carried.Select(roles.Rewrite)), present);
        return new SchemaArchive
        {
            TargetIsSuperuser = target.IsSuperuser,
            FixedSchemas = target.FixedSchemas,
            LargeObjectRoles = [.. source.LargeObjectRoles.Select(role => Sides.MapRole(mapping, role)).Distinct(StringComparer.Ordinal)],
            PublicByDump = source.HasPublic && !target.PublicIsFixed && SelectionFilter.For(mapping).PicksSchema("public") ? source.DumpMajor : null,
            PublicOwner = UnsaidOwnerOfPublic(mapping, source, target),
            Entries = [.. carried.Select(roles.Rewrite).Select(fit.Adapt)],
            Notes =
            [
                .. Note(crossing.Select(key => key.Tag), names => SchemaDiagnostics.DroppedKeys(mapping.Address, names)),
                .. Note(leftBehind.Select(entry => entry.Describe()), names => SchemaDiagnostics.LeftBehind(mapping.Address, names)),
                .. Note(NotCarried(picked, mapping, source, target), names => SchemaDiagnostics.NotCarried(mapping.Address, names)),
                .. Note(subscriptions.Select(SubscriptionEntries.Describe), names => SchemaDiagnostics.SubscriptionsOff(mapping.To.ToString(), names)),
                .. left.SelectMany(labels => Note(labels, names => SchemaDiagnostics.LabelsLeft(mapping.To.ToString(), labels.Key, names))),
                .. fit.MissingTablespaces.Select(name => SchemaDiagnostics.TablespaceMissing(mapping.To.ToString(), name)),
            ],
        };
    }

    /// <summary>
    /// Whom a schema public of the default owner belongs to on the target is up to the target: no grant of it is given in
    /// the source's owner's name.
    /// </summary>
    private static SchemaEntry LeaveOwnerOpen(SchemaEntry entry, SourceTraits source) =>
        EntryExclusions.IsOfPublicOfDefaultOwner(entry, source) ? entry with { Owner = null } : entry;

    private static IEnumerable<string> NotCarried(ImmutableArray<SchemaEntry> picked, DatabaseMapping mapping, SourceTraits source, TargetTraits target)
    {
        var present = picked.Select(entry => entry.Id).ToHashSet();
        return
        [
            .. picked.Where(entry => entry.Kind == "PUBLICATION" && !EntryExclusions.IsPublicationCarried(entry, mapping, target.IsSuperuser))
                .Select(entry => $"publication {entry.Tag}"),
            .. SubscriptionEntries.Left(mapping, source, target),
            .. picked.Any(PublicSchema.IsAbout) && DiffersInPublic(mapping, source, target)
                ? ["what is said of schema public (owner, privileges, comment)"]
                : Array.Empty<string>(),
            .. picked.Where(entry => EntryExclusions.IsFixedSchema(entry, mapping, target))
                .Select(entry => $"what is said of schema {entry.Tag} (owner, privileges, comment)"),
            .. picked.Where(entry => !target.PublicIsFixed && EntryExclusions.IsOwnerOfPublicLeft(entry, mapping, source, target))
                .Select(entry => $"owner of schema public ({entry.Owner})"),
            .. picked.Where(entry => !target.IsSuperuser && EntryExclusions.IsOnSystemObject(entry, present)).Select(entry => $"privileges on {entry.Tag}"),
            .. ChildColumns.Left(picked, source, target),
            .. source.InvalidIndexes.Select(index => $"invalid index {index}"),
        ];
    }

    /// <summary>A pg_dump of below 15 does not name the default owner, and a newer one does, to whom a superuser gives the schema.</summary>
    private static string? UnsaidOwnerOfPublic(DatabaseMapping mapping, SourceTraits source, TargetTraits target) =>
        source is { MajorVersion: < 15, DumpMajor: < 15, Public.HasDefaultOwner: true }
        && target.IsSuperuser
        && Sides.MapRole(mapping, source.DefaultOwner) is var owner
        && target.Roles.Contains(owner)
            ? owner
            : null;

    /// <summary>A newer pg_dump says of every schema public of below 15 what nobody ever changed.</summary>
    private static bool DiffersInPublic(DatabaseMapping mapping, SourceTraits source, TargetTraits target) =>
        target.FixedPublic is { } there && !PublicSchemaDifference.Find(source.Public, there, role => Sides.MapRole(mapping, role)).IsEmpty;

    private static IEnumerable<Diagnostic> Note(IEnumerable<string> names, Func<string, Diagnostic> toNote)
    {
        var all = names.ToList();
        var listed = string.Join(", ", all.Take(NamesInNote));
        return all.Count == 0 ? [] : [toNote(all.Count > NamesInNote ? $"{listed} and {all.Count - NamesInNote} more" : listed)];
    }
}
