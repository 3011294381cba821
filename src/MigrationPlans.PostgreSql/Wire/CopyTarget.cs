using System.Text;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>The side of a relay that takes the rows: statements are sent ahead, and what it says to them is read later.</summary>
internal sealed class CopyTarget(WireConnection connection)
{
    /// <summary>How long it may take nothing before it is listened to.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly List<string> copyTags = [];
    private int outstanding;
    private int answered;
    private int ahead;
    private int answeredAtError;

    /// <summary>Tags of the COPY statements, in order.</summary>
    public IReadOnlyList<string> CopyTags => copyTags;

    /// <summary>The first error; the statements after it fail because of it.</summary>
    public ServerError? Error { get; private set; }

    /// <summary>The first error, and which of the COPYs it was that met it; null where it was a statement before them.</summary>
    public WireException Refusal => new(Error!) { IsOfTarget = true, Untaken = answeredAtError >= ahead ? answeredAtError - ahead : null };

    /// <summary>Sends a statement ahead of the first COPY.</summary>
    public Task BeginAsync(string sql, CancellationToken cancellationToken)
    {
        ahead++;
        return QueryAsync(sql, cancellationToken);
    }

    /// <summary>Sends a statement, which will be answered.</summary>
    public Task QueryAsync(string sql, CancellationToken cancellationToken)
    {
        outstanding++;
        return SendAsync(FrontendMessages.Query(sql), cancellationToken);
    }

    /// <summary>
    /// Sends a message. A server that has much to say meanwhile, as where a check tells something of every row, takes nothing until somebody
    /// listens: so what it says is read before the message is through.
    /// </summary>
    public async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var sending = connection.SendAsync(message, cancellationToken);
        if (sending.IsCompleted)
        {
            await sending;
            return;
        }

        var task = sending.AsTask();
        while (await Task.WhenAny(task, Task.Delay(Patience, CancellationToken.None)) != task)
        {
            await ReadArrivedAsync(cancellationToken);
        }

        await task;
    }

    /// <summary>Reads what it has said up to now.</summary>
    public async Task ReadArrivedAsync(CancellationToken cancellationToken)
    {
        while (connection.HasUnreadAnswer)
        {
            await ReadOneAsync(cancellationToken);
        }
    }

    /// <exception cref="WireException">A statement was refused.</exception>
    public async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        while (outstanding > 0)
        {
            await ReadOneAsync(cancellationToken);
        }

        if (Error is not null)
        {
            throw Refusal;
        }
    }

    private async Task ReadOneAsync(CancellationToken cancellationToken)
    {
        var frame = await connection.Frames.ReadAsync(cancellationToken);
        switch (frame.Type)
        {
            case FrameType.ReadyForQuery:
                outstanding--;
                answered++;
                break;
            case FrameType.ErrorResponse when Error is null:
                Error = ServerError.Parse(frame.Payload.Span);
                answeredAtError = answered;
                break;
            case FrameType.CommandComplete:
                var tag = Encoding.UTF8.GetString(frame.Payload.Span[..^1]);
                if (tag.StartsWith("COPY ", StringComparison.Ordinal))
                {
                    copyTags.Add(tag);
                }

                break;
        }
    }
}
