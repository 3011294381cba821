using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Wire;
using Npgsql;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Copies one unit in one transaction of the target, its ledger rows included.</summary>
/// <param name="state">Names the source's state that is read, for the ledger.</param>
/// <param name="progress">Told of rows that have passed.</param>
/// <param name="mapping">Names both databases, for messages.</param>
internal sealed class UnitCopier(SourceReaders<WireConnection> readers, string state, CopyProgress progress, DatabaseMapping mapping)
{
    // Statements are sent ahead of their answers; more than this could fill both servers' socket buffers.
    private const int MaxTextAhead = 32 * 1024;

    public async Task CopyAsync(CopyUnit unit, WireConnection target, CancellationToken cancellationToken)
    {
        var full = unit.Tables.Where(table => !table.IsEmpty).ToList();
        // Backwards: rows that others refer to go last.
        var before = string.Join(";\n", ["BEGIN", .. unit.Tables.Reverse().Where(table => IsCleared(unit, table)).SelectMany(Clear)]);
        var totals = new Dictionary<TableName, CopyTotals>();
        if (full.Count > 0)
        {
            await RelayAsync(unit, full, before, target, totals, cancellationToken);
            before = "";
        }

        var entries = unit.Tables.Select(table => Entry(unit, table, totals.GetValueOrDefault(table.Name))).ToList();
        await target.ExecuteAsync($"{before};\n{ChunkLedger.Record(entries)};\nCOMMIT", cancellationToken);
        foreach (var (table, entry) in unit.Tables.Zip(entries))
        {
            progress.TableUnitDone(table.Name, entry.Rows);
        }
    }

    /// <summary>Empties the table and takes its ledger rows back.</summary>
    public static string[] Clear(TableCopy table) =>
    [
        .. table.HasNothingToClear ? Array.Empty<string>() : [CopySql.Clear(table)],
        ChunkLedger.Forget(table.Name.Schema, table.Name.Name),
    ];

    /// <summary>What tells a table's chunks from those of another attempt; changes when the table's rows move to other pages.</summary>
    public static string? Bounds(TableCopy table, TableChunk? chunk) =>
        chunk is null or { Count: 1 } ? null : $"{chunk.PagesEach} pages of file {table.Source.File}";

    private static bool ArrivesFrozen(CopyUnit unit, TableCopy table) =>
        unit.Chunk is null or { Count: 1 } && table is { Through: null, Source.Condition: null } && table.Weight >= CopyPlanner.SmallTable;

    // Emptying a small table that is empty costs more (new files) than freezing its rows saves.
    private static bool IsCleared(CopyUnit unit, TableCopy table) =>
        unit.Chunk is null or { Count: 1 } && (table.NeedsClearing || ArrivesFrozen(unit, table));

    private async Task RelayAsync(
        CopyUnit unit,
        List<TableCopy> tables,
        string before,
        WireConnection target,
        Dictionary<TableName, CopyTotals> totals,
        CancellationToken cancellationToken)
    {
        var source = await readers.RentAsync(cancellationToken);
        foreach (var (some, pairs) in Ahead(unit, tables))
        {
            var passed = await NameFailureAsync(some, CopyRelay.RunAsync(
                source, target, before, pairs, (index, bytes) => progress.Moved(some[index].Name.ToString(), bytes), cancellationToken));
            before = "";
            foreach (var (table, total) in some.Zip(passed))
            {
                SnapshotTables.RequireSame(table.Source, total, mapping.From.ToString());
                totals[table.Name] = total;
            }
        }

        readers.Return(source);
    }

    private async Task<T> NameFailureAsync<T>(List<TableCopy> tables, Task<T> relay)
    {
        try
        {
            return await relay;
        }
        catch (WireException exception) when (exception.Error.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StepFailedException(CopyDiagnostics.TableAwaited(OneOf(tables)), FailureClass.Transient, exception);
        }
        catch (WireException exception)
            when (exception.Error.IsPartitionViolation && Named(tables, exception.Error).Find(table => table.StaysInLeaf) is { } table)
        {
            throw new StepFailedException(CopyDiagnostics.RowsBelongElsewhere(mapping.To.ToString(), table.Name.ToString()), FailureClass.Permanent, exception);
        }
        catch (WireException exception) when (exception.Error.SqlState == PostgresErrorCodes.InsufficientPrivilege
            && Refused(tables, exception).Find(table => table.IsConfiguration) is { } owned)
        {
            var denied = exception.IsOfTarget
                ? ExtensionDiagnostics.TableDenied(
                    mapping.To.ToString(),
                    owned.Source.Extension!,
                    owned.Name.ToString(),
                    CronJobs.PrivilegesFor(owned.Source.Extension, owned.Name),
                    exception.Error.Message)
                : ExtensionDiagnostics.TableUnreadable(mapping.From.ToString(), owned.Source.Extension!, owned.Name.ToString(), exception.Error.Message);
            throw new StepFailedException(denied, FailureClass.Permanent, exception);
        }
        catch (WireException exception) when (FindFunction(tables, exception.Error) is { } found)
        {
            throw new StepFailedException(found, FailureClass.Permanent, exception);
        }
        catch (WireException exception) when (CopyPlace.Find(exception.Error.Where) is { } place)
        {
            throw WireErrors.Translate(exception, $"{mapping.To}: table {place.Of(OneOf(Named(tables, exception.Error)))}");
        }
        catch (WireException exception) when (exception.Unsent is { } unsent)
        {
            var (table, source) = (tables[unsent].Name.ToString(), mapping.From.ToString());
            throw exception.Error.SqlState == PostgresErrorCodes.ProgramLimitExceeded
                ? new StepFailedException(
                    CopyDiagnostics.RowTooLong(source, table, exception.Error.Message, exception.Error.Detail),
                    FailureClass.Permanent,
                    exception)
                : WireErrors.Translate(exception, $"{source}: table {table}");
        }
    }

    private static string OneOf(List<TableCopy> tables) =>
        tables.Count == 1 ? tables[0].Name.ToString() : $"one of {tables[0].Name} and {tables.Count - 1} other tables";

    private Diagnostic? FindFunction(List<TableCopy> tables, ServerError error) =>
        FunctionFailure.Find(error.SqlState, error.Message, error.Where, mapping.To.ToString(), OneOf(Named(tables, error)));

    /// <summary>Several tables' rows are under way at once, and the server says the table's name without its schema; all of them where it says none.</summary>
    private static List<TableCopy> Named(List<TableCopy> tables, ServerError error)
    {
        var named = tables.FindAll(table => table.Name.Name == CopyPlace.Find(error.Where)?.Table);
        return named.Count > 0 ? named : tables;
    }

    /// <summary>A right that is missing says no table in the error's context.</summary>
    private static List<TableCopy> Refused(List<TableCopy> tables, WireException exception) =>
        (exception.Unsent ?? exception.Untaken) is { } index ? [tables[index]] : Named(tables, exception.Error);

    /// <summary>Cuts the statements into runs that may be sent ahead.</summary>
    private static IEnumerable<(List<TableCopy> Tables, List<CopyPair> Pairs)> Ahead(CopyUnit unit, List<TableCopy> tables)
    {
        var (some, pairs, length) = (new List<TableCopy>(), new List<CopyPair>(), 0);
        foreach (var table in tables)
        {
            var pair = CopySql.Relay(table, unit.Chunk, ArrivesFrozen(unit, table));
            if (length + pair.Out.Length > MaxTextAhead && pairs.Count > 0)
            {
                yield return (some, pairs);
                (some, pairs, length) = ([], [], 0);
            }

            some.Add(table);
            pairs.Add(pair);
            length += pair.Out.Length;
        }

        yield return (some, pairs);
    }

    private CopiedChunk Entry(CopyUnit unit, TableCopy table, CopyTotals? copied) => new()
    {
        Schema = table.Name.Schema,
        Table = table.Name.Name,
        Chunk = unit.Chunk?.Index ?? 0,
        Chunks = unit.Chunk?.Count ?? 1,
        Bounds = Bounds(table, unit.Chunk),
        Rows = copied?.Rows ?? 0,
        Bytes = copied?.Bytes ?? 0,
        Snapshot = state,
    };
}
