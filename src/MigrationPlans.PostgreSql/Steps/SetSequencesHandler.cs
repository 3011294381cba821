using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Sets every sequence that came to the target to its position on the source. Read last: sequences are outside of snapshots,
/// so a position read after the rows is never behind them.
/// </summary>
public sealed class SetSequencesHandler(PostgresConnector connector) : TargetStepHandler<SetSequencesStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(SetSequencesStep step, StepContext context, CancellationToken cancellationToken)
    {
        var (all, behind) = await CompareAsync(context, cancellationToken);
        return behind.IsEmpty
            ? StepObservation.Done($"{Counts.Of(all, "sequence is where it is", "sequences are where they are")} on the source")
            : StepObservation.NotDone($"{behind.Length} of {Counts.Of(all, "sequence")} {Counts.Word(behind.Length, "differs", "differ")}, {behind[0].Schema}.{behind[0].Name} among them");
    }

    protected override async Task<StepResult> DoAsync(SetSequencesStep step, StepContext context, CancellationToken cancellationToken)
    {
        var (_, behind) = await CompareAsync(context, cancellationToken);
        if (!behind.IsEmpty)
        {
            await using var target = await OpenTargetAsync(context, cancellationToken);
            await Sequences.SetAsync(target, behind, cancellationToken);
        }

        return new StepResult($"{Counts.Of(behind.Length, "sequence")} set");
    }

    /// <summary>An unfenced source goes on counting: the target must not be behind what was set, and that is all that can be asked.</summary>
    protected override async Task CheckAsync(SetSequencesStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (context.Mapping.Fence != Manifest.Fence.None)
        {
            await base.CheckAsync(step, context, cancellationToken);
        }
    }

    private async Task<(int All, ImmutableArray<SequenceValue> Behind)> CompareAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        return await Sequences.CompareAsync(source, target, context.Mapping, onlyOfExtensions: false, cancellationToken);
    }
}
