using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Reporting;

/// <summary>What happens to a database, in words: the lines that the text and the Markdown view share.</summary>
internal static class PlanActions
{
    private const int NamedTables = 3;

    /// <summary>The steps by the database that they are for: a plan can have thousands, and to look through all steps for each takes minutes.</summary>
    public static ILookup<string, Step> ByDatabase(MigrationPlan plan) => plan.Steps.ToLookup(step => step.Database, StringComparer.Ordinal);

    /// <summary>A verb and what it acts on.</summary>
    /// <param name="steps">The database's.</param>
    public static IEnumerable<(string Verb, string What, TextStyle Style)> List(PlannedDatabase database, IEnumerable<Step> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case CreateRolesStep { Roles: { IsEmpty: false } roles }:
                    yield return ("create", $"{Counts.Word(roles.Length, "role")} {NameList.Of(roles.Select(role => role.Name))}", TextStyle.Good);
                    break;
                case CreateRolesStep { Roles: null }:
                    yield return ("create", "roles that are missing", TextStyle.Good);
                    break;
                case FenceSourceStep:
                    yield return ("fence", $"{database.From} becomes read-only", TextStyle.Warning);
                    break;
                case CreateDatabaseStep create:
                    yield return create.Replaces
                        ? ("replace", $"database {database.To.Database}: what is there is dropped", TextStyle.Bad)
                        : ("create", $"database {database.To.Database}{Describe(create.Settings)}", TextStyle.Good);
                    break;
                case RestoreSchemaStep restore:
                    foreach (var line in Extensions(restore.Extensions))
                    {
                        yield return line;
                    }

                    break;
                case DumpArchiveStep dump:
                    yield return ("dump", $"{Tables(database)}{(dump.Directory is null ? "" : $", into {dump.Directory}")}", TextStyle.Changed);
                    break;
                case RestoreArchiveStep restore:
                    foreach (var line in Extensions(restore.Extensions))
                    {
                        yield return line;
                    }

                    yield return ("restore", $"the archive, which {(restore.Keeps ? "stays" : "is deleted then")}", TextStyle.Changed);
                    break;
                case CopyDataStep:
                    yield return ("copy", Tables(database), TextStyle.Changed);
                    break;
                case RefreshViewsStep { Views: { IsEmpty: false } views }:
                    yield return ("refresh", $"{HumanUnits.Count(views.Length, "materialized view")}", TextStyle.Changed);
                    break;
                case VerifyStep { Level: not VerificationLevel.None } verify:
                    yield return ("verify", verify.Level == VerificationLevel.Checksums ? "row counts and checksums" : "row counts", TextStyle.Changed);
                    break;
            }
        }
    }

    /// <summary>What a step of a move by snapshot does.</summary>
    public static (string Verb, string What, TextStyle Style)? Describe(InstanceStep step) => step switch
    {
        CreateSnapshotStep snapshot =>
            (
                "create",
                $"snapshot {snapshot.Snapshot} in {snapshot.Region}{(snapshot.ShareWith is { } account ? $", shared with {account}" : "")}",
                TextStyle.Good),
        CopySnapshotStep copy => ("copy", $"snapshot to {copy.Region}{(copy.KmsKeyId is { } key ? $", encrypted with {key}" : "")}", TextStyle.Good),
        RestoreInstanceStep restore =>
            ("create", $"instance {restore.Instance} in {restore.Region}, {restore.InstanceClass}{(restore.MultiAz ? ", Multi-AZ" : "")}{(restore.ParameterGroup is { } group ? $", parameter group {group}" : "")}", TextStyle.Good),
        VerifyInstanceStep verify =>
            (
                "verify",
                $"{verify.Engine} {verify.EngineVersion}, {verify.AllocatedStorage} GiB{(verify.IsEncrypted ? ", encrypted" : "")}, available",
                TextStyle.Changed),
        UnshareSnapshotStep unshare => ("unshare", $"snapshot {unshare.Snapshot} in {unshare.Region}, from {unshare.SharedWith}", TextStyle.Changed),
        _ => null,
    };

    private static IEnumerable<(string Verb, string What, TextStyle Style)> Extensions(ImmutableArray<ExtensionFacts>? extensions) =>
        extensions is { IsEmpty: false } list
            ? [("create", $"{Counts.Word(list.Length, "extension")} {string.Join(", ", list.Select(extension => extension.Name))}", TextStyle.Good)]
            : [];

    private static string Describe(DatabaseSettings? settings) =>
        settings is null ? "" : $" ({settings.Encoding}, {settings.LocaleProvider} {settings.Locale ?? settings.Collate})";

    private static string Tables(PlannedDatabase database)
    {
        if (database is not { Tables: { } tables, Estimate: { } estimate })
        {
            return "all picked tables";
        }

        var total = $"{HumanUnits.Count(tables.Length, "table")}, {HumanUnits.Bytes(estimate.Bytes)}, {HumanUnits.EstimatedRows(estimate.Rows)}";
        var largest = tables.OrderByDescending(table => table.Estimate?.Bytes ?? 0).Take(NamedTables)
            .Select(table => $"{table.Schema}.{table.Name} {HumanUnits.Bytes(table.Estimate?.Bytes ?? 0)}");
        return tables.Length > 1 ? $"{total}; largest: {string.Join(", ", largest)}" : total;
    }
}
