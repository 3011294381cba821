using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MigrationPlans.PostgreSql.Clusters;

namespace MigrationPlans.IntegrationTests;

/// <summary>A way to a server on which it says to be of another version: what the server tells of <c>server_version_num</c> is exchanged.</summary>
internal sealed class AgedServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int port;
    private readonly byte[] real = new byte[sizeof(int)];
    private readonly byte[] told = new byte[sizeof(int)];

    public AgedServer(LocalCluster server, int version)
    {
        port = server.Port;
        BinaryPrimitives.WriteInt32BigEndian(
            real,
            Sql.ScalarAsync<int>(server, "postgres", "SELECT current_setting('server_version_num')::int").GetAwaiter().GetResult());
        BinaryPrimitives.WriteInt32BigEndian(told, version);
        listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                _ = PassOnAsync(await listener.AcceptTcpClientAsync());
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task PassOnAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, port);
            await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream()), AnswerAsync(server.GetStream(), client.GetStream()));
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client)
    {
        var buffer = new byte[64 * 1024];
        while (await server.ReadAsync(buffer) is > 0 and var length)
        {
            for (var at = buffer.AsSpan(0, length).IndexOf(real); at >= 0; at = buffer.AsSpan(0, length).IndexOf(real))
            {
                told.CopyTo(buffer.AsSpan(at));
            }

            await client.WriteAsync(buffer.AsMemory(0, length));
        }
    }
}
