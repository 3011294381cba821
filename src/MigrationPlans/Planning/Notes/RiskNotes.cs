using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Checks;

namespace MigrationPlans.Planning.Notes;

/// <summary>What may surprise.</summary>
internal static class RiskNotes
{
    public static IEnumerable<PlanNote> List(MappingFacts facts) =>
    [
        .. Destructive(facts),
        .. Locale(facts),
        .. CollationVersions(facts),
        .. Roles(facts),
        .. facts.CopiedTables.Where(table => table.IsUnlogged)
            .Select(table => Risk($"table {table.Schema}.{table.Name}", "unlogged: its rows do not survive a crash of the target")),
        .. facts.Source.Relations.Where(sequence => sequence is { Kind: RelationKind.Sequence, IsUnlogged: true }
            && facts.SourceServer.Parameters.IsReplica
            && facts.Filter.PicksTable(sequence.Schema, sequence.Name))
            .Select(sequence => Risk(
                $"sequence {sequence.Schema}.{sequence.Name}",
                "unlogged: a read replica can't say where it stands, and it begins anew on the target")),
        .. facts.CopiedTables.Where(table => !table.RoleColumns.IsEmpty)
            .Select(table => Risk(
                $"table {table.Schema}.{table.Name}",
                $"its values in {string.Join(", ", table.RoleColumns)} name roles (`regrole`, `aclitem`), which must be on the target by the names that they have on the source")),
        .. facts.Source.ForeignKeys.Where(key => key.IsDisabled && facts.Filter.PicksRows(key.Schema, key.Table)).Except(ForeignKeyChecks.Crossing(facts))
            .Select(key => Risk(
                $"foreign key {key.Name} of {key.Schema}.{key.Table}",
                "its triggers are disabled on the source and will be enabled on the target: rows that break it make the run fail")),
        .. facts.Source.ForeignServers
            .Where(name => facts.Picked.Keeps("server", schema: null, name))
            .Select(name => Risk($"foreign server {name}", "the target must be able to reach it")),
        .. ExtensionPlans.Wanted(facts).Where(extension => extension.Name == "pg_cron" && facts.Filter.PicksRows("cron", "job"))
            .Select(extension => Risk("jobs of pg_cron", extension.Configuration.Contains(new TableIdentity("cron", "job"))
                ? "sleep on the target until its run has ended, and then run on both servers: unschedule them on one; each keeps the database, user, host and port that its row has on the source"
                : $"stay behind, as version {extension.Version} does not say that its table holds rows of the user's: ALTER EXTENSION pg_cron UPDATE on the source (1.2 and newer do), or schedule them anew")),
        .. SecurityLabelNotes.List(facts),
        .. facts.Mapping.Fence == Fence.None
            ? [Risk($"source {facts.Mapping.From}", "not fenced: what is written after the snapshot stays behind")]
            : (PlanNote[])[],
        .. Statistics(facts),
    ];

    private static IEnumerable<PlanNote> Statistics(MappingFacts facts) =>
        facts.Mapping.Statistics switch
        {
            StatisticsPolicy.None =>
            [
                Risk(
                    $"database {facts.Address}",
                    "without statistics (`statistics: none`): queries are planned without knowing the data until ANALYZE or autovacuum has been there"),
            ],
            StatisticsPolicy.Copy when facts.TargetServer.MajorVersion < 18 =>
            [
                Risk(
                    $"database {facts.Address}",
                    $"PostgreSQL {facts.TargetServer.MajorVersion} can't be told statistics (`statistics: copy`), which takes 18: tables are analyzed instead"),
            ],
            _ => [],
        };

    private static IEnumerable<PlanNote> Destructive(MappingFacts facts)
    {
        if (facts.Replaces)
        {
            yield return Risk($"database {facts.Address}", "exists and is dropped first (`onExisting: replace`)");
        }

        if (facts.Mapping.Fence == Fence.ReadOnly)
        {
            yield return Risk($"source {facts.Mapping.From}", "becomes read-only, and sessions that could still write are ended");
        }
    }

    private static IEnumerable<PlanNote> Locale(MappingFacts facts)
    {
        if (facts.Source.Settings is not { } source)
        {
            yield break;
        }

        if (source.Encoding == "SQL_ASCII")
        {
            yield return Risk("encoding SQL_ASCII", "the source checks no text, so bytes are carried over as they are");
        }

        if (facts.Target is { Exists: true, Settings: { } target } && !facts.Replaces)
        {
            if (target.Encoding != source.Encoding)
            {
                yield return Risk("encoding", $"{source.Encoding} on the source, {target.Encoding} on the target: text that the target can't hold fails");
            }

            if (LocaleOf(target) != LocaleOf(source))
            {
                yield return Risk("collation", $"{LocaleOf(source)} on the source, {LocaleOf(target)} on the target: text sorts differently");
            }
        }
        else if (!IsPortable(source) && facts.TargetServer.Databases.All(database => LocaleOf(database) != LocaleOf(source)))
        {
            yield return Risk("collation", $"no database on the target uses {LocaleOf(source)}; creating one fails if the server lacks it");
        }
    }

    private static IEnumerable<PlanNote> CollationVersions(MappingFacts facts) =>
        from indexes in facts.Source.CollatedIndexes
        let source = facts.SourceServer.CollationVersions.GetValueOrDefault(indexes.Provider)
        let target = facts.TargetServer.CollationVersions.GetValueOrDefault(indexes.Provider)
        where source != target && source is not null
        let count = indexes.Count == 1 ? $"index {indexes.First}" : $"{indexes.Count} indexes, {indexes.First} among them"
        select Risk(
            $"{indexes.Provider} collations",
            $"version {source} on the source, {target ?? "unknown"} on the target: text may sort otherwise, and be equal otherwise, in {count}");

    private static IEnumerable<PlanNote> Roles(MappingFacts facts)
    {
        // A role that the manifest maps to is chosen; one that only happens to have the name may be someone else's.
        var chosen = facts.TargetServer.Roles.Where(role => role.IsSuperuser).Select(role => role.Name)
            .Append(facts.TargetServer.Login.Name).Concat(facts.Mapping.Roles.Map.Keys).ToHashSet(StringComparer.Ordinal);
        foreach (var role in RolePlans.Present(facts).Where(role => !chosen.Contains(role)))
        {
            yield return Risk($"role {role}", "is on the target already and gains the rights that it has on the source; `roles.map` takes another");
        }

        var plain = facts.SourceServer.Roles
            .Where(role => !role.IsSuperuser)
            .Select(role => role.Name)
            .Except(facts.Mapping.Roles.Map.Keys)
            .ToHashSet(StringComparer.Ordinal);
        var mighty = facts.TargetServer.Roles.Where(role => role.IsSuperuser).Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var role in RolePlans.Present(facts).Where(role => plain.Contains(role) && mighty.Contains(role)))
        {
            yield return Risk(
                $"role {role}",
                "is on the target already, as a SUPERUSER, which it is not on the source: functions that run with its rights, and whoever becomes it, can do all there; `roles.map` takes another");
        }

        foreach (var role in RolePlans.Missing(facts))
        {
            if (role.Source.CanLogin && role.PasswordFrom is [var from, ..])
            {
                yield return Risk($"role {role.Name}", $"created with the password that {from.Role} has on {from.Endpoint} (`roles.passwords: copy`)");
            }
            else if (role.Source.CanLogin && facts.Mapping.Roles.Passwords == RolePasswordPolicy.Copy && facts.SourceServer.Login.ReadsPasswords)
            {
                yield return Risk($"role {role.Name}", DescribePassword(role, facts.SourceServer.PasswordKinds.GetValueOrDefault(role.Source.Name, PasswordKind.Other)));
            }
            else if (role.Source.CanLogin)
            {
                yield return Risk($"role {role.Name}", $"created without a password: {WhyPasswordless(facts)}");
            }

            if (facts.TargetServer.FindNotGiven(role.Source) is { Count: > 0 } left)
            {
                var them = left.Count == 1 ? "it" : "them";
                yield return Risk($"role {role.Name}", $"created without {Join(left)}: the target login can't grant {them}");
            }
        }
    }

    private static string DescribePassword(PlannedRole role, PasswordKind kind) => kind switch
    {
        PasswordKind.None => "created without a password: it has none on the source",
        PasswordKind.Md5 when role.Name != role.Source.Name =>
            $"created without a password: the one that {role.Source.Name} has on the source is an MD5 hash, which holds that name",
        _ => "created with the password that it has on the source (`roles.passwords: copy`)",
    };

    private static string WhyPasswordless(MappingFacts facts) =>
        facts.Mapping.Roles.Passwords == RolePasswordPolicy.Copy ? "the source login can't read passwords"
        : $"`roles.passwords` is `none`{(facts.SourceServer.Login.ReadsPasswords ? "; `copy` carries passwords over" : "")}";

    private static string Join(List<string> words) => words.Count == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";

    private static bool IsPortable(DatabaseSettings settings) =>
        settings is { LocaleProvider: "libc", Collate: "C" or "POSIX", Ctype: "C" or "POSIX" };

    private static string LocaleOf(DatabaseSettings settings) =>
        settings.LocaleProvider == "libc"
            ? settings.Collate == settings.Ctype ? $"libc {settings.Collate}" : $"libc {settings.Collate}/{settings.Ctype}"
            : $"{settings.LocaleProvider} {settings.Locale}{(settings.IcuRules is null ? "" : $" with rules {settings.IcuRules}")}";

    private static PlanNote Risk(string subject, string reason) => new(PlanNoteKind.Risk, subject, reason);
}
