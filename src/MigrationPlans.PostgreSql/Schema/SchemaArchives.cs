using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Reads each mapping's source schema once a run, at the mapping's snapshot, and keeps it until the last step that needs it is done.</summary>
public sealed class SchemaArchives(PostgresConnector connector, SourceSnapshots snapshots) : IDisposable
{
    private const string ApplicationName = "migplan-schema";

    private readonly ConcurrentDictionary<string, SchemaArchive> archives = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, BegunRead> sources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new(StringComparer.Ordinal);

    /// <summary>Starts to read the source, which needs no target database yet; what goes wrong is told by <see cref="GetAsync"/>.</summary>
    public void Begin(StepContext context) => _ = SourceOf(context);

    /// <summary>Takes back what <see cref="Begin"/> started: nothing may hold the source's snapshot for nothing.</summary>
    public async Task AbandonAsync(StepContext context)
    {
        if (sources.TryRemove(context.Mapping.Address, out var begun))
        {
            await begun.Stop.CancelAsync();
            await ((Task)begun.Read.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await snapshots.ReleaseAsync(context.Mapping.Address);
        }
    }

    /// <summary>The mapping's entries: picked, with roles mapped, ready to run. The target database must be there.</summary>
    /// <exception cref="StepFailedException">A side can't be read, or pg_dump and pg_restore are missing or fail.</exception>
    public async Task<SchemaArchive> GetAsync(StepContext context, CancellationToken cancellationToken)
    {
        var address = context.Mapping.Address;
        var gate = gates.GetOrAdd(address, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            return archives.TryGetValue(address, out var archive) ? archive : archives[address] = await ReadAsync(context, cancellationToken);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Lets go of what no step needs any longer; who asks all the same has it read anew.</summary>
    public void Forget(StepContext context) => archives.TryRemove(context.Mapping.Address, out _);

    public void Dispose()
    {
        foreach (var begun in sources.Values)
        {
            begun.Stop.Cancel();
        }

        foreach (var gate in gates.Values)
        {
            gate.Dispose();
        }
    }

    private async Task<SchemaArchive> ReadAsync(StepContext context, CancellationToken cancellationToken)
    {
        var begun = SourceOf(context);
        try
        {
            var (traits, entries) = await begun.Read.Value.WaitAsync(cancellationToken);
            var target = await TargetTraits.ReadAsync(connector, context, entries, cancellationToken);
            return ArchiveAssembly.Assemble(entries, context.Mapping, traits, target);
        }
        finally
        {
            // One that nobody waits for any more goes on, for whoever asks next.
            if (begun.Read.Value.IsCompleted)
            {
                sources.TryRemove(KeyValuePair.Create(context.Mapping.Address, begun));
            }
        }
    }

    private BegunRead SourceOf(StepContext context)
    {
        var begun = sources.GetOrAdd(context.Mapping.Address, _ =>
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(context.Stopping);
            return new BegunRead(stop, new Lazy<Task<SourceSchema>>(() => BeginReading(context, stop.Token)));
        });
        _ = begun.Read.Value;
        return begun;
    }

    /// <summary>Watched for itself, as it outlasts the step that begins it; ends with the run, not with that step.</summary>
    private Task<SourceSchema> BeginReading(StepContext context, CancellationToken cancellationToken)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(
                () => connector.Watch.RunAsync(token => ReadSourceAsync(context, token), wait => Tell(context, wait), cancellationToken),
                CancellationToken.None);
        }
    }

    /// <summary>Of the step that needs the schema first; it may not have begun yet.</summary>
    private static void Tell(StepContext context, LongWait wait)
    {
        if (context.Plan.Steps.FirstOrDefault(step => step is RestoreSchemaStep && step.Database == context.Mapping.Address) is { } step)
        {
            context.Events.Publish(new StepWaits(step, wait) { At = context.Clock.GetUtcNow() });
        }
    }

    private async Task<SourceSchema> ReadSourceAsync(StepContext context, CancellationToken cancellationToken)
    {
        var from = context.Mapping.From;
        var snapshot = await snapshots.HoldAsync(context, cancellationToken);
        var traits = await SourceTraits.ReadAsync(connector, context, cancellationToken);
        var dump = await SchemaDump.ForServerAsync(traits.MajorVersion, from.ToString(), cancellationToken);
        var endpoint = context.Manifest.FindSource(from.Endpoint)!;
        var resolved = await connector.ResolveAsync(endpoint, from.Database, SessionKind.SourceRead, cancellationToken);
        return new SourceSchema(
            traits with { DumpMajor = dump.MajorVersion },
            await DumpAsync(dump, endpoint, resolved, from.Database, snapshot.Id, cancellationToken));
    }

    /// <summary>pg_dump can't tell us reliably that it was the password: if the secret holds another one now, that was it.</summary>
    internal static async Task<ImmutableArray<SchemaEntry>> DumpAsync(
        SchemaDump dump, Endpoint endpoint, ResolvedEndpoint source, string database, string snapshot, CancellationToken cancellationToken)
    {
        using var connection = await ToolConnection.OpenAsync(endpoint, source, database, SessionKind.SourceRead, ApplicationName, cancellationToken);
        try
        {
            return await dump.ReadAsync(connection.Environment, snapshot, cancellationToken);
        }
        catch (StepFailedException failure)
        {
            connection.TellMissingPassword(failure.Message);
            if (source.PasswordRefused is null)
            {
                throw;
            }

            source.PasswordRefused();
            using var renewed = await ToolConnection.OpenAsync(endpoint, source, database, SessionKind.SourceRead, ApplicationName, cancellationToken);
            if (!renewed.HasNewerPasswordThan(connection))
            {
                throw;
            }

            return await dump.ReadAsync(renewed.Environment, snapshot, cancellationToken);
        }
    }

    /// <param name="Stop">Not disposed of: the read holds its token.</param>
    /// <param name="Read">Begins when it is first asked for.</param>
    private sealed record BegunRead(CancellationTokenSource Stop, Lazy<Task<SourceSchema>> Read);

    /// <param name="Traits">Of the server and the database.</param>
    /// <param name="Entries">All that pg_dump sees.</param>
    private sealed record SourceSchema(SourceTraits Traits, ImmutableArray<SchemaEntry> Entries);
}
