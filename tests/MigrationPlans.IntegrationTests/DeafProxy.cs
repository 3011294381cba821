using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// Stands before a server. One of its connections goes deaf when told so: it stays open at both ends and forwards nothing any more,
/// as a proxy does that hangs, or a gateway that has forgotten a connection.
/// </summary>
internal sealed class DeafProxy : IDisposable
{
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> sockets = [];
    private Func<string, long, bool>? lastAsked;
    private Func<long, bool>? lastAnswered;
    private volatile string? alwaysAsked;
    private volatile bool isDeaf;
    private volatile int generation;

    public DeafProxy(int server)
    {
        Server = server;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The port of the server that connections are passed on to from now on.</summary>
    public int Server { get; set; }

    /// <summary>Between two pieces of 64 kB that come from the server.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>A connection has gone deaf.</summary>
    public TaskCompletionSource Deaf { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The next connection on which the text is sent passes it on, and is deaf then: the answer never comes.</summary>
    public void DeafenWhenAsked(string text) => lastAsked = (chunk, _) => chunk.Contains(text, StringComparison.Ordinal);

    /// <summary>The same for each connection.</summary>
    public void DeafenEachWhenAsked(string text) => alwaysAsked = text;

    /// <summary>The next connection that has sent so much.</summary>
    public void DeafenAfterSent(long bytes) => lastAsked = (_, sent) => sent > bytes;

    /// <summary>The next connection that has received so much.</summary>
    public void DeafenAfterReceived(long bytes) => lastAnswered = received => received > bytes;

    /// <summary>All connections, and all that come.</summary>
    public void DeafenAll() => isDeaf = true;

    /// <summary>All that are open; those that come work.</summary>
    public void DeafenOpen() => generation++;

    /// <summary>Takes no connection any more.</summary>
    public void Refuse() => listener.Stop();

    /// <summary>Takes connections again.</summary>
    public void Accept()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _ = AcceptAsync();
    }

    public void Dispose()
    {
        listener.Dispose();
        lock (sockets)
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await listener.AcceptSocketAsync();
                var behind = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await behind.ConnectAsync(IPAddress.Loopback, Server);
                lock (sockets)
                {
                    sockets.AddRange([client, behind]);
                }

                _ = ForwardAsync(client, behind);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ForwardAsync(Socket client, Socket behind)
    {
        var state = new DeafConnection(this, client);
        await Task.WhenAll(
            PassAsync(
                client,
                behind,
                state,
                (chunk, total) => IsAlwaysDeaf(chunk) || Fires(ref lastAsked, asked => asked(Encoding.Latin1.GetString(chunk.Span), total))),
            PassAsync(behind, client, state, (_, total) => Fires(ref lastAnswered, answered => answered(total))));
    }

    private bool IsAlwaysDeaf(ReadOnlyMemory<byte> chunk) =>
        alwaysAsked is { } text && Encoding.Latin1.GetString(chunk.Span).Contains(text, StringComparison.Ordinal);

    private static bool Fires<T>(ref T? rule, Func<T, bool> isMet)
        where T : class => rule is { } set && isMet(set) && Interlocked.CompareExchange(ref rule, null, set) == set;

    private async Task PassAsync(Socket from, Socket to, DeafConnection state, Func<ReadOnlyMemory<byte>, long, bool> fires)
    {
        var buffer = new byte[64 * 1024];
        long total = 0;
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer)) > 0 && !state.IsDeaf)
            {
                total += count;
                if (fires(buffer.AsMemory(0, count), total))
                {
                    state.HasGoneDeaf = true;
                }

                await to.SendAsync(buffer.AsMemory(0, count));
                if (to == state.Client && Pause > TimeSpan.Zero)
                {
                    await Task.Delay(Pause);
                }

                if (state.HasGoneDeaf)
                {
                    Deaf.TrySetResult();
                    return;
                }
            }

            if (!state.IsDeaf)
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One end is gone; a deaf connection tells the other nothing of it.
            if (!state.IsDeaf)
            {
                to.Dispose();
            }
        }
    }

    private sealed class DeafConnection(DeafProxy proxy, Socket client)
    {
        private readonly int born = proxy.generation;

        public volatile bool HasGoneDeaf;

        public Socket Client => client;

        public bool IsDeaf => HasGoneDeaf || proxy.isDeaf || born != proxy.generation;
    }
}
