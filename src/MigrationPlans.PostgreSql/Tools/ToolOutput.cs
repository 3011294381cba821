using System.Buffers;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// What a program prints, in pieces as they come: one buffer would be copied each time that it is full, and leave a heap of large ones behind. The schema of
/// a large catalog is tens of megabytes.
/// </summary>
internal sealed class ToolOutput : Stream
{
    /// <summary>Short of the large object heap, also as text of two bytes a character.</summary>
    private const int PieceBytes = 32 * 1024;

    private readonly List<byte[]> pieces = [];
    private int used = PieceBytes;

    public ReadOnlySequence<byte> Content
    {
        get
        {
            if (pieces.Count == 0)
            {
                return ReadOnlySequence<byte>.Empty;
            }

            var first = new Piece(pieces[0], 0);
            var last = pieces.Skip(1).Aggregate(first, (before, bytes) => before.Follow(bytes));
            return new ReadOnlySequence<byte>(first, 0, last, used);
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (used == PieceBytes)
            {
                pieces.Add(new byte[PieceBytes]);
                used = 0;
            }

            var length = Math.Min(buffer.Length, PieceBytes - used);
            buffer[..length].CopyTo(pieces[^1].AsSpan(used));
            used += length;
            buffer = buffer[length..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long before) => (Memory, RunningIndex) = (bytes, before);

        public Piece Follow(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + PieceBytes);
            Next = next;
            return next;
        }
    }
}
