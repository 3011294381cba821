using MigrationPlans.Execution;
using MigrationPlans.Reporting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MigrationPlans.Cli.Runs;

/// <summary>Shows a run on a terminal: a line for each database under way, and one for all.</summary>
internal sealed class LiveProgress(IAnsiConsole console, RunProgress progress)
{
    private static readonly TimeSpan RedrawEvery = TimeSpan.FromMilliseconds(200);

    // The table must fit on the screen, or redrawing scrolls it away.
    private const int LinesOfTheFrame = 6;

    /// <summary>A view on the stream, redrawn by terminal codes.</summary>
    public static LiveProgress On(TextWriter terminal, bool color, RunProgress progress)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(terminal),
            Ansi = AnsiSupport.Yes,
            ColorSystem = color ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
        });
        return new LiveProgress(console, progress);
    }

    /// <summary>Redraws until the work ends.</summary>
    public Task<RunReport> ShowAsync(Func<Task<RunReport>> work) =>
        console.Live(Render()).AutoClear(true).StartAsync(async live =>
        {
            var running = work();
            while (!running.IsCompleted)
            {
                await Task.WhenAny(running, Task.Delay(RedrawEvery));
                live.UpdateTarget(Render());
            }

            return await running;
        });

    internal IRenderable Render()
    {
        var all = progress.Snapshot();
        var room = Math.Max(3, console.Profile.Height - LinesOfTheFrame);
        // Those at work first: of many databases, the screen has room for some.
        var shown = all.OrderBy(database => database.HasEnded ? 2 : database.IsWaiting ? 1 : 0).Take(room).ToList();
        var table = new Table().Border(TableBorder.None).HideHeaders();
        table.AddColumns("", "", "", "");
        foreach (var database in shown)
        {
            table.AddRow(
                Cell(database.Address, widest: console.Profile.Width / 2),
                Cell($"{database.StepsDone}/{database.StepsTotal}"),
                Cell(database.Step, StyleOf(database.Style)),
                Cell(RunFigures.Describe(database)));
        }

        table.AddRow(Cell("in all"), Cell($"{all.Count(database => database.HasEnded)}/{all.Length}"), Cell("databases"), Cell(RunFigures.Bytes(all)));
        return table;
    }

    /// <summary>Text, never markup: names may hold brackets. Control characters are shown, not sent.</summary>
    private static OneLine Cell(string text, Style? style = null, int? widest = null) =>
        new(string.Concat(text.Select(c => char.IsControl(c) ? '\ufffd' : c)), style ?? Style.Plain, widest);

    private static Style StyleOf(TextStyle style) => style switch
    {
        TextStyle.Good => new Style(Color.Green),
        TextStyle.Bad => new Style(Color.Red),
        TextStyle.Warning => new Style(Color.Yellow),
        TextStyle.Changed => new Style(Color.Aqua),
        _ => Style.Plain,
    };
}
