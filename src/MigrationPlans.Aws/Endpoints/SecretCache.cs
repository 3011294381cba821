using System.Collections.Concurrent;
using MigrationPlans.Aws.Accounts;

namespace MigrationPlans.Aws.Endpoints;

/// <summary>
/// Secrets for a few seconds: a copy opens dozens of connections at once, and must not ask for the password each time; but a
/// rotated secret must be seen soon, and at once after the server refused the old one.
/// </summary>
internal sealed class SecretCache(TimeProvider clock)
{
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(AwsAccess Access, string Arn), Entry> entries = new();

    public async Task<LoginSecret> GetAsync(AwsAccount account, string secretArn, CancellationToken cancellationToken)
    {
        var key = (account.Access, secretArn);
        var entry = entries.AddOrUpdate(
            key,
            _ => Fetch(account, secretArn),
            (_, seen) => IsFresh(seen) ? seen : Fetch(account, secretArn));
        try
        {
            // One fetch serves all who wait, so no single caller's token may end it.
            return await entry.Value.Value.WaitAsync(cancellationToken);
        }
        catch when (!cancellationToken.IsCancellationRequested)
        {
            entries.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
    }

    public void Forget(AwsAccount account, string secretArn) => entries.TryRemove((account.Access, secretArn), out _);

    private Entry Fetch(AwsAccount account, string secretArn) =>
        new(clock.GetTimestamp(), new Lazy<Task<LoginSecret>>(() => SecretReader.ReadAsync(account, secretArn, CancellationToken.None)));

    private bool IsFresh(Entry entry) => clock.GetElapsedTime(entry.Since) < Lifetime;

    private sealed record Entry(long Since, Lazy<Task<LoginSecret>> Value);
}
