using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>
/// A throw-away PostgreSQL server on a free loopback port, with a superuser <c>migplan</c> and a random password. Lives in
/// a directory of its own, which goes with it.
/// </summary>
public sealed class LocalCluster : IAsyncDisposable
{
    public const string Host = "127.0.0.1";

    public const string Superuser = "migplan";

    // Between finding a free port and listening on it, someone else can take it.
    private const int PortAttempts = 5;

    private const int LowestPort = 20000;

    // Linux gives outgoing connections ports from 32768 on, other systems from 49152.
    private const int HighestPort = 32000;

    private readonly PostgresInstallation installation;
    private readonly ServerAccount account;
    private readonly string directory;

    private LocalCluster(PostgresInstallation installation, ServerAccount account, string directory, string password)
    {
        this.installation = installation;
        this.account = account;
        this.directory = directory;
        Password = password;
        Port = FreePort();
    }

    public int Port { get; private set; }

    public string Password { get; }

    /// <summary>The command that stops the server, for a person to run after we are gone.</summary>
    public ImmutableArray<string> StopCommand
    {
        get
        {
            var command = account.Run(installation.Program("pg_ctl"), ["stop", "-D", DataDirectory, "-m", "immediate", "-s"]);
            return [command.Program, .. command.Arguments];
        }
    }

    public string DataDirectory => Path.Combine(directory, "data");

    public int MajorVersion => installation.MajorVersion;

    /// <summary>The server's log; worth showing when it does not start.</summary>
    public string LogFile => Path.Combine(directory, "server.log");

    /// <summary>A new directory under the system's temporary one, for clusters to live in; their account may pass through it.</summary>
    public static string CreateParentDirectory(string prefix) => ClusterPlace.Create(prefix);

    /// <summary>Creates and starts a server of the newest version here; ready for connections when it returns.</summary>
    /// <param name="parent">An existing directory to put the cluster's own directory in.</param>
    /// <param name="settings">Extra lines for postgresql.conf.</param>
    /// <param name="cancellationToken">Gives up and takes down what was begun.</param>
    /// <exception cref="LocalClusterException">PostgreSQL is not installed, or the server does not start.</exception>
    public static async Task<LocalCluster> StartAsync(string parent, IEnumerable<string> settings, CancellationToken cancellationToken) =>
        await StartAsync(parent, settings, await FindServerAsync(cancellationToken), cancellationToken);

    /// <inheritdoc cref="StartAsync(string, IEnumerable{string}, CancellationToken)"/>
    /// <summary>Creates and starts a server of this installation.</summary>
    /// <param name="installation">Has <c>initdb</c>, <c>postgres</c> and <c>pg_ctl</c>.</param>
    public static async Task<LocalCluster> StartAsync(
        string parent, IEnumerable<string> settings, PostgresInstallation installation, CancellationToken cancellationToken)
    {
        var home = Path.Combine(parent, $"cluster-{Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture)[..8]}");
        var cluster = new LocalCluster(installation, ServerAccount.ForThisProcess(), home, NewPassword());
        try
        {
            await cluster.CreateAsync(settings, cancellationToken);
            await cluster.StartOnFreePortAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again, on the same port, after <see cref="StopAsync"/>.</summary>
    /// <exception cref="LocalClusterException">The server does not start; its last lines are in the message.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The port is an argument, so that another one can be tried without touching files of the account.
        var port = $"-p {Port.ToString(CultureInfo.InvariantCulture)}";
        var result = await RunAsync("pg_ctl", ["start", "-D", DataDirectory, "-l", LogFile, "-o", port, "-w", "-t", "60"], cancellationToken);
        if (result.ExitCode != 0)
        {
            throw new LocalClusterException($"the server does not start: {result.Error.Trim()}{Environment.NewLine}{ReadLogTail()}");
        }
    }

    /// <summary>Stops the server at once, as a crash would (<c>immediate</c>) or after ending its sessions (<c>fast</c>).</summary>
    public Task StopAsync(string mode, CancellationToken cancellationToken) =>
        RunAsync("pg_ctl", ["stop", "-D", DataDirectory, "-m", mode, "-w"], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(DataDirectory))
        {
            await StopAsync("immediate", CancellationToken.None);
        }

        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<PostgresInstallation> FindServerAsync(CancellationToken cancellationToken)
    {
        var installations = await PostgresInstallations.FindAsync("initdb", cancellationToken);
        return installations.FirstOrDefault(candidate => candidate.Has("postgres") && candidate.Has("pg_ctl"))
            ?? throw new LocalClusterException("no PostgreSQL server is installed here (initdb, pg_ctl and postgres were not found in the usual places)")
            {
                IsNotInstalled = true,
            };
    }

    private async Task StartOnFreePortAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartAsync(cancellationToken);
                return;
            }
            catch (LocalClusterException) when (attempt < PortAttempts && IsPortTaken())
            {
                Port = FreePort();
            }
        }
    }

    // The server is gone, so asking the system is surer than reading its log.
    private bool IsPortTaken() => IsTaken(Port);

    private static bool IsTaken(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task CreateAsync(IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // initdb takes a password from a file only. The directory is for the account alone, and the file goes at once.
        var passwordFile = Path.Combine(directory, "password");
        await File.WriteAllTextAsync(passwordFile, Password, cancellationToken);
        await account.GiveAsync(directory, cancellationToken);
        var result = await InitializeAsync("--locale=C.UTF-8", passwordFile, cancellationToken);
        if (result.ExitCode != 0)
        {
            // Not every system has C.UTF-8. C sorts the same way.
            result = await InitializeAsync("--locale=C", passwordFile, cancellationToken);
        }

        File.Delete(passwordFile);
        if (result.ExitCode != 0)
        {
            throw new LocalClusterException($"initdb failed: {result.Error.Trim()}");
        }

        string[] lines =
        [
            "listen_addresses = '127.0.0.1'",
            // No socket file: its path must be shorter than 108 bytes, which a temporary directory's need not be.
            "unix_socket_directories = ''",
            "fsync = off",
            "full_page_writes = off",
            "logging_collector = off",
            .. settings,
        ];
        await File.AppendAllLinesAsync(Path.Combine(DataDirectory, "postgresql.conf"), lines, cancellationToken);
    }

    private Task<ToolResult> InitializeAsync(string locale, string passwordFile, CancellationToken cancellationToken) =>
        RunAsync(
            "initdb",
            ["-D", DataDirectory, "-U", Superuser, "-A", "scram-sha-256", "--pwfile=" + passwordFile, "-E", "UTF8", locale, "-N"],
            cancellationToken);

    private Task<ToolResult> RunAsync(string program, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var command = account.Run(installation.Program(program), arguments) with { WorkingDirectory = directory };
        return ToolProcess.RunAsync(command, cancellationToken);
    }

    private string ReadLogTail()
    {
        try
        {
            return string.Join(Environment.NewLine, File.ReadLines(LogFile).TakeLast(5));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static string NewPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>
    /// Below the ports that the system gives to outgoing connections: one of those could take it before the server listens, or while a
    /// stopped server is to start again, and be gone when we look who has it.
    /// </summary>
    private static int FreePort()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(LowestPort, HighestPort);
            if (!IsTaken(port))
            {
                return port;
            }
        }

        throw new LocalClusterException($"no port between {LowestPort} and {HighestPort} is free");
    }
}
