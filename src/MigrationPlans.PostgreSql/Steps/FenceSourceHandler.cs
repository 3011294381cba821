using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Keeps writers out of the source while it is copied.</summary>
public sealed class FenceSourceHandler(PostgresConnector connector) : PostgresStepHandler<FenceSourceStep>(connector)
{
    private readonly SourceFence fence = new(connector);

    protected override async Task<StepObservation> LookAsync(FenceSourceStep step, StepContext context, CancellationToken cancellationToken)
    {
        var (source, database) = (Sides.Source(context), context.Mapping.From.Database);
        // One may have been enabled since preflight, also behind a fence that stands.
        await fence.RefuseSubscriptionsAsync(source, database, cancellationToken);
        if (!await fence.IsFencedAsync(source, database, cancellationToken))
        {
            return StepObservation.NotDone("new sessions may write");
        }

        if (context.DoneBefore.Contains(FenceSourceStep.KindName))
        {
            return StepObservation.Done("new sessions are read-only, as an earlier run made them");
        }

        // Sessions that are there now may be from before the fence: acting again ends them.
        return await fence.CountSessionsAsync(source, database, cancellationToken) == 0
            ? StepObservation.Done("new sessions are read-only, and no other is open")
            : StepObservation.NotDone("new sessions are read-only, but others are open");
    }

    protected override async Task<StepResult> DoAsync(FenceSourceStep step, StepContext context, CancellationToken cancellationToken)
    {
        var (source, database) = (Sides.Source(context), context.Mapping.From.Database);
        var isFenced = await fence.IsFencedAsync(source, database, cancellationToken);
        if (!isFenced)
        {
            RefuseLapsed(context);
        }

        // One that an earlier plan set and somebody has lifted since is this plan's, which sets it anew.
        await context.RecordCreatedAsync(new CreatedResource("fence", source.Name, database) { IsFound = isFenced });
        var ended = await fence.FenceAsync(source, database, context.Clock, cancellationToken);
        var notes = new List<Diagnostic>();
        var (roles, prepared, _) = await fence.FindLeaksAsync(source, database, cancellationToken);
        if (roles.Length > 0)
        {
            notes.Add(HandlerDiagnostics.FenceLeak(context.Mapping.From.ToString(), roles));
        }

        if (prepared > 0)
        {
            notes.Add(HandlerDiagnostics.PreparedTransactions(context.Mapping.From.ToString(), prepared));
        }

        return new StepResult($"read-only, {Counts.Of(ended, "session")} ended") { Notes = [.. notes] };
    }

    protected override async Task CheckAsync(FenceSourceStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (!await IsReadOnlyAsync(context, cancellationToken) && !await IsLeakOfOursAsync(context, cancellationToken))
        {
            throw StepFailedException.EffectMissing(step, "a new session can write");
        }
    }

    /// <summary>A session like anybody else's: the fence must show in it, or in a login trigger that writes.</summary>
    private async Task<bool> IsReadOnlyAsync(StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var probe = await Connector.OpenAsync(Sides.Source(context), context.Mapping.From.Database, SessionKind.Probe, cancellationToken);
            var settings = await probe.QueryAsync("SELECT pg_catalog.current_setting('transaction_read_only')", row => row.GetString(0), cancellationToken);
            return settings[0] == "on";
        }
        catch (StepFailedException exception) when (exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction })
        {
            return true;
        }
    }

    /// <summary>
    /// Rows that were read behind a fence which is gone say nothing of what was written since. While they are being read,
    /// the copy itself sees to it.
    /// </summary>
    private static void RefuseLapsed(StepContext context)
    {
        if (context.DoneBefore.Contains(CopyDataStep.KindName) || context.DoneBefore.Contains(DumpArchiveStep.KindName))
        {
            throw new StepFailedException(HandlerDiagnostics.FenceLapsed(context.Mapping.From.ToString()), FailureClass.Permanent);
        }
    }

    /// <summary>Our own login may be among the roles with a setting that outranks the fence: then the database's setting must do.</summary>
    private async Task<bool> IsLeakOfOursAsync(StepContext context, CancellationToken cancellationToken)
    {
        var (source, database) = (Sides.Source(context), context.Mapping.From.Database);
        return (await fence.FindLeaksAsync(source, database, cancellationToken)).Roles.Length > 0
            && await fence.IsFencedAsync(source, database, cancellationToken);
    }
}
