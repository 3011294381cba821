using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MigrationPlans.Bench.SlowLine;

/// <summary>
/// <c>slow-line PORT ONE_WAY_MS MBIT_PER_S</c>: listens on a free loopback port, prints it, and passes everything on
/// to PORT, late and slowly.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var port, var delay, var rate]
            || !int.TryParse(port, CultureInfo.InvariantCulture, out var upstream)
            || !int.TryParse(delay, CultureInfo.InvariantCulture, out var milliseconds)
            || !int.TryParse(rate, CultureInfo.InvariantCulture, out var megabits))
        {
            await Console.Error.WriteLineAsync("usage: slow-line PORT ONE_WAY_MS MBIT_PER_S");
            return 64;
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        var there = new Lane(TimeSpan.FromMilliseconds(milliseconds), megabits * 125_000L);
        var back = new Lane(TimeSpan.FromMilliseconds(milliseconds), megabits * 125_000L);
        while (true)
        {
            var client = await listener.AcceptSocketAsync();
            _ = PassAsync(client, upstream, there, back);
        }
    }

    private static async Task PassAsync(Socket client, int port, Lane there, Lane back)
    {
        using var near = client;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, port);
            await Task.WhenAll(there.PassAsync(near, far), back.PassAsync(far, near));
        }
        catch (SocketException)
        {
            // Either side has hung up; closing both tells the other.
        }
    }
}
