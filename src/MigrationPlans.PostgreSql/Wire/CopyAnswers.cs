using System.Text;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>What the target says to statements that were sent ahead.</summary>
internal sealed class CopyAnswers
{
    private readonly List<string> copyTags = [];
    private int outstanding;

    /// <summary>Tags of the COPY statements, in order.</summary>
    public IReadOnlyList<string> CopyTags => copyTags;

    /// <summary>The first error; the statements after it fail because of it.</summary>
    public ServerError? Error { get; private set; }

    /// <summary>One more statement was sent.</summary>
    public void Expect() => outstanding++;

    /// <exception cref="WireException">A statement was refused.</exception>
    public async Task ReadAllAsync(WireConnection target, CancellationToken cancellationToken)
    {
        while (outstanding > 0)
        {
            await ReadOneAsync(target, cancellationToken);
        }

        if (Error is not null)
        {
            throw new WireException(Error);
        }
    }

    public async Task ReadOneAsync(WireConnection target, CancellationToken cancellationToken)
    {
        var frame = await target.Frames.ReadAsync(cancellationToken);
        switch (frame.Type)
        {
            case FrameType.ReadyForQuery:
                outstanding--;
                break;
            case FrameType.ErrorResponse:
                Error ??= ServerError.Parse(frame.Payload.Span);
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
