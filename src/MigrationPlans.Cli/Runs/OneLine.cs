using Spectre.Console;
using Spectre.Console.Rendering;

namespace MigrationPlans.Cli.Runs;

/// <summary>Text that is cut where there is no more room, instead of going on in the next line.</summary>
/// <param name="widest">How many columns it takes at the most; null for as many as there are.</param>
internal sealed class OneLine(string text, Style style, int? widest) : Renderable
{
    protected override Measurement Measure(RenderOptions options, int maxWidth)
    {
        var width = Math.Min(new Segment(text).CellCount(), Math.Min(widest ?? maxWidth, maxWidth));
        return new Measurement(Math.Min(1, width), width);
    }

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        Segment.SplitOverflow(new Segment(text, style), Overflow.Ellipsis, Math.Min(widest ?? maxWidth, maxWidth));
}
