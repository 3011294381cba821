using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Checks;

namespace MigrationPlans.Planning.Notes;

/// <summary>What a mapping does not carry over.</summary>
internal static class SkippedNotes
{
    public static IEnumerable<PlanNote> List(MappingFacts facts)
    {
        var source = facts.Source;
        return
        [
            .. RowsLeftOut(facts),
            .. ExtensionPlans.Wanted(facts).SelectMany(extension => extension.Configuration).Where(table => !facts.Filter.PicksRows(table.Schema, table.Name))
                .Select(table => Skipped(
                    $"rows of {table}",
                    "of an extension's table, which comes with the extension: what somebody added to it is not picked")),
            .. facts.Mapping.SkipExtensions.Where(name => source.Extensions.Any(extension => extension.Name == name))
                .Select(name => Skipped($"extension {name}", "named under `extensions.skip`")),
            .. DroppedKeys(facts),
            .. facts.Picked.LeftBehind.Select(left => Skipped(left.Object.Describe(), ReasonOf(left.Object, left.Missing))),
            .. facts.Source.HiddenUserMappings.Select(mapping => Skipped(
                $"options of user mapping {mapping}",
                "the source login may not see them, passwords among them; the mapping arrives without any")),
            .. VersionChecks.UnknownSettings(facts).Select(setting => Skipped(
                $"setting {setting.Name}", $"PostgreSQL {setting.Since} and newer have no such parameter")),
            .. Settings(facts),
            .. Roles(facts),
            .. source.InvalidIndexes.Select(index => Skipped($"index {index}", "invalid: a CREATE INDEX CONCURRENTLY failed on the source")),
            .. PublicationNotes.List(facts),
            .. Subscriptions(facts),
            .. source.Relations.Where(view => view is { Kind: RelationKind.MaterializedView, IsPopulated: false }
                && facts.Filter.PicksTable(view.Schema, view.Name)
                && facts.Picked.Keeps(view.Schema, view.Name))
                .Select(view => Skipped($"rows of {view.Schema}.{view.Name}", "the materialized view is not populated on the source either")),
            .. Unfilled(facts),
        ];
    }

    /// <summary>Settings of the database, of roles in it, and of roles that are created, which take more than the login has.</summary>
    private static IEnumerable<PlanNote> Settings(MappingFacts facts) =>
        facts.Source.OwnSettings
            .Select(setting => (Name: setting, Parameter: setting.Split(" of ", 2)[0]))
            .Concat(RolePlans.Missing(facts)
                .SelectMany(role => role.Source.Settings.Select(setting => setting.Split('=', 2)[0]).Select(name => (Name: $"{name} of {role.Source.Name}", Parameter: name))))
            .Where(setting => !facts.TargetServer.MaySet(setting.Parameter))
            .Select(setting => Skipped(
                $"setting {setting.Name}",
                $"{facts.TargetServer.Login.Name} may not set it on the target (MP6311): where it is wanted, a superuser can"));

    /// <summary>What roles have beside objects of the database: it belongs to the server.</summary>
    private static IEnumerable<PlanNote> Roles(MappingFacts facts)
    {
        var created = RolePlans.Missing(facts).Select(role => role.Source.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. PickedRoles.Left(facts).Select(role => Skipped(
                $"role {role}",
                "has nothing in what is picked: it is not created, and where the target lacks it, what it may do with the database itself stays behind")),
            .. RolePlans.OnlyMembers(facts).Select(pair => Skipped(
                $"role {pair.Role}",
                $"has its rights as a member of {pair.Through} only, so the database does not name it: create it where it is wanted")),
            .. RolePlans.LeftMemberships(facts).Select(pair => Skipped($"membership of role {pair.Role}", $"{pair.Group} {pair.Reason}")),
            .. facts.SourceServer.ParameterPrivileges.Where(pair => created.Contains(pair.Role))
                .Select(pair => Skipped(
                    $"privileges of role {pair.Role} on {pair.Parameter}",
                    "they belong to the server: GRANT SET ON PARAMETER where they are wanted")),
        ];
    }

    private static IEnumerable<PlanNote> Subscriptions(MappingFacts facts) =>
        from subscription in facts.Source.Subscriptions
        let reason = SubscriptionPlans.ReasonLeft(facts, subscription)
        where reason is not null
        select Skipped($"subscription {subscription.Name}", reason);

    /// <summary>A partitioned table speaks for its partitions.</summary>
    private static IEnumerable<PlanNote> RowsLeftOut(MappingFacts facts)
    {
        var left = facts.Source.Relations.Where(table => IsLeftEmpty(facts, table)).ToList();
        var names = left.Select(table => table.Identity).ToHashSet();
        return left
            .Where(table => table.PartitionOf is not { } above || !names.Contains(above))
            .Select(table => table.Kind == RelationKind.PartitionedTable
                ? Skipped($"rows of {table.Identity} and of all its partitions", "named under `exclude.tableData`; the tables themselves are created")
                : Skipped($"rows of {table.Identity}", "named under `exclude.tableData`; the table itself is created"));
    }

    private static IEnumerable<PlanNote> Unfilled(MappingFacts facts) =>
        from view in facts.Source.Relations
        where view is { Kind: RelationKind.MaterializedView, IsPopulated: true } && facts.Picked.Keeps(view.Schema, view.Name)
        let left = facts.Picked.FindUnfilled(view.Schema, view.Name)
        where left is not null
        select Skipped($"rows of {view.Identity}", (left.Schema, left.Name) == (view.Schema, view.Name)
            ? "named under `exclude.tableData`; the materialized view arrives unpopulated"
            : $"come from {left.Schema}.{left.Name}, whose rows stay behind; the materialized view arrives unpopulated");

    private static bool IsLeftEmpty(MappingFacts facts, RelationFacts table) =>
        table.Kind is RelationKind.Table or RelationKind.PartitionedTable
        && facts.Filter.PicksTable(table.Schema, table.Name)
        && !facts.Filter.PicksRows(table.Schema, table.Name);

    private static IEnumerable<PlanNote> DroppedKeys(MappingFacts facts) =>
        facts.Mapping.CrossBoundaryForeignKeys == CrossBoundaryForeignKeys.Drop
            ? ForeignKeyChecks.Crossing(facts).Select(key => Skipped(
                $"foreign key {key.Name} of {key.Schema}.{key.Table}",
                $"refers to {DescribeReferenced(key, ForeignKeyChecks.Left(facts, key))} (`crossBoundaryForeignKeys: drop`)"))
            : [];

    private static string DescribeReferenced(ForeignKeyFacts key, TableIdentity left) => (key.ReferencedSchema, key.ReferencedTable) == (left.Schema, left.Name)
        ? $"{left}, whose rows are not taken"
        : $"{key.ReferencedSchema}.{key.ReferencedTable}, and the rows of its partition {left} are not taken";

    private static string ReasonOf(ObjectNeeds item, ObjectNeeds? missing) => missing is not null
        ? $"needs {missing.Schema}.{missing.Name}, which is not picked"
        : item.Kind == "cast" ? "comes with its types or its function, and none of them comes along"
        : item.Schema is null ? "is in no schema, and nothing that is picked needs it" : "needs what is not picked";

    private static PlanNote Skipped(string subject, string reason) => new(PlanNoteKind.Skipped, subject, reason);
}
