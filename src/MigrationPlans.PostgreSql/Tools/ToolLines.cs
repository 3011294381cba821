using System.Buffers;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// Hands on what a program prints line by line, each with its end: the script of a large catalog's schema is tens of megabytes that
/// nobody needs in one piece.
/// </summary>
/// <param name="take">Must be done with the line when it returns.</param>
internal sealed class ToolLines(Action<ReadOnlySpan<byte>> take)
{
    private readonly ArrayBufferWriter<byte> begun = new();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        for (var end = bytes.IndexOf((byte)'\n'); end >= 0; end = bytes.IndexOf((byte)'\n'))
        {
            var line = bytes[..(end + 1)];
            if (begun.WrittenCount > 0)
            {
                begun.Write(line);
                line = begun.WrittenSpan;
            }

            take(line);
            begun.ResetWrittenCount();
            bytes = bytes[(end + 1)..];
        }

        begun.Write(bytes);
    }

    /// <summary>The last line may have no end.</summary>
    public void End()
    {
        if (begun.WrittenCount > 0)
        {
            take(begun.WrittenSpan);
        }
    }
}
