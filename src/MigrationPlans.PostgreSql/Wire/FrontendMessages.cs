using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>Builds the messages that a client sends.</summary>
internal static class FrontendMessages
{
    private const int ProtocolVersion = 3 << 16;
    private const int SslRequestCode = 80877103;
    private const int CancelRequestCode = 80877102;

    public static byte[] SslRequest()
    {
        var message = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(message, 8);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), SslRequestCode);
        return message;
    }

    public static byte[] CancelRequest(ReadOnlySpan<byte> backendKey)
    {
        var message = new byte[8 + backendKey.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), CancelRequestCode);
        backendKey.CopyTo(message.AsSpan(8));
        return message;
    }

    public static byte[] Startup(IEnumerable<(string Name, string Value)> parameters)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteInt32(body, 0);
        WriteInt32(body, ProtocolVersion);
        foreach (var (name, value) in parameters)
        {
            WriteText(body, name);
            WriteText(body, value);
        }

        body.Write((ReadOnlySpan<byte>)[0]);
        var message = body.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        return message;
    }

    /// <summary>A simple query; may hold several statements.</summary>
    public static byte[] Query(string sql) => Message('Q', Terminated(sql));

    public static byte[] CopyDone() => Message('c', []);

    public static byte[] CopyFail(string reason) => Message('f', Terminated(reason));

    public static byte[] Terminate() => Message('X', []);

    public static byte[] Password(string text) => Message('p', Terminated(text));

    public static byte[] SaslInitialResponse(string mechanism, byte[] response)
    {
        var body = new ArrayBufferWriter<byte>();
        WriteText(body, mechanism);
        WriteInt32(body, response.Length);
        body.Write(response);
        return Message('p', body.WrittenSpan);
    }

    public static byte[] SaslResponse(byte[] response) => Message('p', response);

    private static byte[] Message(char type, ReadOnlySpan<byte> body)
    {
        var message = new byte[FrameReader.HeaderLength + body.Length];
        message[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), body.Length + 4);
        body.CopyTo(message.AsSpan(FrameReader.HeaderLength));
        return message;
    }

    private static byte[] Terminated(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("the protocol's strings end at a NUL, so they can't hold one", nameof(text));
        }

        return [.. Encoding.UTF8.GetBytes(text), 0];
    }

    private static void WriteText(ArrayBufferWriter<byte> writer, string text) => writer.Write(Terminated(text));

    private static void WriteInt32(ArrayBufferWriter<byte> writer, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(writer.GetSpan(4), value);
        writer.Advance(4);
    }
}
