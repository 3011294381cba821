using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Connections.Silence;
using Npgsql;

namespace MigrationPlans.PostgreSql.Wire;

/// <summary>
/// A connection at the level of protocol messages, for the data path: it sends text as it is (no splitting, no rewriting),
/// and lets COPY data pass without looking into rows.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/protocol-flow.html</remarks>
internal sealed class WireConnection : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(1);

    private readonly ResolvedEndpoint endpoint;
    private readonly Stream stream;
    private readonly byte[] backendKey;
    private bool isSending;
    private bool isClosed;
    private long sent;

    private WireConnection(ResolvedEndpoint endpoint, Socket socket, Stream stream, FrameReader frames, byte[] backendKey)
    {
        this.endpoint = endpoint;
        this.stream = stream;
        this.backendKey = backendKey;
        Socket = socket;
        Frames = frames;
    }

    internal Socket Socket { get; }

    internal FrameReader Frames { get; }

    /// <summary>Of the server process; 0 where the server gave no key.</summary>
    internal int Pid => backendKey.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32BigEndian(backendKey) : 0;

    /// <summary>For the watch, from another thread.</summary>
    internal SessionActivity Activity => isClosed ? SessionActivity.Closed : isSending || Frames.IsReading ? SessionActivity.Waiting : SessionActivity.Resting;

    /// <summary>Grows with each message that left and all that came.</summary>
    internal long Moved => sent + Frames.Arrivals;

    /// <summary>The server has said something that is not read yet; while rows are sent to it, that is an error.</summary>
    internal bool HasUnreadAnswer => !Frames.Buffered.IsEmpty || Socket.Available > 0;

    /// <exception cref="WireException">The server refuses the login.</exception>
    /// <exception cref="Execution.StepFailedException">The server asks for a password, and it can't be had.</exception>
    /// <exception cref="Diagnostics.DiagnosticException">The server asks for a password, and there is none.</exception>
    /// <exception cref="IOException">The server can't be reached.</exception>
    public static async Task<WireConnection> OpenAsync(ResolvedEndpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        try
        {
            return await TryOpenAsync(endpoint, database, kind, cancellationToken);
        }
        catch (WireException exception) when (exception.Error.SqlState == PostgresErrorCodes.InvalidPassword && endpoint.PasswordRefused is not null)
        {
            // The secret may have rotated since it was read: once more, with a fresh one.
            endpoint.PasswordRefused();
            return await TryOpenAsync(endpoint, database, kind, cancellationToken);
        }
    }

    private static async Task<WireConnection> TryOpenAsync(
        ResolvedEndpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        var password = await FetchedPassword.OfAsync(endpoint, cancellationToken);
        return await InTimeAsync(token => LogInAsync(endpoint, database, password, kind, token), cancellationToken);
    }

    private static async Task<WireConnection> LogInAsync(
        ResolvedEndpoint endpoint, string database, FetchedPassword password, SessionKind kind, CancellationToken cancellationToken)
    {
        var socket = await ConnectAsync(endpoint, cancellationToken);
        try
        {
            var stream = await WireTls.UpgradeAsync(new NetworkStream(socket, ownsSocket: true), endpoint, cancellationToken);
            var frames = new FrameReader(stream);
            var key = await new WireHandshake(stream, frames).LogInAsync(
                endpoint.Username, database, password.Reveal, kind, endpoint.ServerMajor, cancellationToken);
            var connection = new WireConnection(endpoint, socket, stream, frames, key);
            if (SessionSettings.AfterLoginSql(kind, endpoint.ServerMajor, endpoint.ServerMajor ?? 0) is { Length: > 0 } sql)
            {
                await connection.ExecuteAsync(sql, cancellationToken);
            }

            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Runs a text of one or more statements that return no rows.</summary>
    /// <returns>The command tags: <c>COPY 42</c>, <c>CREATE INDEX</c>.</returns>
    public async Task<IReadOnlyList<string>> ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await SendAsync(FrontendMessages.Query(sql), cancellationToken);
        return await ReadToReadyAsync(cancellationToken);
    }

    /// <summary>Sends messages as they are; their answers are read later, in the same order.</summary>
    internal async ValueTask SendAsync(ReadOnlyMemory<byte> messages, CancellationToken cancellationToken)
    {
        isSending = true;
        await stream.WriteAsync(messages, cancellationToken);
        isSending = false;
        sent++;
    }

    /// <summary>Reads until the server is ready for the next query; an error on the way is thrown then, with the connection in step.</summary>
    internal async Task<IReadOnlyList<string>> ReadToReadyAsync(CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        ServerError? error = null;
        while (true)
        {
            var frame = await Frames.ReadAsync(cancellationToken);
            switch (frame.Type)
            {
                case FrameType.CommandComplete:
                    tags.Add(Encoding.UTF8.GetString(frame.Payload.Span[..^1]));
                    break;
                case FrameType.ErrorResponse:
                    error ??= ServerError.Parse(frame.Payload.Span);
                    break;
                case FrameType.ReadyForQuery:
                    return error is null ? tags : throw new WireException(error) { Completed = tags.Count };
            }
        }
    }

    /// <summary>Reads until a message of the type comes; an error before that is thrown once the server is ready again.</summary>
    internal async Task ExpectAsync(byte type, CancellationToken cancellationToken)
    {
        while (true)
        {
            var frame = await Frames.ReadAsync(cancellationToken);
            if (frame.Type == type)
            {
                return;
            }

            if (frame.Type == FrameType.ErrorResponse)
            {
                var error = ServerError.Parse(frame.Payload.Span);
                await ReadToReadyAsync(cancellationToken);
                throw new WireException(error);
            }
        }
    }

    /// <summary>Asks the server to end the statement under way; a closed connection alone would let a CREATE INDEX run on.</summary>
    /// <exception cref="IOException">The server can't be reached.</exception>
    public Task CancelAsync(CancellationToken cancellationToken) => InTimeAsync(
        async token =>
        {
            using var other = await ConnectAsync(endpoint, token);
            await using var side = await WireTls.UpgradeAsync(new NetworkStream(other), endpoint, token);
            await side.WriteAsync(FrontendMessages.CancelRequest(backendKey), token);
            return true;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        isClosed = true;
        using var deadline = new CancellationTokenSource(GoodbyeTimeout);
        try
        {
            await stream.WriteAsync(FrontendMessages.Terminate(), deadline.Token);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException or NotSupportedException)
        {
            // The server is gone already, or does not read, or not all of the last message was sent. What waits to be sent would keep
            // the end from it: it is thrown away.
            Socket.Close(timeout: 0);
        }

        await stream.DisposeAsync();
    }

    /// <exception cref="IOException">The time passed: a failure like any other of the network's, and no wish of the caller's.</exception>
    private static async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> connectAsync, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ConnectTimeout);
        try
        {
            return await connectAsync(deadline.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"no answer within {ConnectTimeout.TotalSeconds} s", exception);
        }
    }

    private static async Task<Socket> ConnectAsync(ResolvedEndpoint endpoint, CancellationToken cancellationToken)
    {
        var (host, port) = endpoint.Address;
        var isLocal = endpoint.Address.IsSocketDirectory;
        var socket = isLocal
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (isLocal)
            {
                await socket.ConnectAsync(
                    new UnixDomainSocketEndPoint(string.Create(CultureInfo.InvariantCulture, $"{host}/.s.PGSQL.{port}")),
                    cancellationToken);
            }
            else
            {
                KeepAlive.Enable(socket);
                await socket.ConnectAsync(host, port, cancellationToken);
            }

            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException(exception.Message, exception);
        }
    }
}
