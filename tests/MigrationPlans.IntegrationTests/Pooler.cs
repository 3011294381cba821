using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MigrationPlans.IntegrationTests;

/// <summary>Stands before a server as connection poolers do: reads the startup packet of each session, and lets the rest through.</summary>
internal sealed class Pooler : IDisposable
{
    private const int SslRequest = 80877103;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int serverPort;
    private readonly (string SqlState, string Message)? refusal;

    /// <param name="refusal">What is said to a session that asks for settings; null drops them and lets it in.</param>
    public Pooler(int serverPort, (string SqlState, string Message)? refusal)
    {
        this.serverPort = serverPort;
        this.refusal = refusal;
        listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task PassAsync(TcpClient accepted)
    {
        using var client = accepted;
        using var server = new TcpClient();
        try
        {
            var near = client.GetStream();
            var startup = await ReadStartupAsync(near);
            if (refusal is { } said && Text(startup).Contains("\0options\0", StringComparison.Ordinal))
            {
                await near.WriteAsync(Error(said.SqlState, said.Message));
                return;
            }

            await server.ConnectAsync(IPAddress.Loopback, serverPort);
            var far = server.GetStream();
            await far.WriteAsync(WithoutOptions(startup));
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            // One side has gone.
        }
    }

    /// <summary>What follows the length.</summary>
    private static async Task<byte[]> ReadStartupAsync(NetworkStream stream)
    {
        while (true)
        {
            var length = new byte[4];
            await stream.ReadExactlyAsync(length);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - length.Length];
            await stream.ReadExactlyAsync(body);
            if (BinaryPrimitives.ReadInt32BigEndian(body) != SslRequest)
            {
                return body;
            }

            await stream.WriteAsync("N"u8.ToArray());
        }
    }

    /// <summary>Version, then names and values, each ended by a null byte, and one more at the end.</summary>
    private static byte[] WithoutOptions(byte[] startup)
    {
        var words = Text(startup[4..]).Split('\0');
        var kept = words.Chunk(2).Where(pair => pair[0] != "options").SelectMany(pair => pair);
        byte[] body = [.. startup[..4], .. Encoding.UTF8.GetBytes(string.Join('\0', kept))];
        return [.. Number(body.Length + 4), .. body];
    }

    private static byte[] Error(string sqlState, string message)
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{sqlState}\0M{message}\0\0");
        return [(byte)'E', .. Number(fields.Length + 4), .. fields];
    }

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
