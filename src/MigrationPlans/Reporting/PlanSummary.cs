using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Reporting;

/// <summary>A plan in figures.</summary>
public sealed record PlanSummary
{
    public required int Databases { get; init; }

    /// <summary>Whole instances to move; 0 when the plan was made offline.</summary>
    public required int Instances { get; init; }

    /// <summary>Nothing but whole instances moves.</summary>
    public required bool IsOnlyInstances { get; init; }

    public required int Replaced { get; init; }

    public required int Fenced { get; init; }

    /// <summary>Different roles by target server and name; null when the plan was made offline.</summary>
    public required int? Roles { get; init; }

    /// <summary>Null when the plan was made offline.</summary>
    public required int? Tables { get; init; }

    public required Estimate? Estimate { get; init; }

    public required int Skipped { get; init; }

    public required int Risks { get; init; }

    public required int NotYet { get; init; }

    public required int Steps { get; init; }

    public static PlanSummary Of(MigrationPlan plan)
    {
        var notes = AllNotes(plan).ToList();
        var isOnline = plan.Mode == PlanMode.Online;
        return new PlanSummary
        {
            Databases = plan.Databases.Length,
            Instances = plan.Steps.OfType<RestoreInstanceStep>().Count(),
            IsOnlyInstances = plan.Databases.IsEmpty && !plan.Instances.IsEmpty,
            Replaced = plan.Steps.OfType<CreateDatabaseStep>().Count(step => step.Replaces),
            Fenced = plan.Databases.Where(database => database.Fence == Fence.ReadOnly).Select(database => database.From).Distinct().Count(),
            Roles = isOnline ? CountRoles(plan) : null,
            Tables = isOnline ? plan.Databases.Sum(database => database.Tables?.Length ?? 0) : null,
            Estimate = isOnline ? Total(plan) : null,
            Skipped = notes.Count(note => note.Kind == PlanNoteKind.Skipped),
            Risks = notes.Count(note => note.Kind == PlanNoteKind.Risk),
            NotYet = notes.Count(note => note.Kind == PlanNoteKind.NotYet),
            Steps = plan.Steps.Length,
        };
    }

    /// <summary>One line, in the manner of infrastructure tools.</summary>
    public override string ToString()
    {
        var marks = $"{Skipped} skipped, {HumanUnits.Count(Risks, "risk")}{(NotYet > 0 ? $", {NotYet} not carried out by this version" : "")}";
        if (IsOnlyInstances)
        {
            return $"Plan: {(Tables is null ? "instances not inspected" : $"{HumanUnits.Count(Instances, "instance")} to move")}; {marks}.";
        }

        var create = $"{HumanUnits.Count(Databases, "database")} to carry over{(Instances == 0 ? "" : $", {HumanUnits.Count(Instances, "instance")} to move")}{(Replaced == 0 ? "" : $" ({Replaced} dropped first)")}{(Fenced == 0 ? "" : $", {HumanUnits.Count(Fenced, "source")} to fence")}";
        var content = Tables is { } tables && Estimate is { } estimate
            ? $"{HumanUnits.Count(Roles ?? 0, "role")} to create, {HumanUnits.Count(tables, "table")} to copy ({HumanUnits.Bytes(estimate.Bytes)}, {HumanUnits.EstimatedRows(estimate.Rows)})"
            : "roles and tables not inspected";
        return $"Plan: {create}; {content}; {marks}.";
    }

    internal static IEnumerable<PlanNote> AllNotes(MigrationPlan plan) =>
        plan.Endpoints.SelectMany(endpoint => endpoint.Notes)
            .Concat(plan.Databases.SelectMany(database => database.Notes))
            .Concat(plan.Instances.SelectMany(instance => instance.Notes))
            .Concat(plan.Notes);

    private static int CountRoles(MigrationPlan plan)
    {
        var servers = plan.Databases.ToDictionary(database => database.Address, database => database.To.Endpoint, StringComparer.Ordinal);
        return plan.Steps.OfType<CreateRolesStep>()
            .SelectMany(step => step.Roles ?? [], (step, role) => (servers[step.Database], role.Name))
            .Distinct()
            .Count();
    }

    private static Estimate Total(MigrationPlan plan)
    {
        var parts = plan.Databases.Select(database => database.Estimate).OfType<Estimate>().ToList();
        return new Estimate(parts.Sum(part => part.Bytes), parts.Any(part => part.Rows < 0) ? -1 : parts.Sum(part => part.Rows));
    }
}
