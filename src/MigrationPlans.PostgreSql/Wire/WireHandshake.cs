using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>Logs in: startup message, authentication, and all that the server says until it is ready for queries.</summary>
internal sealed class WireHandshake(Stream stream, FrameReader frames)
{
    private const int AuthenticationOk = 0;
    private const int CleartextPassword = 3;
    private const int Md5Password = 5;
    private const int Sasl = 10;
    private const int SaslContinue = 11;
    private const int SaslFinal = 12;

    /// <param name="password">Called when the server asks for it; what it throws ends the login.</param>
    /// <returns>Process id and secret key, for cancel requests.</returns>
    /// <exception cref="WireException">The server refuses the login.</exception>
    public async Task<byte[]> LogInAsync(
        string user, string database, Func<string> password, SessionKind kind, int? serverMajor, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(
            FrontendMessages.Startup(
            [
                ("user", user),
                ("database", database),
                ("application_name", "migplan"),
                ("client_encoding", "UTF8"),
                ("options", SessionSettings.StartupOptions(kind, serverMajor)),
            ]),
            cancellationToken);
        var scram = new ScramClient(password);
        byte[] key = [];
        while (true)
        {
            var frame = await frames.ReadAsync(cancellationToken);
            switch (frame.Type)
            {
                case FrameType.ErrorResponse:
                    throw new WireException(ServerError.Parse(frame.Payload.Span));
                case FrameType.Authentication:
                    if (Answer(frame.Payload.Span, user, password, scram) is { } answer)
                    {
                        await stream.WriteAsync(answer, cancellationToken);
                    }

                    break;
                case FrameType.BackendKeyData:
                    key = frame.Payload.ToArray();
                    break;
                case FrameType.ReadyForQuery:
                    return key;
            }
        }
    }

    private static byte[]? Answer(ReadOnlySpan<byte> payload, string user, Func<string> password, ScramClient scram)
    {
        var request = BinaryPrimitives.ReadInt32BigEndian(payload);
        var rest = payload[4..];
        switch (request)
        {
            case AuthenticationOk:
                return null;
            case CleartextPassword:
                return FrontendMessages.Password(password());
            case Md5Password:
                return FrontendMessages.Password(Md5(user, password(), rest));
            case Sasl:
                return FrontendMessages.SaslInitialResponse(ScramClient.Mechanism, scram.FirstMessage());
            case SaslContinue:
                return FrontendMessages.SaslResponse(scram.FinalMessage(Encoding.UTF8.GetString(rest)));
            case SaslFinal:
                scram.CheckServer(Encoding.UTF8.GetString(rest));
                return null;
            default:
                throw new CryptographicException($"the server asks for an authentication method that is not supported here (code {request})");
        }
    }

#pragma warning disable CA5351 // The server asked for it; an older pg_hba.conf says md5.
    private static string Md5(string user, string password, ReadOnlySpan<byte> salt)
    {
        var inner = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(password + user)));
        return "md5" + Convert.ToHexStringLower(MD5.HashData([.. Encoding.UTF8.GetBytes(inner), .. salt]));
    }
#pragma warning restore CA5351
}
