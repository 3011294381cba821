using System.Buffers.Binary;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>Receives protocol messages: a type byte, a length that counts itself, a payload.</summary>
/// <remarks>https://www.postgresql.org/docs/current/protocol-message-formats.html</remarks>
internal sealed class FrameReader(Stream stream)
{
    public const int HeaderLength = 5;

    private byte[] buffer = new byte[256 * 1024];
    private int start;
    private int end;

    /// <summary>Something is waited for.</summary>
    public bool IsReading { get; private set; }

    /// <summary>How often something came.</summary>
    public long Arrivals { get; private set; }

    /// <summary>Received and not yet consumed.</summary>
    public ReadOnlyMemory<byte> Buffered => buffer.AsMemory(start, end - start);

    public void Consume(int count) => start += count;

    /// <summary>Receives at least one more byte.</summary>
    /// <exception cref="EndOfStreamException">The server closed the connection.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        IsReading = true;
        var count = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
        IsReading = false;
        Arrivals++;
        if (count == 0)
        {
            throw new EndOfStreamException("the server closed the connection");
        }

        end += count;
    }

    /// <summary>The next whole message. The payload is valid until the next call.</summary>
    public async ValueTask<Frame> ReadAsync(CancellationToken cancellationToken)
    {
        while (end - start < HeaderLength)
        {
            await FillAsync(cancellationToken);
        }

        var type = buffer[start];
        var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 1));
        var whole = length + 1;
        if (whole > buffer.Length)
        {
            Grow(whole);
        }

        while (end - start < whole)
        {
            await FillAsync(cancellationToken);
        }

        var payload = buffer.AsMemory(start + HeaderLength, length - 4);
        start += whole;
        return new Frame(type, payload);
    }

    private void MakeRoom()
    {
        if (start == end)
        {
            (start, end) = (0, 0);
        }
        else if (start > 0 && end == buffer.Length)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
    }

    private void Grow(int size)
    {
        var larger = new byte[size];
        buffer.AsSpan(start, end - start).CopyTo(larger);
        (buffer, start, end) = (larger, 0, end - start);
    }
}
