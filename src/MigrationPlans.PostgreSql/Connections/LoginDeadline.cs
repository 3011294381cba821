namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// How long a login may take: connecting, TLS and what the server asks for. The time that our side takes to fetch the password does not count: a
/// secret may take its time, and a server that has asked for it waits.
/// </summary>
internal sealed class LoginDeadline : IDisposable
{
    private static readonly AsyncLocal<LoginDeadline?> Current = new();

    private readonly TimeSpan limit;
    private readonly CancellationTokenSource clock;
    private readonly CancellationTokenSource either;

    /// <summary>Begins to count.</summary>
    /// <param name="cancellationToken">Ends the login too.</param>
    public LoginDeadline(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        this.limit = limit;
        clock = new CancellationTokenSource(limit, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, cancellationToken);
        Current.Value = this;
    }

    public CancellationToken Token => either.Token;

    /// <summary>Fetches something for the login that is under way in this flow of control, while its time stands still; afterwards the server has the whole of it for its answer.</summary>
    public static async ValueTask<T> WithoutAsync<T>(Func<ValueTask<T>> fetch)
    {
        var login = Current.Value;
        login?.clock.CancelAfter(Timeout.InfiniteTimeSpan);
        var fetched = await fetch();
        login?.clock.CancelAfter(login.limit);
        return fetched;
    }

    public void Dispose()
    {
        Current.Value = null;
        either.Dispose();
        clock.Dispose();
    }
}
