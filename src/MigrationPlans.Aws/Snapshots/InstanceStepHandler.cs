using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Aws.Snapshots;

/// <summary>What the handlers of a move share: whose a resource is, its tags, and which failures pass.</summary>
internal abstract class InstanceStepHandler<TStep>(AwsSession session) : StepHandler<TStep>
    where TStep : InstanceStep
{
    protected AwsSession Session { get; } = session;

    protected sealed override Task<StepObservation> ObserveAsync(TStep step, StepContext context, CancellationToken cancellationToken) =>
        ClassifyAsync(() => LookAsync(step, context, cancellationToken));

    protected sealed override Task<StepResult> ActAsync(TStep step, StepContext context, CancellationToken cancellationToken) =>
        ClassifyAsync(() => WorkAsync(step, context, cancellationToken));

    protected abstract Task<StepObservation> LookAsync(TStep step, StepContext context, CancellationToken cancellationToken);

    protected abstract Task<StepResult> WorkAsync(TStep step, StepContext context, CancellationToken cancellationToken);

    protected AwsAccount Source(TStep step, StepContext context) => MoveAccounts.Source(Session, MoveAccounts.Find(context.Manifest, step.Move));

    protected AwsAccount Target(TStep step, StepContext context) => MoveAccounts.Target(Session, MoveAccounts.Find(context.Manifest, step.Move));

    /// <summary>What is there and bears our tags; null when nothing is there.</summary>
    /// <exception cref="StepFailedException">It is somebody else's, was begun by a run whose state is not ours, or holds another instance's data.</exception>
    protected static RdsResource? Ours(RdsResource? found, TStep step, StepContext context)
    {
        if (found is not null && Refuse(found, step, context) is { } refusal)
        {
            throw new StepFailedException(refusal, FailureClass.Permanent);
        }

        return found;
    }

    /// <summary>Journals what is about to be created, and where.</summary>
    protected static async Task RecordAsync(StepContext context, AwsAccount account, string kind, string name, CancellationToken cancellationToken) =>
        await context.RecordCreatedAsync(new CreatedResource(kind, await MoveAccounts.PlaceAsync(account, cancellationToken), name));

    /// <summary>Our tags, and those that the manifest asks for.</summary>
    protected static List<Tag> Tags(TStep step, StepContext context, IEnumerable<KeyValuePair<string, string>>? more = null) =>
    [
        new Tag { Key = SnapshotNames.PlanTag, Value = context.Plan.Name },
        new Tag { Key = SnapshotNames.LineageTag, Value = context.Lineage },
        .. step.Origin is { } origin ? [new Tag { Key = SnapshotNames.OriginTag, Value = origin.ToString() }] : Array.Empty<Tag>(),
        .. (more ?? []).Select(tag => new Tag { Key = tag.Key, Value = tag.Value }),
    ];

    /// <summary>A create whose answer was lost is repeated by the SDK and then finds its own work; whose it is, the caller looks at next.</summary>
    protected static async Task CreateAsync(Func<Task> create, params string[] alreadyThere)
    {
        try
        {
            await create();
        }
        catch (DiagnosticException exception) when (RdsSnapshots.HasCode(exception, alreadyThere))
        {
            // Looked at by the wait that follows.
        }
    }

    private static Diagnostic? Refuse(RdsResource found, TStep step, StepContext context)
    {
        if (!found.IsOfPlan(context.Plan.Name))
        {
            return SnapshotDiagnostics.NotOurs(found.What, found.Identifier, found.Region, context.Plan.Name);
        }

        if (!found.BelongsTo(new ResourceOwner(context.Plan.Name, context.Lineage)))
        {
            return InstanceMoveDiagnostics.OfAnotherState(found.What, found.Identifier, found.Region, context.Plan.Name, context.Lineage);
        }

        // Versions before the tag set none; of those, plans go by the snapshot.
        return step.Origin?.ToString() is { } wanted && found.Origin is { } origin && origin != wanted
            ? InstanceMoveDiagnostics.OfAnotherInstance(found.What, found.Identifier, found.Region, origin, wanted)
            : null;
    }

    private static async Task<T> ClassifyAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (DiagnosticException exception)
        {
            var failureClass = exception.IsTransient ? FailureClass.Transient : FailureClass.Permanent;
            throw new StepFailedException(exception.Diagnostic, failureClass, exception);
        }
    }
}
