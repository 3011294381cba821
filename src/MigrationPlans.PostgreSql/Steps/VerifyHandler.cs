using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Properties;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Statistics;
using MigrationPlans.PostgreSql.Verification;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Compares both sides and, when they agree, makes the last changes and removes the ledger: with that the database is done.</summary>
public sealed class VerifyHandler(PostgresConnector connector, SourceSnapshots snapshots) : PostgresStepHandler<VerifyStep>(connector)
{
    private const int ShownDifferences = 5;

    private readonly PostgresVerifier verifier = new(connector);

    protected override async Task<StepObservation> LookAsync(VerifyStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        if (await TargetLedger.ExistsAsync(target, cancellationToken))
        {
            await TargetLedger.RequireAsync(target, context.Plan.Name, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
            return StepObservation.NotDone("not compared yet");
        }

        // So is that of a database which somebody put in the place of this plan's, and of one that a run with another state has finished.
        return context.HasBegunToEnd() && (context.TargetOid is null || context.TargetOid == await DatabaseProperties.ReadOidAsync(target, cancellationToken))
            ? StepObservation.Done("compared, and the ledger is gone")
            : throw new StepFailedException(CopyDiagnostics.MarkMissing(context.Mapping.To.ToString()), FailureClass.Permanent);
    }

    protected override async Task<StepResult> DoAsync(VerifyStep step, StepContext context, CancellationToken cancellationToken)
    {
        await new UnloggedRefill(Connector, snapshots).RunAsync(context, cancellationToken);
        var refilled = await EndRefillAsync(context, cancellationToken);
        // Somebody may have written to the source behind its fence: only every row tells.
        var isOld = await MayBeOldAsync(context, cancellationToken);
        var level = isOld ? VerificationLevel.Checksums : step.Level;
        // Neither what compares nor what comes after it uses the idle ones of the other, and the login may have no more than the least that a run needs.
        Connector.CloseIdle(Sides.Target(context), context.Mapping.To.Database);
        // Within this step's work, which tells of waits itself.
        var report = await verifier.VerifyAsync(
            context.Manifest,
            context.Mapping,
            level,
            context.Parallelism,
            progress => context.Events.Publish(new StepProgressed(step, progress) { At = context.Clock.GetUtcNow() }),
            tell: null,
            cancellationToken);
        Connector.CloseIdle(Sides.Target(context), context.Mapping.To.Database);
        // That shows in rows; the rest is compared as it was asked for.
        report = step.Level == VerificationLevel.None ? report with { Differences = [] } : report;
        if (!report.IsEqual)
        {
            throw new StepFailedException(Describe(report, context, isOld), FailureClass.Difference);
        }

        var left = await FinishAsync(context, cancellationToken);
        return new StepResult(
            level == VerificationLevel.None ? "not compared" : $"{Counts.Of(report.Tables.Length, "table")}, {Counts.Of(report.Rows, "row")} equal")
        {
            Notes =
            [
                .. refilled,
                .. isOld ? [VerificationDiagnostics.ComparedForFence(context.Mapping.From.ToString())] : Array.Empty<Diagnostic>(),
                .. NotesOf(report, context),
                .. left,
            ],
        };
    }

    private async Task<bool> MayBeOldAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        return await TargetLedger.ExistsAsync(target, cancellationToken) && await CopiedBehindFence.MayBeOldAsync(context, source, target, cancellationToken);
    }

    /// <summary>Says which tables were filled again, by whatever step and try, and collects their statistics, which may be those of empty ones.</summary>
    private async Task<ImmutableArray<Diagnostic>> EndRefillAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        if (!await TargetLedger.ExistsAsync(target, cancellationToken)
            || await EmptiedTables.ReadRefilledAsync(target, cancellationToken) is not [var first, ..] tables)
        {
            return [];
        }

        if (context.Mapping.Statistics != StatisticsPolicy.None)
        {
            await new TableAnalysis(token => OpenTargetAsync(context, token), byPartition: false)
                .RunAsync(target, [.. tables.Select(table => table.Sql)], cancellationToken);
        }

        return [CopyDiagnostics.UnloggedEmptied(context.Mapping.To.ToString(), first.ToString(), tables.Length)];
    }

    private static IEnumerable<Diagnostic> NotesOf(VerificationReport report, StepContext context)
    {
        if (report.NotCompared is [var unread, ..])
        {
            yield return VerificationDiagnostics.NotCompared(
                context.Mapping.Address,
                $"{unread.Schema}.{unread.Name}",
                unread.Reason,
                report.NotCompared.Count(rows => !rows.IsSequence),
                report.NotCompared.Count(rows => rows.IsSequence));
        }

        if (report.LeftOut.Where(left => left.Kind == "materialized view").ToList() is [var view, ..] views)
        {
            yield return VerificationDiagnostics.Derived(context.Mapping.Address, view.Name, views.Count);
        }

        if (report.LeftOut.Where(left => left.Kind == ExtensionMemberComparison.Kind).ToList() is [var member, ..] members)
        {
            yield return HandlerDiagnostics.MembersLeft(context.Mapping.Address, $"{member.Name} {member.Source}", members.Count);
        }

        if (report.LeftOut.Where(left => left.Kind == ExtensionChangeComparison.Kind).ToList() is [var change, ..] changes)
        {
            yield return ExtensionDiagnostics.ChangesLeft(context.Mapping.Address, $"{change.Name}: {change.Source}", changes.Count);
        }
    }

    /// <summary>Leaves the owners' roles, makes the last changes, and takes the ledger away with them.</summary>
    private async Task<ImmutableArray<Diagnostic>> FinishAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        // A comparison may take hours, and a run with another state may have taken the database over meanwhile.
        await TargetLedger.RequireAsync(target, context.Plan.Name, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
        var memberships = new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To);
        await using var turn = await memberships.TakeTurnAsync(cancellationToken);
        await using var source = await OpenSourceAsync(context, cancellationToken);
        var changes = await PropertyChanges.FindAsync(late: true, context, source, target, cancellationToken);
        var triggers = await EventTriggers.FindAsync(source, cancellationToken);
        var noted = await EventTriggers.ReadNotedAsync(target, cancellationToken);
        var jobs = await CronJobs.FindAwakeAsync(source, context.Mapping, cancellationToken);
        var owner = (await DatabaseProperties.ReadAsync(target, cancellationToken)).Owner;

        // All at once: a run that lost the owners' rights and not the ledger could not compare again.
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        await memberships.EndAsync(target, cancellationToken);
        var notes = changes.IsEmpty
            ? []
            : await PropertyChanges.MakeAsync(changes, owner, context.Mapping.Address, target, beforeLeaving: null, cancellationToken);
        await TargetLedger.DropAsync(target, cancellationToken);
        notes = [.. notes, .. await EventTriggers.WakeAsync(target, triggers, noted, context.Mapping.Address, cancellationToken)];
        notes = [.. notes, .. await CronJobs.WakeAsync(target, jobs, context.Mapping, cancellationToken)];
        // Nothing but the answer to this is in doubt from here on.
        await context.RecordEndingAsync();
        await transaction.CommitAsync(cancellationToken);
        if (target.PostgresParameters.GetValueOrDefault("is_superuser") != "on")
        {
            await context.RecordRemovedAsync(memberships.Resource);
        }

        return notes;
    }

    private static Diagnostic Describe(VerificationReport report, StepContext context, bool isOld)
    {
        var tables = report.Tables.Where(table => !table.IsEqual).Select(Describe).ToList();
        var objects = report.Differences.Select(difference =>
            $"{difference.Kind} {difference.Name}: source {Value(difference.Source)}, target {Value(difference.Target)}");
        var first = string.Join("; ", tables.Concat(objects).Take(ShownDifferences));
        var mayBeWritten = context.Mapping.Fence == Fence.None && report.Differences.All(IsOfRows);
        return VerificationDiagnostics.Difference(context.Mapping.Address, first, tables.Count, report.Differences.Length, mayBeWritten, isOld);
    }

    /// <summary>What writers change.</summary>
    private static bool IsOfRows(ObjectDifference difference) => difference.Kind is ObjectDifference.SequencePosition or LargeObjectRights.Kind;

    private static string Value(string? value) => value switch { null => "has none", "" => "has one", _ => value };

    /// <summary>Without the keys of rows: this goes into the state, which holds no data. The verb <c>verify</c> shows them.</summary>
    private static string Describe(TableComparison table) => table switch
    {
        { TargetRows: < 0 } => $"{table.Schema}.{table.Name} is missing",
        { IsStaleOnTarget: true } => $"{table.Schema}.{table.Name} is stale on the target",
        _ when table.SourceRows != table.TargetRows => $"{table.Schema}.{table.Name} {Counts.Of(table.SourceRows, "row")}, target {table.TargetRows}",
        { HasEqualRows: true } => $"{table.Schema}.{table.Name} has columns on one side only",
        _ => $"{table.Schema}.{table.Name} same count, other content",
    };
}
