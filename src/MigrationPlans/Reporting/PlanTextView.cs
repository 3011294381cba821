using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Reporting;

/// <summary>A plan for people at a terminal.</summary>
public sealed class PlanTextView(StyledWriter writer)
{
    private const int VerbWidth = 8;

    /// <param name="doneSteps">Ids of steps that an earlier run has done, and how long each took.</param>
    public void Write(MigrationPlan plan, IReadOnlyDictionary<string, TimeSpan>? doneSteps = null)
    {
        writer.WriteLine($"{plan.Name}{(plan.Mode == PlanMode.Offline ? " (offline: nothing was inspected)" : "")}", TextStyle.Heading).WriteLine();
        WriteEndpoints(plan);
        var stepsOf = PlanActions.ByDatabase(plan);
        foreach (var database in plan.Databases)
        {
            WriteDatabase(database, [.. stepsOf[database.Address]], doneSteps);
        }

        foreach (var instance in plan.Instances)
        {
            WriteMove(instance);
        }

        foreach (var steps in plan.Steps.OfType<InstanceStep>().GroupBy(step => step.Database, StringComparer.Ordinal))
        {
            WriteInstance([.. steps], doneSteps);
        }

        if (!plan.Notes.IsEmpty)
        {
            WriteNotes(plan.Notes);
            writer.WriteLine();
        }

        writer.WriteLine(Summary(plan, doneSteps), TextStyle.Heading);
    }

    private static string Summary(MigrationPlan plan, IReadOnlyDictionary<string, TimeSpan>? doneSteps)
    {
        var done = plan.Steps.Count(step => doneSteps?.ContainsKey(step.Id) == true);
        return done switch
        {
            0 => PlanSummary.Of(plan).ToString(),
            _ when done == plan.Steps.Length => $"Nothing to do: all {HumanUnits.Count(done, "step")} are done.",
            _ => $"{PlanSummary.Of(plan)} An earlier run did {done} of {HumanUnits.Count(plan.Steps.Length, "step")}; `apply` goes on from there.",
        };
    }

    private void WriteEndpoints(MigrationPlan plan)
    {
        var width = plan.Endpoints.Select(endpoint => endpoint.Name.Length).DefaultIfEmpty().Max();
        foreach (var endpoint in plan.Endpoints)
        {
            var version = endpoint.MajorVersion is { } major ? $", PostgreSQL {major}, as {endpoint.Login}" : "";
            var role = endpoint.Role == EndpointRole.Source ? "source" : "target";
            writer.WriteLine($"  {role} {endpoint.Name.PadRight(width)}  {endpoint.Location}{version}", TextStyle.Faint);
        }

        writer.WriteLine();
        WriteNotes([.. plan.Endpoints.SelectMany(endpoint => endpoint.Notes)]);
        if (plan.Endpoints.Any(endpoint => !endpoint.Notes.IsEmpty))
        {
            writer.WriteLine();
        }
    }

    private void WriteDatabase(PlannedDatabase database, ImmutableArray<Step> steps, IReadOnlyDictionary<string, TimeSpan>? doneSteps)
    {
        writer.Write($"{database.From} → {database.To}", TextStyle.Heading);
        var done = steps.Count(step => doneSteps?.ContainsKey(step.Id) == true);
        writer.WriteLine(done == 0 ? "" : $"  {done} of {steps.Length} steps done already", TextStyle.Good);
        foreach (var (verb, what, style) in PlanActions.List(database, steps))
        {
            WriteLine(verb, what, style);
        }

        WriteNotes(database.Notes);
        writer.WriteLine();
    }

    private void WriteInstance(ImmutableArray<InstanceStep> steps, IReadOnlyDictionary<string, TimeSpan>? doneSteps)
    {
        var create = steps.OfType<CreateSnapshotStep>().Single();
        writer.Write($"{create.Region}/{create.Instance} → {create.Database}", TextStyle.Heading);
        var done = steps.Count(step => doneSteps?.ContainsKey(step.Id) == true);
        writer.WriteLine(done == 0 ? "" : $"  {done} of {steps.Length} steps done already{Total(steps, doneSteps!)}", TextStyle.Good);
        foreach (var step in steps)
        {
            var elapsed = doneSteps is not null && doneSteps.TryGetValue(step.Id, out var time) ? $" (done in {HumanUnits.Duration(time)})" : "";
            if (PlanActions.Describe(step) is var (verb, what, style))
            {
                WriteLine(verb, what + elapsed, style);
            }
        }

        writer.WriteLine();
    }

    private static string Total(ImmutableArray<InstanceStep> steps, IReadOnlyDictionary<string, TimeSpan> done) =>
        $", {HumanUnits.Duration(TimeSpan.FromTicks(steps.Sum(step => done.GetValueOrDefault(step.Id).Ticks)))} in all";

    private void WriteMove(PlannedInstanceMove move)
    {
        var patterns = move.Match.Identifiers.IsEmpty ? "all" : string.Join(", ", move.Match.Identifiers);
        writer.WriteLine($"instances {patterns} ({move.Match.Engine}) of {move.FromRegion} → {move.Identifier} in {move.ToRegion}", TextStyle.Heading);
        WriteNotes(move.Notes);
        writer.WriteLine();
    }

    /// <summary>Notes with one reason share a line.</summary>
    private void WriteNotes(ImmutableArray<PlanNote> notes)
    {
        foreach (var group in notes.GroupBy(note => (note.Kind, note.Reason)))
        {
            var (verb, style) = Mark(group.Key.Kind);
            WriteLine(verb, $"{NameList.Of(group.Select(note => note.Subject))}: {group.Key.Reason}", style);
        }
    }

    private void WriteLine(string verb, string what, TextStyle style) =>
        writer.Write("  ").Write(verb.PadRight(VerbWidth), style).WriteLine($" {what}");

    private static (string Verb, TextStyle Style) Mark(PlanNoteKind kind) => kind switch
    {
        PlanNoteKind.Skipped => ("skip", TextStyle.Faint),
        PlanNoteKind.Mapped => ("map", TextStyle.Changed),
        PlanNoteKind.NotYet => ("not yet", TextStyle.Bad),
        _ => ("risk", TextStyle.Warning),
    };
}
