using System.Net;
using System.Net.Sockets;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>Takes connections and cuts each in the middle of its answer.</summary>
internal sealed class CuttingServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public CuttingServer()
    {
        listener.Start();
        _ = ServeAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");

    public void Dispose() => listener.Dispose();

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var connection = await listener.AcceptTcpClientAsync();
                if (await connection.GetStream().ReadAsync(new byte[1024]) == 0)
                {
                    continue;
                }

                await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<Describe"u8.ToArray());
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
            {
                return;
            }
        }
    }
}
