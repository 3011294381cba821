using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>
/// An emulator of AWS that others wrote, as a child process on a free port. Coming up takes it seconds: one serves all fixtures, one after another,
/// and each gets it empty.
/// </summary>
internal sealed class MotoServer : IDisposable
{
    // Below the ports that the system gives to outgoing connections, and below those of LocalCluster: others may be at work on this machine.
    private const int LowestPort = 10000;
    private const int HighestPort = 20000;

    private static MotoServer? shared;

    /// <summary>Where eng/setup.sh puts it, from the repository's root.</summary>
    private static readonly string? Installed = FindInstalled();

    private readonly Process process;
    private bool isLent;

    private MotoServer(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The Python that has the emulator's packages.</summary>
    public static string Python => Installed is null ? "python3" : Path.Combine(Path.GetDirectoryName(Installed)!, "python3");

    private static string Program => Installed ?? "moto_server";

    /// <summary>To be given back by disposing of it.</summary>
    public static async Task<MotoServer> StartAsync()
    {
        shared ??= await LaunchAsync();
        if (shared.isLent)
        {
            throw new InvalidOperationException("two fixtures at once would see each other's resources");
        }

        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(shared.Address, "moto-api/reset"), content: null);
        answer.EnsureSuccessStatusCode();
        shared.isLent = true;
        return shared;
    }

    public void Dispose() => isLent = false;

    /// <summary>Ends the process, if one was started.</summary>
    public static void End()
    {
        if (shared is { process: var process })
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
            shared = null;
        }
    }

    private static async Task<MotoServer> LaunchAsync()
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-H", "127.0.0.1", "-p", $"{port}" },
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException($"{Program} is not on the PATH, and the AWS tests need it: run eng/setup.sh", exception);
        }

        // Read, or the pipe fills up and the server stands still.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new MotoServer(process, new Uri($"http://127.0.0.1:{port}"));
        await server.WaitAsync();
        return server;
    }

    internal static int FreePort()
    {
        while (true)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, RandomNumberGenerator.GetInt32(LowestPort, HighestPort));
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken; another one is tried.
            }
        }
    }

    private static string? FindInstalled()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var program = Path.Combine(directory.FullName, "artifacts", "moto", "bin", "moto_server");
            if (File.Exists(program))
            {
                return program;
            }
        }

        return null;
    }

    private async Task WaitAsync()
    {
        using var http = new HttpClient();
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "moto-api/data.json"));
                answer.EnsureSuccessStatusCode();
                return;
            }
            catch (HttpRequestException) when (watch.Elapsed < TimeSpan.FromSeconds(60) && !process.HasExited)
            {
                await Task.Delay(200);
            }
        }
    }
}
