using System.Buffers.Binary;

namespace MigrationPlans.PostgreSql.Copy;

/// <summary>
/// Counts the rows of a COPY stream as it passes by: the driver's raw streams do not show the command tag. Text rows end
/// with the only unescaped line breaks; binary rows are hopped over by their lengths.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS</remarks>
internal sealed class RowCounter(bool isBinary)
{
    // Signature, flags, length of the header extension (which no version uses).
    private const int HeaderLength = 11 + 4 + 4;

    private readonly byte[] partial = new byte[4];
    private int partialLength;
    private long skip = HeaderLength;
    private int fieldsLeft;

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (isBinary)
        {
            AddBinary(bytes);
        }
        else
        {
            Rows += bytes.Count((byte)'\n');
        }
    }

    private void AddBinary(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            if (skip >= bytes.Length)
            {
                skip -= bytes.Length;
                return;
            }

            bytes = bytes[(int)skip..];
            skip = 0;
            var width = fieldsLeft > 0 ? 4 : 2;
            if (partialLength == 0 && bytes.Length >= width)
            {
                Take(bytes[..width]);
                bytes = bytes[width..];
                continue;
            }

            var taken = Math.Min(width - partialLength, bytes.Length);
            bytes[..taken].CopyTo(partial.AsSpan(partialLength));
            partialLength += taken;
            bytes = bytes[taken..];
            if (partialLength < width)
            {
                return;
            }

            partialLength = 0;
            Take(partial.AsSpan(0, width));
        }
    }

    private void Take(ReadOnlySpan<byte> number)
    {
        if (number.Length == 4)
        {
            fieldsLeft--;
            // -1 is a null, without bytes.
            skip = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(number));
            return;
        }

        // -1 fields: the end of the stream.
        var fields = BinaryPrimitives.ReadInt16BigEndian(number);
        if (fields >= 0)
        {
            Rows++;
            fieldsLeft = fields;
        }
    }
}
