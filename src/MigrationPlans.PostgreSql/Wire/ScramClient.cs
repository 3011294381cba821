using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>The client's half of SCRAM-SHA-256 without channel binding.</summary>
/// <remarks>RFC 5802, RFC 7677; https://www.postgresql.org/docs/current/sasl-authentication.html</remarks>
internal sealed class ScramClient(Func<string> password)
{
    public const string Mechanism = "SCRAM-SHA-256";

    private const string NoChannelBinding = "n,,";

    private readonly string clientNonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    private byte[] serverSignature = [];

    /// <summary>PostgreSQL takes the user from the startup message, so the name is empty here.</summary>
    public byte[] FirstMessage() => Encoding.UTF8.GetBytes($"{NoChannelBinding}n=,r={clientNonce}");

    /// <exception cref="CryptographicException">The server's message is not what the protocol demands.</exception>
    public byte[] FinalMessage(string serverFirst)
    {
        var fields = Fields(serverFirst);
        var (nonce, salt) = (fields['r'], Convert.FromBase64String(fields['s']));
        if (!nonce.StartsWith(clientNonce, StringComparison.Ordinal) || nonce.Length == clientNonce.Length)
        {
            throw new CryptographicException("the server's nonce does not continue ours");
        }

        var iterations = int.Parse(fields['i'], CultureInfo.InvariantCulture);
        var salted = Rfc2898DeriveBytes.Pbkdf2(Normalized(password()), salt, iterations, HashAlgorithmName.SHA256, 32);
        var withoutProof = $"c={Convert.ToBase64String(Encoding.UTF8.GetBytes(NoChannelBinding))},r={nonce}";
        var signed = Encoding.UTF8.GetBytes($"n=,r={clientNonce},{serverFirst},{withoutProof}");
        var clientKey = HMACSHA256.HashData(salted, "Client Key"u8);
        var proof = HMACSHA256.HashData(SHA256.HashData(clientKey), signed);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= clientKey[i];
        }

        serverSignature = HMACSHA256.HashData(HMACSHA256.HashData(salted, "Server Key"u8), signed);
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>Proves that the server knows the password too.</summary>
    /// <exception cref="CryptographicException">It does not.</exception>
    public void CheckServer(string serverFinal)
    {
        if (!CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(Fields(serverFinal)['v']), serverSignature))
        {
            throw new CryptographicException("the server could not prove that it knows the password");
        }
    }

    private static Dictionary<char, string> Fields(string message) =>
        message.Split(',').Where(field => field.Length > 2).ToDictionary(field => field[0], field => field[2..]);

    // SASLprep's main effect; plain ASCII passwords, by far the most, are their own normal form.
    private static byte[] Normalized(string text) =>
        Encoding.UTF8.GetBytes(text.All(char.IsAscii) ? text : text.Normalize(NormalizationForm.FormKC));
}
