using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Rehearsal;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.Cli.Rehearsal;

/// <summary>What a rehearsal carries out once its servers run.</summary>
/// <param name="Manifest">Points at the stand-in servers.</param>
/// <param name="Servers">Resolve the manifest's endpoints.</param>
/// <param name="StateDirectory">Goes with the rehearsal.</param>
internal sealed record RehearsalStage(MigrationManifest Manifest, StandInServers Servers, string StateDirectory);

/// <summary>Sets servers up, lets a plan run on them, and takes everything down again, however it ends.</summary>
internal sealed class RehearsalSession(CommandHost host, string dataDirectory, bool keep)
{
    private static readonly ImmutableArray<string> Programs = ["initdb", "postgres", "pg_ctl", "psql", "pg_dump"];

    /// <param name="manifest">As the user wrote it.</param>
    /// <param name="run">Carries the plan out; its exit code is the rehearsal's.</param>
    /// <exception cref="DiagnosticException">The servers or their data can't be had.</exception>
    /// <exception cref="OperationCanceledException">The user stopped it before the plan ran.</exception>
    public async Task<int> RunAsync(MigrationManifest manifest, Func<RehearsalStage, Task<int>> run, CancellationToken cancellationToken)
    {
        await RemoveLeftoversAsync(cancellationToken);
        var tools = await FindToolsAsync(cancellationToken);
        await using var directory = await ThrowAwayDirectory.CreateAsync(cancellationToken);
        using var forcedStop = TakeDownOnExit(directory);
        await host.Error.WriteLineAsync(
            $"Starting {Counts.Of(manifest.Sources.Length + manifest.Targets.Length, "server")} for {string.Join(", ", manifest.Sources.Concat(manifest.Targets).Select(endpoint => endpoint.Name))} …");
        var servers = await StandInServers.StartAsync(manifest, directory.FullPath, cancellationToken);
        var isSetUp = false;
        try
        {
            await LoadAsync(manifest, servers, tools, cancellationToken);
            isSetUp = true;
            return await run(new RehearsalStage(RehearsalManifest.From(manifest, servers), servers, Path.Combine(directory.FullPath, "state")));
        }
        finally
        {
            await (keep && isSetUp ? new KeptServers(directory, servers).KeepAsync(manifest, host.Error) : servers.DisposeAsync().AsTask());
        }
    }

    private async Task LoadAsync(MigrationManifest manifest, StandInServers servers, PostgresInstallation tools, CancellationToken cancellationToken)
    {
        await host.Error.WriteLineAsync(
            $"Filling {Counts.Of(manifest.Databases.Select(mapping => mapping.From).Distinct().Count(), "source database")} from {dataDirectory} …");
        var warnings = await new SourceData(servers, tools, dataDirectory).LoadAsync(manifest, cancellationToken);
        ManifestInput.Report(host, warnings);
        if (!manifest.Instances.IsEmpty)
        {
            ManifestInput.Report(host, [RehearsalDiagnostics.InstancesLeftOut(manifest.Instances.Length)]);
        }
    }

    private async Task RemoveLeftoversAsync(CancellationToken cancellationToken)
    {
        foreach (var leftover in await ThrowAwayDirectory.FindLeftoversAsync(cancellationToken))
        {
            try
            {
                await ThrowAwayDirectory.RemoveAsync(leftover);
                ManifestInput.Report(host, [RehearsalDiagnostics.LeftoverRemoved(leftover)]);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                ManifestInput.Report(host, [RehearsalDiagnostics.LeftoverStays(leftover, exception.Message)]);
            }
        }
    }

    private static async Task<PostgresInstallation> FindToolsAsync(CancellationToken cancellationToken)
    {
        var installations = await PostgresInstallations.FindAsync("initdb", cancellationToken);
        return installations.FirstOrDefault(installation => Programs.All(installation.Has))
            ?? throw new DiagnosticException(RehearsalDiagnostics.ServerProgramsMissing());
    }

    /// <summary>A second Ctrl-C ends the process in the middle of anything; its servers must not outlive it.</summary>
    private static ExitHook TakeDownOnExit(ThrowAwayDirectory directory) =>
        new(() => Task.WhenAny(directory.DisposeAsync().AsTask(), Task.Delay(TimeSpan.FromSeconds(10))).Wait());
}
