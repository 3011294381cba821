using System.Text.RegularExpressions;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>
/// Follows what pg_dump or pg_restore prints with <c>--verbose</c> and <c>LC_ALL=C</c>: publishes how far it is, and keeps what it
/// says of a failure. With one job it tells the start of each table only; then the next one's start is the end of the last.
/// </summary>
internal sealed partial class ToolReport(Step step, StepContext context, IReadOnlyCollection<ArchivedTable> tables, int jobs)
{
    private const int KeptErrors = 3;

    private const string Context = "CONTEXT:  ";

    private const string HintStart = "HINT:  ";

    private readonly Dictionary<string, ArchivedTable> byName = tables.ToDictionary(table => $"{table.Schema}.{table.Name}", StringComparer.Ordinal);
    private readonly long bytesTotal = tables.Sum(table => table.Bytes);
    private readonly List<ArchivedTable> running = [];
    private readonly List<string> errors = [];
    private string last = "";
    private int tablesDone;
    private long bytesDone;

    /// <summary>The program's own words; without them, the last that it printed.</summary>
    public string Said => string.Join(" · ", errors.Count > 0 ? errors : [last]);

    /// <summary>The server's, of the first error that has one.</summary>
    public string? Hint { get; private set; }

    /// <summary>Rows were on their way.</summary>
    public bool HasBegun => tablesDone > 0 || running.Count > 0;

    /// <summary>The disk that it wrote to is full.</summary>
    public bool IsDiskFull => errors.Exists(line => line.Contains("No space left on device", StringComparison.Ordinal)
        || line.Contains("Disk quota exceeded", StringComparison.Ordinal));

    public void Hear(string line)
    {
        if (Started().Match(line) is { Success: true } started)
        {
            Start(started.Groups["name"].Value);
        }
        else if (Finished().Match(line) is { Success: true } finished)
        {
            var tag = finished.Groups["tag"].Value;
            End(running.Find(table => table.Name == tag));
        }
        else if (line.Contains("error:", StringComparison.Ordinal) || line.Contains("fatal:", StringComparison.Ordinal))
        {
            if (errors.Count < KeptErrors)
            {
                // The first errors are the cause of those that follow.
                errors.Add(line.Trim());
            }
        }
        else if (errors.Count > 0 && Detailed().Match(line) is { Success: true } detailed)
        {
            errors[^1] = $"{errors[^1].TrimEnd('.')}: {detailed.Groups["text"].Value}";
        }
        else if (errors.Count > 0 && line.StartsWith(Context, StringComparison.Ordinal) && CopyPlace.Find(line[Context.Length..]) is { } place)
        {
            errors[^1] += $" ({place.Of(place.Table)})";
        }
        else if (errors.Count > 0 && line.StartsWith(HintStart, StringComparison.Ordinal))
        {
            Hint ??= line[HintStart.Length..].Trim();
        }
        else
        {
            last = line.Trim();
        }
    }

    private void Start(string name)
    {
        if (jobs == 1 && running.Count > 0)
        {
            End(running[0]);
        }

        if (byName.TryGetValue(name, out var table))
        {
            running.Add(table);
        }

        Publish(name);
    }

    private void End(ArchivedTable? table)
    {
        if (table is not null)
        {
            running.Remove(table);
            tablesDone++;
            bytesDone += table.Bytes;
            Publish($"{table.Schema}.{table.Name}");
        }
    }

    private void Publish(string activity)
    {
        var progress = new StepProgress(activity, tablesDone, byName.Count, RowsDone: 0, bytesDone, bytesTotal, IndexesDone: 0, IndexesTotal: 0);
        context.Events.Publish(new StepProgressed(step, progress) { At = context.Clock.GetUtcNow() });
    }

    [GeneratedRegex(
        """^pg_(dump|restore): (dumping contents of|processing data for) table "(?<name>.*)"$""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Started();

    /// <summary>What the server said, where the error line says only what was being done.</summary>
    [GeneratedRegex(
        "^pg_(dump|restore): detail: (?<text>Error message from server: .*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Detailed();

    [GeneratedRegex(
        "^pg_(dump|restore): finished item [0-9]+ TABLE DATA (?<tag>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Finished();
}
