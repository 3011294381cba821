using MigrationPlans.Diagnostics;

namespace MigrationPlans.Planning.Notes;

/// <summary>What arrives under another name or with another value.</summary>
internal static class MappedNotes
{
    private const string DefaultTablespace = "pg_default";

    public static IEnumerable<PlanNote> List(MappingFacts facts) =>
    [
        .. Database(facts),
        .. RolePlans.Needed(facts).Where(role => facts.TargetName(role) != role)
            .Select(role => new PlanNote(PlanNoteKind.Mapped, $"role {role}", $"becomes {facts.TargetName(role)}")),
        .. Extensions(facts),
        .. SubscriptionPlans.Carried(facts)
            .Select(subscription => new PlanNote(
                PlanNoteKind.Mapped,
                $"subscription {subscription.Name}",
                "is created disabled, without slot and password: set both and enable it once the source's is off (MP6214)")),
        .. facts.Picked.BroughtAlong.Select(table => new PlanNote(
            PlanNoteKind.Mapped, table.Describe(), "comes along without rows: picked tables can't be without it")),
        .. facts.Picked.Detached.Select(pair => new PlanNote(
            PlanNoteKind.Mapped,
            pair.Partition.Describe(),
            $"becomes a table of its own: {pair.Root.Schema}.{pair.Root.Name}, whose partition it is, is not picked")),
        .. facts.Source.ReorderedTables.Where(table => facts.Source.Relations.Any(relation => $"{relation.Schema}.{relation.Name}" == table
            && facts.Filter.PicksTable(relation.Schema, relation.Name)))
            .Select(table => new PlanNote(PlanNoteKind.Mapped, $"table {table}", "its columns come in another order: inherited ones first; names stay")),
        .. Tablespaces(facts),
    ];

    private static IEnumerable<PlanNote> Tablespaces(MappingFacts facts)
    {
        var used = facts.Source.Tablespaces
            .Where(used => facts.Filter.PicksTable(used.Schema, used.Table) && facts.Picked.Keeps(used.Schema, used.Table))
            .ToList();
        var usable = used.Count == 0 ? [] : UsableTablespaces(facts);
        foreach (var missing in used.Where(used => !usable.Contains(used.Name)).GroupBy(used => used.Name, StringComparer.Ordinal))
        {
            yield return new PlanNote(
                PlanNoteKind.Mapped,
                $"tablespace {missing.Key}",
                $"the run can't create in one of that name: what is in it, of {missing.First().Schema}.{missing.First().Table}{More(missing.Count() - 1)}, goes into the database's own (MP6211)");
        }

        if (IsCreated(facts) && facts.Source.Settings?.Tablespace is { } own && !facts.TargetServer.Tablespaces.Contains(own))
        {
            yield return new PlanNote(
                PlanNoteKind.Mapped,
                $"tablespace {own} of the database",
                "the login can't create in one of that name: the database goes into the server's default one (MP6211)");
        }

        static string More(int count) => count == 0 ? "" : $" and {Counts.Of(count, "more table")}";
    }

    /// <summary>The login's, those of the owners that the run acts for, and the database's own, which takes no privilege.</summary>
    private static HashSet<string> UsableTablespaces(MappingFacts facts)
    {
        var wanted = IsCreated(facts) ? facts.Source.Settings?.Tablespace : facts.Target.Settings?.Tablespace;
        var own = IsCreated(facts) && wanted is not null && !facts.TargetServer.Tablespaces.Contains(wanted) ? null : wanted;
        var owners = facts.PickedOwners.Select(owner => facts.TargetName(owner.Role)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. facts.TargetServer.Tablespaces,
            own ?? DefaultTablespace,
            .. facts.TargetServer.TablespacePrivileges.Where(pair => owners.Contains(pair.Role)).Select(pair => pair.Tablespace),
        ];
    }

    private static bool IsCreated(MappingFacts facts) => !facts.Target.Exists || facts.Replaces;

    private static IEnumerable<PlanNote> Database(MappingFacts facts)
    {
        if (facts.SourceServer.MajorVersion != facts.TargetServer.MajorVersion)
        {
            yield return new PlanNote(
                PlanNoteKind.Mapped, "server version", $"PostgreSQL {facts.SourceServer.MajorVersion} becomes {facts.TargetServer.MajorVersion}");
        }
    }

    private static IEnumerable<PlanNote> Extensions(MappingFacts facts)
    {
        foreach (var extension in ExtensionPlans.Wanted(facts))
        {
            var login = facts.TargetServer.Login.Name;
            var prepared = ExtensionPlans.FindPrepared(facts, extension.Name);
            if (prepared is null && extension.Owner is { } owner && facts.TargetName(owner) != login && !RolePlans.IsProvided(facts.SourceServer, owner))
            {
                yield return new PlanNote(
                    PlanNoteKind.Mapped,
                    $"extension {extension.Name}",
                    $"belongs to {login} instead of {facts.TargetName(owner)}: it can't be given away");
            }

            if ((prepared?.Version ?? facts.TargetServer.AvailableExtensions.GetValueOrDefault(extension.Name)) is { } version && version != extension.Version)
            {
                yield return new PlanNote(PlanNoteKind.Mapped, $"extension {extension.Name}", $"version {extension.Version} becomes {version}");
            }
        }
    }
}
