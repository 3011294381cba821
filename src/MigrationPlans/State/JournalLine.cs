using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MigrationPlans.State;

/// <summary>
/// One line of the journal. <c>previous</c> is the SHA-256 of the line before, so that no line can be changed, lost or
/// slipped in; <c>check</c> is that of the line up to itself, so that this holds for the last line too.
/// </summary>
/// <param name="Sequence">From 1, without a gap.</param>
/// <param name="Hash">SHA-256 of the whole line, without its line break.</param>
internal sealed record JournalLine(long Sequence, string Previous, DateTimeOffset At, JournalEvent Event, string Hash)
{
    /// <summary>What the first line has for the hash of the line before.</summary>
    public const string Nothing = "0000000000000000000000000000000000000000000000000000000000000000";

    private const string CheckStart = ",\"check\":\"";
    private const string CheckEnd = "\"}";

    private static readonly int CheckLength = CheckStart.Length + Nothing.Length + CheckEnd.Length;

    /// <summary>The line's bytes without the line break.</summary>
    public static byte[] Write(long sequence, string previous, DateTimeOffset at, JournalEvent happened)
    {
        var json = JsonSerializer.Serialize(new Content(RunState.CurrentFormat, sequence, previous, at, happened), StateJson.Line);
        var body = json[..^1];
        return Encoding.UTF8.GetBytes($"{body}{CheckStart}{HashOf(Encoding.UTF8.GetBytes(body))}{CheckEnd}");
    }

    public static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <exception cref="InvalidDataException">The line is not one that <see cref="Write"/> made; the message says what is wrong.</exception>
    /// <exception cref="NotSupportedException">The line is whole, and of another format version; the message is that version.</exception>
    public static JournalLine Read(ReadOnlySpan<byte> line)
    {
        if (line.Length < CheckLength)
        {
            throw new InvalidDataException("it is too short");
        }

        var body = line[..^CheckLength];
        if (!line[^CheckLength..].SequenceEqual(Encoding.UTF8.GetBytes($"{CheckStart}{HashOf(body)}{CheckEnd}")))
        {
            throw new InvalidDataException("its check sum does not fit");
        }

        return Parse([.. body, (byte)'}'], HashOf(line));
    }

    private static JournalLine Parse(byte[] json, string hash)
    {
        RefuseOtherFormat(json);
        try
        {
            var content = StateJson.Read<Content>(json)!;
            return new JournalLine(content.Sequence, content.Previous, content.At, content.Event, hash);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            // System.Text.Json throws the latter for an event without a kind.
            throw new InvalidDataException("it does not hold an event", exception);
        }
    }

    private static void RefuseOtherFormat(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.TryGetProperty("format", out var version) && version.ToString() != RunState.CurrentFormat)
            {
                throw new NotSupportedException(version.ToString());
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("it does not hold an event", exception);
        }
    }

    internal sealed record Content(string Format, long Sequence, string Previous, DateTimeOffset At, JournalEvent Event);
}
