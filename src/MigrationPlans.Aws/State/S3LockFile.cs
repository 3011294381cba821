using MigrationPlans.State;

namespace MigrationPlans.Aws.State;

/// <summary><c>lock.json</c> as an object. A free lock is an empty one, so nothing is ever deleted.</summary>
/// <remarks>Leases are judged by S3's clock alone: the machines' own ones may differ by minutes.</remarks>
internal sealed class S3LockFile(S3Objects objects) : ILockFile
{
    public string Location => $"{objects.Address}/{LocalLockFile.Name}";

    public async Task<LockReading> ReadAsync(CancellationToken cancellationToken)
    {
        if (await objects.ReadAsync(LocalLockFile.Name, cancellationToken) is not { } found)
        {
            // Nobody's lease is asked for.
            return new LockReading { Now = DateTimeOffset.MinValue };
        }

        var reading = LockReading.Of(found.Content, found.ETag, found.Now);
        return reading with { Holder = reading.Holder is { } holder ? holder with { RenewedAt = found.LastModified } : null };
    }

    public async Task<bool> TryReplaceAsync(LockReading seen, LockHolder? holder, CancellationToken cancellationToken) =>
        await objects.TryWriteAsync(LocalLockFile.Name, LockReading.Write(holder), seen.Version, cancellationToken) is not null;
}
