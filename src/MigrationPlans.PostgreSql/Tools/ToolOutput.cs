using System.Buffers;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// What a program prints, in pieces as they come: one buffer would be copied each time that it is full, and leave a heap of large ones behind. The archive of
/// a large catalog's schema is tens of megabytes.
/// </summary>
internal sealed class ToolOutput
{
    /// <summary>Short of the large object heap.</summary>
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

    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (used == PieceBytes)
            {
                pieces.Add(new byte[PieceBytes]);
                used = 0;
            }

            var length = Math.Min(bytes.Length, PieceBytes - used);
            bytes[..length].CopyTo(pieces[^1].AsSpan(used));
            used += length;
            bytes = bytes[length..];
        }
    }

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
