using System.Buffers.Binary;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>
/// Packs the payloads of received CopyData messages into few large ones. A server sends a message a row; where one message
/// ends and the next begins means nothing to the server that takes them, but each costs it a call.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY</remarks>
internal sealed class CopyDataPacker
{
    /// <summary>Bytes of a full message's payload; what a server's COPY FROM parses at once.</summary>
    public const int Capacity = 64 * 1024;

    private readonly byte[] message = new byte[FrameReader.HeaderLength + Capacity];
    private int leftOfFrame;

    public CopyDataPacker() => message[0] = FrameType.CopyData;

    /// <summary>Bytes of payload that wait to be sent.</summary>
    public int Length { get; private set; }

    public bool IsFull => Length == Capacity;

    /// <summary>Takes what has been received until it is full, or something other than CopyData is next.</summary>
    /// <returns>Whether something other than CopyData is next.</returns>
    public bool Pack(FrameReader frames)
    {
        var bytes = frames.Buffered.Span;
        var position = 0;
        var ended = false;
        while (position < bytes.Length && !IsFull)
        {
            if (leftOfFrame > 0)
            {
                position += Take(bytes[position..]);
            }
            else if (bytes[position] != FrameType.CopyData)
            {
                ended = true;
                break;
            }
            else if (bytes.Length - position < FrameReader.HeaderLength)
            {
                break;
            }
            else
            {
                leftOfFrame = BinaryPrimitives.ReadInt32BigEndian(bytes[(position + 1)..]) - sizeof(int);
                position += FrameReader.HeaderLength;
            }
        }

        frames.Consume(position);
        return ended;
    }

    /// <summary>The message that was packed; valid until the next call of any kind. Starts a new one.</summary>
    public ReadOnlyMemory<byte> Flush()
    {
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), sizeof(int) + Length);
        var whole = message.AsMemory(0, FrameReader.HeaderLength + Length);
        Length = 0;
        return whole;
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(Math.Min(leftOfFrame, bytes.Length), Capacity - Length);
        bytes[..count].CopyTo(message.AsSpan(FrameReader.HeaderLength + Length));
        Length += count;
        leftOfFrame -= count;
        return count;
    }
}
