using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Copy;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Archives;

/// <summary>Marks in the target's ledger: how far the restore of which archive is.</summary>
internal static class ArchiveMarks
{
    private const string Begun = "archive-rows-begun:";
    private const string Complete = "archive-rows:";
    private const string Restored = "archive-restored:";

    public static bool HasBegun(IEnumerable<string> ledger) => ledger.Any(mark => mark.StartsWith(Begun, StringComparison.Ordinal));

    public static bool HasRows(IReadOnlySet<string> ledger, ArchiveDocument archive) => ledger.Contains(Complete + archive.Identity);

    /// <summary>Rows of another archive are all there, and constraints may hold them.</summary>
    public static bool HasRowsOfAnother(IEnumerable<string> ledger, ArchiveDocument archive) =>
        ledger.Any(mark => mark.StartsWith(Complete, StringComparison.Ordinal) && mark != Complete + archive.Identity);

    /// <param name="archive">Null where it is gone: then any that was restored counts.</param>
    public static bool IsRestored(IReadOnlySet<string> ledger, ArchiveDocument? archive) =>
        archive is null ? ledger.Any(mark => mark.StartsWith(Restored, StringComparison.Ordinal)) : ledger.Contains(Restored + archive.Identity);

    public static Task BeginAsync(NpgsqlConnection target, ArchiveDocument archive, CancellationToken cancellationToken) =>
        RecordAsync(target, Begun + archive.Identity, cancellationToken);

    public static Task CompleteAsync(NpgsqlConnection target, ArchiveDocument archive, CancellationToken cancellationToken) =>
        RecordAsync(target, Complete + archive.Identity, cancellationToken, EmptiedTables.MarkFilledAsync);

    public static Task EndAsync(NpgsqlConnection target, ArchiveDocument archive, CancellationToken cancellationToken) =>
        RecordAsync(target, Restored + archive.Identity, cancellationToken);

    /// <summary>Waits for the disk: pg_restore's sessions commit on their own, and the mark must not be lost when theirs stay.</summary>
    private static async Task RecordAsync(
        NpgsqlConnection target, string mark, CancellationToken cancellationToken, Func<NpgsqlConnection, CancellationToken, Task>? furtherAsync = null)
    {
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        await target.ExecuteAsync("SET LOCAL synchronous_commit TO on", cancellationToken);
        await TargetLedger.RecordEntriesAsync(target, [mark], cancellationToken);
        if (furtherAsync is not null)
        {
            await furtherAsync(target, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }
}
