namespace MigrationPlans.PostgreSql.Wire;

/// <summary>A message from the server.</summary>
internal readonly record struct Frame(byte Type, ReadOnlyMemory<byte> Payload);

/// <summary>Message types that a server sends, by their letters in the protocol.</summary>
internal static class FrameType
{
    public const byte Authentication = (byte)'R';
    public const byte BackendKeyData = (byte)'K';
    public const byte CommandComplete = (byte)'C';
    public const byte CopyData = (byte)'d';
    public const byte CopyDone = (byte)'c';
    public const byte CopyInResponse = (byte)'G';
    public const byte CopyOutResponse = (byte)'H';
    public const byte DataRow = (byte)'D';
    public const byte ErrorResponse = (byte)'E';
    public const byte NoticeResponse = (byte)'N';
    public const byte NotificationResponse = (byte)'A';
    public const byte ParameterStatus = (byte)'S';
    public const byte ReadyForQuery = (byte)'Z';

    /// <summary>A server may send these at any time, in the middle of a COPY too.</summary>
    public static bool IsAside(byte type) => type is NoticeResponse or NotificationResponse or ParameterStatus;
}
