using System.Text;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Reporting;

/// <summary>A plan as a comment on a pull request.</summary>
public static class PlanMarkdownView
{
    public static string Render(MigrationPlan plan)
    {
        var text = new StringBuilder();
        Line(text, $"## Migration plan `{plan.Name}`{(plan.Mode == PlanMode.Offline ? " (offline)" : "")}");
        Line(text);
        Line(text, $"**{Escape(PlanSummary.Of(plan).ToString())}**");
        if (!plan.Databases.IsEmpty)
        {
            WriteTable(text, plan);
        }

        var stepsOf = PlanActions.ByDatabase(plan);
        foreach (var database in plan.Databases)
        {
            WriteDatabase(text, database, stepsOf[database.Address]);
        }

        WriteInstances(text, plan);
        var others = plan.Endpoints.SelectMany(endpoint => endpoint.Notes).Concat(plan.Instances.SelectMany(move => move.Notes)).Concat(plan.Notes).ToList();
        if (others.Count > 0)
        {
            Line(text);
            Line(text, "### Beside the databases");
            Line(text);
            WriteNotes(text, others);
        }

        Line(text);
        Line(text, $"<sub>plan {plan.Digest[..12]} of manifest {Shorten(plan.ManifestDigest)}</sub>");
        return text.ToString();
    }

    private static void WriteInstances(StringBuilder text, MigrationPlan plan)
    {
        foreach (var move in plan.Instances)
        {
            var patterns = move.Match.Identifiers.IsEmpty ? "all" : string.Join(", ", move.Match.Identifiers);
            Line(text);
            Line(text, $"**Instances** {Escape($"{patterns} ({move.Match.Engine}) of {move.FromRegion} → {move.Identifier} in {move.ToRegion}")}");
        }

        var snapshots = plan.Steps.OfType<CreateSnapshotStep>().ToList();
        if (snapshots.Count == 0)
        {
            return;
        }

        Line(text);
        Line(text, "| instance | becomes | by snapshot |");
        Line(text, "|---|---|---|");
        foreach (var snapshot in snapshots)
        {
            Line(text, $"| {Escape($"{snapshot.Region}/{snapshot.Instance}")} | {Escape(snapshot.Database)} | {Escape(snapshot.Snapshot)} |");
        }
    }

    private static void WriteTable(StringBuilder text, MigrationPlan plan)
    {
        Line(text);
        Line(text, "| from | to | tables | size | risks |");
        Line(text, "|---|---|--:|--:|--:|");
        foreach (var database in plan.Databases)
        {
            var tables = database.Tables is { } list ? HumanUnits.Count(list.Length) : "?";
            var size = database.Estimate is { } estimate ? HumanUnits.Bytes(estimate.Bytes) : "?";
            var risks = database.Notes.Count(note => note.Kind == PlanNoteKind.Risk);
            Line(text, $"| {Escape(database.From.ToString())} | {Escape(database.To.ToString())} | {tables} | {size} | {risks} |");
        }
    }

    private static void WriteDatabase(StringBuilder text, PlannedDatabase database, IEnumerable<Step> steps)
    {
        Line(text);
        Line(text, $"<details><summary>{Escape(database.From.ToString())} → {Escape(database.To.ToString())}</summary>");
        Line(text);
        foreach (var (verb, what, _) in PlanActions.List(database, steps))
        {
            Line(text, $"- **{verb}** {Escape(what)}");
        }

        WriteNotes(text, database.Notes);
        Line(text);
        Line(text, "</details>");
    }

    private static void WriteNotes(StringBuilder text, IEnumerable<PlanNote> notes)
    {
        foreach (var group in notes.GroupBy(note => (note.Kind, note.Reason)))
        {
            var word = group.Key.Kind switch
            {
                PlanNoteKind.Skipped => "skip",
                PlanNoteKind.Mapped => "map",
                PlanNoteKind.NotYet => ":no_entry: not yet",
                _ => ":warning: risk",
            };
            // Reasons are our own sentences and may hold code marks; subjects are the server's names.
            Line(text, $"- **{word}** {Escape(NameList.Of(group.Select(note => note.Subject)))}: {Escape(group.Key.Reason)}");
        }
    }

    private static void Line(StringBuilder text, string line = "") => text.Append(line).Append('\n');

    private static string Shorten(string digest) => digest.Length > 12 ? digest[..12] : digest;

    /// <summary>Names must neither mark text up nor break out of a table cell.</summary>
    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in StyledWriter.Visible(text))
        {
            escaped.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '|' or '*' or '_' or '[' or ']' or '\\' or '~' or '@' => $"\\{c}",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
