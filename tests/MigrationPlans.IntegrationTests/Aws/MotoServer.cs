using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace MigrationPlans.IntegrationTests.Aws;

/// <summary>An emulator of AWS that others wrote, as a child process on a free port.</summary>
internal sealed class MotoServer : IDisposable
{
    /// <summary>Where eng/setup.sh puts it, from the repository's root.</summary>
    private static readonly string? Installed = FindInstalled();

    private readonly Process process;

    private MotoServer(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>The Python that has the emulator's packages.</summary>
    public static string Python => Installed is null ? "python3" : Path.Combine(Path.GetDirectoryName(Installed)!, "python3");

    private static string Program => Installed ?? "moto_server";

    public static async Task<MotoServer> StartAsync()
    {
        var port = FreePort();
        var start = new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { "-H", "127.0.0.1", "-p", $"{port}" } };
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

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
