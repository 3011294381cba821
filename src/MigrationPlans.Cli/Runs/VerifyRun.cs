using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.Reporting;
using MigrationPlans.State;

namespace MigrationPlans.Cli.Runs;

/// <summary>One <c>verify</c>: compares all databases and instances, whatever becomes of the others.</summary>
/// <param name="level">What to compare, instead of what each mapping says; null leaves it to them.</param>
internal sealed class VerifyRun(CommandHost host, MigrationManifest manifest, VerifierScope scope, VerificationLevel? level, bool isJson)
{
    /// <summary>Where a mapping does not say how many connections it may use.</summary>
    private const int UsualParallelism = 4;

    private readonly List<VerificationReport> databases = [];
    private readonly List<InstanceVerification> instances = [];
    private readonly List<(string Address, Diagnostic Cause)> failures = [];
    private readonly RunLines lines = new(host.Error, host.ColorError);
    private readonly VerificationTextView view = new(new StyledWriter(isJson ? TextWriter.Null : host.Out, host.ColorOut));

    /// <param name="openState">Opens the place of the state, which says which instances were moved.</param>
    public async Task<int> CompleteAsync(Func<IStateBackend> openState)
    {
        foreach (var mapping in manifest.Databases)
        {
            var step = new VerifyStep { Id = $"{mapping.Address}:verify", Database = mapping.Address, Level = level ?? Wanted(mapping.Verify) };
            await CollectAsync(mapping.Address, cause => ExplainAsync(mapping, cause, openState), async () => Show(await scope.Verifier.VerifyAsync(
                manifest,
                mapping,
                step.Level,
                mapping.Parallelism ?? UsualParallelism,
                progress => lines.Publish(new StepProgressed(step, progress) { At = host.Clock.GetUtcNow() }),
                wait => lines.Publish(new StepWaits(step, wait) { At = host.Clock.GetUtcNow() }),
                host.Stopping)));
        }

        if (!manifest.Instances.IsEmpty)
        {
            await CollectAsync(manifest.Name, Task.FromResult, () => CompareInstancesAsync(openState));
        }

        if (isJson)
        {
            await host.Out.WriteAsync(VerificationDocument.Write(manifest.Name, databases, instances, failures));
        }

        view.WriteSummary(databases, instances, failures.Count);

        // A difference that was found weighs more than a database, or rows, that could not be looked at.
        var isDifferent = databases.Any(report => !report.IsEqual) || instances.Any(report => !report.IsEqual);
        return isDifferent ? ExitCode.Different : failures.Count > 0 || databases.Any(report => !report.IsComplete) ? ExitCode.Failed : ExitCode.Done;
    }

    private async Task CompareInstancesAsync(Func<IStateBackend> openState)
    {
        using var backend = openState();
        var state = await StateStore.PeekAsync(backend.Files, manifest.Name, host.Stopping);
        (string Reason, string Help)? obstacle = state switch
        {
            null => ("there is no state", "say where the state is with `--state`"),
            { IsRollingBack: true } => ("their rollback has not ended", "run `migplan rollback` again"),
            { Status: RunStatus.RolledBack } => ("they were rolled back", "`migplan apply` moves them anew"),
            _ when state.ManifestDigest != manifest.Digest => ("the manifest was changed since", "run `migplan apply`, which leaves as it is what is done"),
            _ => null,
        };
        if (obstacle is var (reason, help))
        {
            throw new DiagnosticException(VerifyCommandDiagnostics.MovesUnknown(manifest.Name, backend.Files.Location, reason, help));
        }

        foreach (var steps in StoredPlan.Moves((await StoredPlan.ReadAsync(backend.Files, state!, host.Stopping)).Steps))
        {
            await CollectAsync(steps[0].Database, Task.FromResult, async () =>
            {
                var report = await scope.Instances!.VerifyAsync(manifest, steps, host.Stopping);
                Show(report.Exists || IsCarriedOut(state, steps[0].Database)
                    ? report
                    : throw new DiagnosticException(VerifyCommandDiagnostics.NotCarriedOut(steps[0].Database, backend.Files.Location, hasState: true)));
            });
        }
    }

    private static bool IsCarriedOut(RunState? state, string address) =>
        state?.Steps.Where(step => RunState.AddressOf(step.Id) == address).ToList() is { Count: > 0 } steps
        && steps.TrueForAll(step => step.Status == StepStatus.Done);

    /// <summary>Where a target is not there because nobody has carried its mapping out yet, that is said.</summary>
    private async Task<Diagnostic> ExplainAsync(DatabaseMapping mapping, Diagnostic cause, Func<IStateBackend> openState)
    {
        if (cause.Code != "MP3006" || cause.Subject != mapping.To.ToString())
        {
            return cause;
        }

        using var backend = openState();
        try
        {
            var state = await StateStore.PeekAsync(backend.Files, manifest.Name, host.Stopping);
            return IsCarriedOut(state, mapping.Address)
                ? cause
                : VerifyCommandDiagnostics.NotCarriedOut(mapping.Address, backend.Files.Location, state is not null);
        }
        catch (DiagnosticException exception)
        {
            // What is known is told all the same. That `--state` leads to another manifest's is for the user to mend.
            return exception.Diagnostic.Code == "MP5014" ? exception.Diagnostic : cause;
        }
    }

    /// <param name="explain">What a failure comes from, where more is known than it says.</param>
    private async Task CollectAsync(string address, Func<Diagnostic, Task<Diagnostic>> explain, Func<Task> compare)
    {
        try
        {
            await compare();
        }
        catch (Exception exception) when (exception is StepFailedException or DiagnosticException)
        {
            var cause = await explain((exception as StepFailedException)?.Diagnostic ?? ((DiagnosticException)exception).Diagnostic);
            ManifestInput.Report(host, [cause]);
            failures.Add((address, cause));
        }
    }

    private void Show(VerificationReport report)
    {
        databases.Add(report);
        view.Write(report);
    }

    private void Show(InstanceVerification report)
    {
        instances.Add(report);
        view.Write(report);
    }

    /// <summary>Who calls <c>verify</c> wants something compared, even where the mapping says <c>none</c>.</summary>
    private static VerificationLevel Wanted(VerificationLevel level) => level == VerificationLevel.None ? VerificationLevel.Counts : level;
}
