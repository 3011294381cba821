using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>Reads each mapping's source schema once a run, at the mapping's snapshot, and keeps it for the steps that need it.</summary>
public sealed class SchemaArchives(PostgresConnector connector, SourceSnapshots snapshots) : IDisposable
{
    private readonly ConcurrentDictionary<string, SchemaArchive> archives = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new(StringComparer.Ordinal);

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

    public void Dispose()
    {
        foreach (var gate in gates.Values)
        {
            gate.Dispose();
        }
    }

    private async Task<SchemaArchive> ReadAsync(StepContext context, CancellationToken cancellationToken)
    {
        var from = context.Mapping.From;
        var snapshot = await snapshots.HoldAsync(context, cancellationToken);
        var source = await SourceTraits.ReadAsync(connector, context, cancellationToken);
        var target = await TargetTraits.ReadAsync(connector, context, cancellationToken);
        var dump = await SchemaDump.ForServerAsync(source.MajorVersion, from.ToString(), cancellationToken);
        var resolved = await connector.ResolveAsync(context.Manifest.FindSource(from.Endpoint)!, cancellationToken);
        return ArchiveAssembly.Assemble(await DumpAsync(dump, resolved, from.Database, snapshot.Id, cancellationToken), context.Mapping, source, target);
    }

    /// <summary>pg_dump can't tell us reliably that it was the password: if the secret holds another one now, that was it.</summary>
    internal static async Task<ImmutableArray<SchemaEntry>> DumpAsync(
        SchemaDump dump, ResolvedEndpoint source, string database, string snapshot, CancellationToken cancellationToken)
    {
        using var connection = await ToolConnection.OpenAsync(source, database, SessionKind.SourceRead, cancellationToken);
        try
        {
            return await dump.ReadAsync(connection.Environment, snapshot, cancellationToken);
        }
        catch (StepFailedException) when (source.PasswordRefused is not null)
        {
            source.PasswordRefused();
            using var renewed = await ToolConnection.OpenAsync(source, database, SessionKind.SourceRead, cancellationToken);
            if (renewed.HasPasswordOf(connection))
            {
                throw;
            }

            return await dump.ReadAsync(renewed.Environment, snapshot, cancellationToken);
        }
    }
}
