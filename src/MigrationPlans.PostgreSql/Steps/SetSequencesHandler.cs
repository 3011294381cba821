using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Sets every sequence that came to the target to its position on the source, and those of identity columns to their types. Read last:
/// sequences are outside of snapshots, so a position read after the rows is never behind them.
/// </summary>
public sealed class SetSequencesHandler(PostgresConnector connector) : TargetStepHandler<SetSequencesStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(SetSequencesStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        if (await IdentitySequences.CountDifferentAsync(source, target, cancellationToken) is > 0 and var others)
        {
            return StepObservation.NotDone(
                $"{Counts.Of(others, "sequence of an identity column has", "sequences of identity columns have")} another type than on the source");
        }

        var (all, behind) = await Sequences.CompareAsync(source, target, context.Mapping, onlyOfExtensions: false, cancellationToken);
        return behind.IsEmpty
            ? StepObservation.Done($"{Counts.Of(all, "sequence is where it is", "sequences are where they are")} on the source")
            : StepObservation.NotDone($"{behind.Length} of {Counts.Of(all, "sequence")} {Counts.Word(behind.Length, "differs", "differ")}, {behind[0].Schema}.{behind[0].Name} among them");
    }

    protected override async Task<StepResult> DoAsync(SetSequencesStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await IdentitySequences.AlignAsync(source, target, cancellationToken);
        var (_, behind) = await Sequences.CompareAsync(source, target, context.Mapping, onlyOfExtensions: false, cancellationToken);
        await Sequences.SetAsync(target, behind, cancellationToken);
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
}
