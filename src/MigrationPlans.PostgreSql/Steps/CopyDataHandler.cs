using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Copies all rows in parallel from one snapshot, and builds each table's indexes as it completes.</summary>
/// <param name="readEntriesAsync">The mapping's dumped schema; its index and unique constraint entries are built here.</param>
public sealed class CopyDataHandler(
    PostgresConnector connector, SourceSnapshots snapshots, Func<StepContext, CancellationToken, Task<ImmutableArray<SchemaEntry>>> readEntriesAsync)
    : StepHandler<CopyDataStep>
{
    protected override async Task<StepObservation> ObserveAsync(CopyDataStep step, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            var endpoint = context.Manifest.FindTarget(context.Mapping.To.Endpoint)!;
            await using var target = await connector.OpenAsync(endpoint, context.Mapping.To.Database, SessionKind.Target, cancellationToken);
            await TargetLedger.RequireAsync(target, context.Plan.Name, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
            var observation = await new CopyObservation(context.Mapping, target).LookAsync(
                token => connector.OpenAsync(
                    context.Manifest.FindSource(context.Mapping.From.Endpoint)!, context.Mapping.From.Database, SessionKind.SourceRead, token),
                token => readEntriesAsync(context, token),
                cancellationToken);
            if (observation.IsDone)
            {
                await WriteAheadLog.FlushAsync(target, cancellationToken);
            }

            return observation;
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, context.Mapping.To.ToString());
        }
    }

    protected override async Task<StepResult> ActAsync(CopyDataStep step, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await CopyAsync(step, context, cancellationToken);
        }
        catch (Exception exception)
            when (exception is not OperationCanceledException && (cancellationToken.IsCancellationRequested || context.Stopping.IsCancellationRequested))
        {
            await snapshots.ReleaseAsync(context.Mapping.Address);
            throw new OperationCanceledException("the copy was stopped; what was under way is rolled back", exception, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested && !context.Stopping.IsCancellationRequested)
        {
            // Nobody asked for it: a connection's own deadline passed.
            await snapshots.ReleaseAsync(context.Mapping.Address);
            throw new StepFailedException(
                ExecutionDiagnostics.ConnectionFailed($"{context.Mapping.From} to {context.Mapping.To}", "no answer in time"),
                FailureClass.Transient,
                exception);
        }
        catch (Exception exception) when (WireErrors.IsOurs(exception))
        {
            await snapshots.ReleaseAsync(context.Mapping.Address);
            // Those that lie idle may be the ones too many.
            CloseIdle(context);
            throw WireErrors.Translate(exception, $"{context.Mapping.From} to {context.Mapping.To}");
        }
        catch (NpgsqlException exception)
        {
            await snapshots.ReleaseAsync(context.Mapping.Address);
            throw PostgresErrors.Translate(exception, $"{context.Mapping.From} to {context.Mapping.To}");
        }
        catch
        {
            await snapshots.ReleaseAsync(context.Mapping.Address);
            throw;
        }
    }

    /// <summary>Acting ends with it, because it knows what there was to copy.</summary>
    protected override Task VerifyAsync(CopyDataStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private void CloseIdle(StepContext context)
    {
        connector.CloseIdle(Sides.Source(context), context.Mapping.From.Database);
        connector.CloseIdle(Sides.Target(context), context.Mapping.To.Database);
    }

    private async Task<StepResult> CopyAsync(CopyDataStep step, StepContext context, CancellationToken cancellationToken)
    {
        var snapshot = await snapshots.HoldAsync(context, cancellationToken);
        var endpoint = context.Manifest.FindTarget(context.Mapping.To.Endpoint)!;
        await using var target = await connector.OpenAsync(endpoint, context.Mapping.To.Database, SessionKind.Target, cancellationToken);
        await TargetLedger.RequireAsync(target, context.Plan.Name, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
        await using var claim = await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
        await LeftoverSessions.EndAsync(target, context.Mapping.To.ToString(), context.Clock, cancellationToken);
        // Before both sides' tables are compared, where the target would be blamed for what changed on the source.
        await SchemaDrift.RefuseAsync(
            await SchemaDrift.FindAsync(token => readEntriesAsync(context, token), target, context, cancellationToken), target, context, cancellationToken);
        var entries = await readEntriesAsync(context, cancellationToken);
        await SchemaDrift.RefuseDroppedAsync(entries, target, context, cancellationToken);
        await using var session = await CopySession.OpenAsync(context, connector, snapshot, target, cancellationToken);
        await session.ProveAsync(cancellationToken);
        if (context.Parallelism >= RunConnections.Beside)
        {
            // The workers open connections of their own, as many as there may be; few of them leave room for those that lie idle, which later steps take again.
            CloseIdle(context);
        }

        var run = new CopyRun(session, step, context, entries, () => snapshots.ReleaseAsync(context.Mapping.Address));
        var progress = await run.RunAsync(cancellationToken);
        if (await new CopyObservation(context.Mapping, target).CompareAsync(session.Source, entries, cancellationToken) is { IsDone: false } left)
        {
            throw StepFailedException.EffectMissing(step, left.Finding);
        }

        await WriteAheadLog.FlushAsync(target, cancellationToken);
        var tables = Counts.Of(session.Tables.Length, "table");
        var copied = $"{Describe(progress.Rows, progress.Bytes)}, {Counts.Of(progress.IndexesDone, "index", "indexes")}";
        return new StepResult(
            session.IsResumed ? $"{tables}, {await DescribeAllAsync(target, cancellationToken)}; in this try {copied}" : $"{tables}, {copied}")
        {
            Notes = session.LargeObjectsLeft > 0
                ? [CopyDiagnostics.LargeObjectsStay(context.Mapping.From.ToString(), session.LargeObjectsLeft)]
                : [],
        };
    }

    private static async Task<string> DescribeAllAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var (rows, bytes) = await ChunkLedger.SumAsync(target, cancellationToken);
        return Describe(rows, bytes);
    }

    private static string Describe(long rows, long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{Counts.Of(rows, "row")}, {bytes / 1_000_000.0:0.#} MB");
}
