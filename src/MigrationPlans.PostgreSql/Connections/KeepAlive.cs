using System.Net.Sockets;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Probes on connections on which nothing is said. While a statement runs, be it for an hour, neither side says anything: a NAT gateway or a
/// load balancer forgets such a connection (those of AWS after 350 s) without telling anybody, and its answer would be waited for for ever.
/// </summary>
internal static class KeepAlive
{
    /// <summary>Of silence, before the first probe. The system's own default is two hours.</summary>
    public const int Seconds = 30;

    public const int SecondsBetween = 10;

    /// <summary>Without an answer, after which the connection is broken.</summary>
    public const int Probes = 6;

    /// <param name="socket">Of TCP.</param>
    public static void Enable(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Seconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, SecondsBetween);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
    }
}
