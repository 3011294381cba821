using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.State;

namespace MigrationPlans.Execution;

/// <summary>Writes a run's events into the state. Its failure ends the run: what can't be recorded must not be done.</summary>
/// <param name="endpoints">Of the plan.</param>
internal sealed class RunJournal(StateStore store, ImmutableArray<PlannedEndpoint> endpoints)
{
    public Task BegunAsync(Step step) => AppendAsync(new StepBegun(step.Id));

    public Task CreatedAsync(Step step, IReadOnlyCollection<CreatedResource> resources) =>
        AppendAsync([.. resources.Select(resource => new ResourceRecorded(
            step.Id,
            resource.Kind,
            resource.Endpoint,
            resource.Name,
            LocationOf(resource),
            resource.SystemIdentifier,
            resource.IsFound ? true : null,
            resource.DatabaseOid))]);

    public Task RemovedAsync(CreatedResource resource) =>
        AppendAsync(new ResourceRemoved(resource.Kind, resource.Endpoint, resource.Name, LocationOf(resource)));

    public Task EndingAsync(Step step) => AppendAsync(new StepEnding(step.Id));

    public Task FoundDoneAsync(Step step, string finding) => AppendAsync(new StepFinished(step.Id, finding, FoundDone: true, []));

    public Task DoneAsync(Step step, StepResult result) =>
        AppendAsync(new StepFinished(step.Id, result.Summary, FoundDone: false, [.. result.Notes.Select(note => $"{note.Code}: {note.Message}")]));

    public Task FailedAsync(Step step, Diagnostic cause) => AppendAsync(new StepGivenUp(step.Id, new StepProblem(cause.Code, cause.Message, cause.Help)));

    public Task SkippedAsync(Step step, string becauseOf) => AppendAsync(new StepPassedOver(step.Id, becauseOf));

    public Task InterruptedAsync(Step step) => AppendAsync(new StepStopped(step.Id));

    /// <summary>An archive is on this machine; instances and snapshots say themselves where they are.</summary>
    private string? LocationOf(CreatedResource resource) => resource.Kind == "archive"
        ? null
        : endpoints.FirstOrDefault(endpoint => endpoint.Name == resource.Endpoint
            && endpoint.Role == (resource.Kind == "fence" ? EndpointRole.Source : EndpointRole.Target))?.Location;

    private async Task AppendAsync(params IReadOnlyCollection<JournalEvent> happened)
    {
        try
        {
            await store.AppendAsync(happened);
        }
        catch (DiagnosticException exception)
        {
            throw new JournalFailedException(exception);
        }
    }
}

/// <summary>The state can't be written. Passes through handlers and retries untouched.</summary>
internal sealed class JournalFailedException(DiagnosticException inner) : Exception(inner.Message, inner)
{
    public Diagnostic Diagnostic { get; } = inner.Diagnostic;
}
