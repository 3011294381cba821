using System.Collections.Concurrent;
using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Connections.Silence;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Scheduling;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>One attempt to copy one database: its snapshot, its readers, and what both catalogs and the ledger say.</summary>
internal sealed class CopySession : IAsyncDisposable
{
    /// <summary>From here on a table can be read by page range without scanning all of it.</summary>
    private const int FirstWithRangeScan = 14;

    private readonly StepContext context;
    private readonly PostgresConnector connector;

    private readonly SourceSnapshot snapshot;
    private readonly SourceReaders<NpgsqlConnection> guards;

    private CopySession(StepContext context, PostgresConnector connector, SourceSnapshot snapshot)
    {
        this.context = context;
        this.connector = connector;
        this.snapshot = snapshot;
        guards = new SourceReaders<NpgsqlConnection>(OpenGuardAsync);
        Readers = new SourceReaders<WireConnection>(OpenReaderAsync);
    }

    public SourceReaders<WireConnection> Readers { get; }

    public SourceCatalog Source { get; private set; } = null!;

    public ImmutableArray<TableCopy> Tables { get; private set; } = [];

    public LargeObjectCopy LargeObjects { get; private set; } = null!;

    /// <summary>Large objects that stay behind, because a part of the database is picked.</summary>
    public long LargeObjectsLeft { get; private set; }

    /// <summary>An earlier attempt brought something.</summary>
    public bool IsResumed { get; private set; }

    public ImmutableHashSet<string> EntriesDone { get; private set; } = [];

    private readonly ConcurrentDictionary<TableName, bool> done = new();
    private ResumeCheck resume = null!;
    private ComputingSettings settings = null!;
    private int sourceVersion;
    private int targetVersion;
    private bool isHeld;

    /// <summary>Reads both catalogs and holds the source's tables as the snapshot sees them.</summary>
    public static async Task<CopySession> OpenAsync(
        StepContext context, PostgresConnector connector, SourceSnapshot snapshot, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var session = new CopySession(context, connector, snapshot);
        try
        {
            await session.ReadAsync(target, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>A connection that rows and indexes go into.</summary>
    public async Task<WireConnection> OpenWriterAsync(CancellationToken cancellationToken)
    {
        var endpoint = await connector.ResolveAsync(
            context.Manifest.FindTarget(context.Mapping.To.Endpoint)!, context.Mapping.To.Database, SessionKind.Target, cancellationToken);
        var writer = Watched(
            await WireConnection.OpenAsync(endpoint, context.Mapping.To.Database, SessionKind.Target, cancellationToken),
            Sides.Target(context),
            context.Mapping.To.Database);
        try
        {
            await writer.ExecuteAsync($"{settings.Sql};\n{WriterSettings.Sql(context.Parallelism)}", cancellationToken);
            return writer;
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    private Task<NpgsqlConnection> OpenTargetAsync(CancellationToken cancellationToken) =>
        connector.OpenAsync(context.Manifest.FindTarget(context.Mapping.To.Endpoint)!, context.Mapping.To.Database, SessionKind.Target, cancellationToken);

    /// <summary>Compares what an earlier attempt brought from another state of the source; what is equal counts as done.</summary>
    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        var unproven = Tables.Where(table => resume.Of(table) == TableStanding.Unproven).ToList();
        using var graph = new WorkGraph([.. unproven.SelectMany(Proofs)]);
        await graph.RunAsync(context.Parallelism, OpenTargetAsync, context.Stopping, cancellationToken);
    }

    /// <summary>What is left to copy, cut into units.</summary>
    public (ImmutableArray<CopyUnit> Units, ImmutableArray<TableCopy> ToClear) Plan()
    {
        var planner = new CopyPlanner(context.Parallelism, sourceVersion >= FirstWithRangeScan);
        var begun = Tables.Where(table => resume.Of(table) == TableStanding.Begun).ToList();
        var whole = WholeTrees([.. Tables.Where(table => !done.ContainsKey(table.Name) && resume.Of(table) != TableStanding.Begun)]);
        RefuseWatched(whole.Concat(begun));
        whole = whole.ConvertAll(table => table with { NeedsClearing = table.NeedsClearing || resume.Of(table) != TableStanding.Absent });
        var units = planner.Plan(whole);
        var toClear = units.Where(unit => unit.Chunk is { Count: > 1, Index: 0 }).Select(unit => unit.Tables[0]).Where(table => table.NeedsClearing);
        return ([.. units, .. begun.SelectMany(table => resume.Missing(table).Select(chunk => CopyPlanner.Chunk(table, chunk)))], [.. toClear]);
    }

    /// <summary>Triggers would change what comes in, and foreign keys keep a table from being emptied. Those of an extension's tables come with it.</summary>
    private void RefuseWatched(IEnumerable<TableCopy> tables)
    {
        if (tables.FirstOrDefault(table => table.Target is { HasTriggers: true, Extension: null }) is { } watched)
        {
            throw new StepFailedException(CopyDiagnostics.TriggersThere(context.Mapping.To.ToString(), watched.Name.ToString()), FailureClass.Permanent);
        }
    }

    /// <summary>Ends all transactions on the source.</summary>
    public async Task EndReadingAsync()
    {
        await Readers.DisposeAsync();
        await guards.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await EndReadingAsync();

    private async Task<NpgsqlConnection> OpenGuardAsync(CancellationToken cancellationToken)
    {
        var endpoint = context.Manifest.FindSource(context.Mapping.From.Endpoint)!;
        var guard = await connector.OpenAsync(endpoint, context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        var begin = SnapshotImport.Begin(snapshot.Id);
        return await SnapshotImport.BeginAsync(
            guard, it => it.ExecuteAsync(isHeld ? $"{begin}; {SnapshotTables.GiveWay}" : begin, cancellationToken), context.Mapping.From.ToString());
    }

    private async Task<WireConnection> OpenReaderAsync(CancellationToken cancellationToken)
    {
        var endpoint = await connector.ResolveAsync(
            context.Manifest.FindSource(context.Mapping.From.Endpoint)!, context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken);
        var reader = Watched(
            await WireConnection.OpenAsync(endpoint, context.Mapping.From.Database, SessionKind.SourceRead, cancellationToken),
            Sides.Source(context),
            context.Mapping.From.Database);
        return await SnapshotImport.BeginAsync(
            reader,
            it => it.ExecuteAsync($"{SnapshotImport.Begin(snapshot.Id)}; {SnapshotTables.GiveWay}", cancellationToken),
            context.Mapping.From.ToString());
    }

    private static WireConnection Watched(WireConnection connection, Endpoint endpoint, string database)
    {
        SilenceWatch.Add(new WatchedSession(endpoint, database, connection.Pid, () => connection.Activity, () => connection.Moved));
        return connection;
    }

    private async Task ReadAsync(NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var guard = await guards.RentAsync(cancellationToken);
        settings = await ComputingSettings.ReadAsync(connector, context, target, cancellationToken);
        var (from, to) = (SourceCatalog.HoldAsync(guard, snapshot, context.Mapping, cancellationToken), TargetCatalog.ReadAsync(target, cancellationToken));
        await Task.WhenAll(from, to);
        isHeld = true;
        Source = await from;
        var found = await to;
        var selection = new CopySelection
        {
            Mapping = context.Mapping,
            Source = Source.Tables,
            Target = found.Tables,
            SourceTypes = Source.Types,
            TargetTypes = found.Types,
            HashKeys = Source.HashKeys,
            BytesInto = EncodingOf(guard) == CopySql.Unencoded || EncodingOf(target) == CopySql.Unencoded ? EncodingOf(target) : null,
        };
        Tables = selection.Choose();
        (sourceVersion, targetVersion) = (guard.PostgreSqlVersion.Major, target.PostgreSqlVersion.Major);
        guards.Return(guard);
        await PlanLargeObjectsAsync(target, found.Chunks, cancellationToken);

        resume = new ResumeCheck(found.Chunks, Source.State);
        EntriesDone = found.Entries;
        IsResumed = !found.Chunks.IsEmpty;
        foreach (var table in Tables.Where(table => resume.Of(table) == TableStanding.Done))
        {
            done[table.Name] = true;
        }
    }

    private async Task PlanLargeObjectsAsync(NpgsqlConnection target, ImmutableArray<CopiedChunk> ledger, CancellationToken cancellationToken)
    {
        var objects = Source.LargeObjects;
        if (!SelectionFilter.For(context.Mapping).IsEverything)
        {
            (LargeObjectsLeft, objects) = (objects.Length, []);
        }

        var roles = objects.IsEmpty
            ? []
            : await target.QueryAsync("SELECT rolname::pg_catalog.text FROM pg_catalog.pg_roles", reader => reader.GetString(0), cancellationToken);
        LargeObjects = new LargeObjectCopy(objects, ledger, Source.State, RoleThere);

        // With `roles.create: none` a role may be missing on purpose; otherwise the server's refusal is the right answer.
        string? RoleThere(string role)
        {
            var mapped = context.Mapping.Roles.Map.GetValueOrDefault(role, role);
            return context.Mapping.Roles.Create == RoleCreation.None && !roles.Contains(mapped) ? null : mapped;
        }
    }

    private static string EncodingOf(NpgsqlConnection connection) => connection.PostgresParameters.GetValueOrDefault("server_encoding", "UTF8");

    private IEnumerable<WorkItem> Proofs(TableCopy table)
    {
        var pieces = ContentComparison.PiecesOf(table, Math.Min(sourceVersion, targetVersion));
        var comparison = new ContentComparison(table, pieces);
        return Enumerable.Range(0, pieces).Select(piece => new WorkItem
        {
            Key = $"{piece} {table.Name}",
            Weight = table.Weight,
            RunAsync = (target, token) => ProveAsync(table, comparison, piece, target, token),
        });
    }

    private async Task ProveAsync(TableCopy table, ContentComparison comparison, int piece, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var source = await guards.RentAsync(cancellationToken);
        if (await comparison.ReadAsync(piece, source, target, cancellationToken))
        {
            await ChunkLedger.ConfirmAsync(target, table.Name.Schema, table.Name.Name, Source.State, cancellationToken);
            done[table.Name] = true;
        }

        guards.Return(source);
    }

    // A tree that is loaded through its root is emptied through its root: one leaf to do again means all of them. So it is where
    // foreign keys are there already.
    private List<TableCopy> WholeTrees(List<TableCopy> left)
    {
        var roots = left.Where(table => table.Through is not null).Select(table => table.Through).ToHashSet();
        foreach (var table in Tables.Where(table => table.Through is not null && roots.Contains(table.Through) && done.TryRemove(table.Name, out _)))
        {
            left.Add(table with { NeedsClearing = true });
        }

        foreach (var table in ConfigurationLinks.Find(Tables)
            .Where(group => group.Any(IsLeft))
            .SelectMany(group => group)
            .Where(table => done.TryRemove(table.Name, out _)))
        {
            left.Add(table with { NeedsClearing = true });
        }

        return left;

        bool IsLeft(TableCopy table) => left.Exists(other => other.Name == table.Name);
    }
}
