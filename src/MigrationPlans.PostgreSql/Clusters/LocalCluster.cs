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

    private readonly PostgresInstallation installation;
    private readonly ServerAccount account;
    private readonly string directory;

    private LocalCluster(PostgresInstallation installation, ServerAccount account, string directory, string password, int port)
    {
        this.installation = installation;
        this.account = account;
        this.directory = directory;
        Password = password;
        Port = port;
    }

    public int Port { get; }

    public string Password { get; }

    public int MajorVersion => installation.MajorVersion;

    /// <summary>The server's log; worth showing when it does not start.</summary>
    public string LogFile => Path.Combine(directory, "server.log");

    /// <summary>A new directory under the system's temporary one, for clusters to live in; their account may pass through it.</summary>
    public static string CreateParentDirectory(string prefix)
    {
        var parent = Directory.CreateTempSubdirectory(prefix).FullName;
        File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return parent;
    }

    /// <summary>Creates and starts a server; ready for connections when it returns.</summary>
    /// <param name="parent">An existing directory to put the cluster's own directory in.</param>
    /// <param name="settings">Extra lines for postgresql.conf.</param>
    /// <param name="cancellationToken">Gives up and takes down what was begun.</param>
    /// <exception cref="LocalClusterException">PostgreSQL is not installed, or the server does not start.</exception>
    public static async Task<LocalCluster> StartAsync(string parent, IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        var installations = await PostgresInstallations.FindAsync("initdb", cancellationToken);
        var newest = installations.FirstOrDefault(candidate => candidate.Has("postgres") && candidate.Has("pg_ctl"))
            ?? throw new LocalClusterException("no PostgreSQL server is installed here (initdb, pg_ctl and postgres were not found in the usual places)");
        var home = Path.Combine(parent, $"cluster-{Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture)[..8]}");
        var cluster = new LocalCluster(newest, ServerAccount.ForThisProcess(), home, NewPassword(), FreePort());
        try
        {
            await cluster.CreateAsync(settings, cancellationToken);
            await cluster.StartAsync(cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again after <see cref="StopAsync"/>.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync("pg_ctl", ["start", "-D", DataDirectory, "-l", LogFile, "-w", "-t", "60"], cancellationToken);
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

    private string DataDirectory => Path.Combine(directory, "data");

    private async Task CreateAsync(IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // initdb takes a password from a file only. The directory is for the account alone, and the file goes at once.
        var passwordFile = Path.Combine(directory, "password");
        await File.WriteAllTextAsync(passwordFile, Password, cancellationToken);
        await account.GiveAsync(directory, cancellationToken);
        var result = await RunAsync(
            "initdb",
            ["-D", DataDirectory, "-U", Superuser, "-A", "scram-sha-256", "--pwfile=" + passwordFile, "-E", "UTF8", "--locale=C.UTF-8", "-N"],
            cancellationToken);
        File.Delete(passwordFile);
        if (result.ExitCode != 0)
        {
            throw new LocalClusterException($"initdb failed: {result.Error.Trim()}");
        }

        string[] lines =
        [
            "listen_addresses = '127.0.0.1'",
            $"port = {Port.ToString(CultureInfo.InvariantCulture)}",
            $"unix_socket_directories = '{directory}'",
            "fsync = off",
            "full_page_writes = off",
            "logging_collector = off",
            .. settings,
        ];
        await File.AppendAllLinesAsync(Path.Combine(DataDirectory, "postgresql.conf"), lines, cancellationToken);
    }

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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
