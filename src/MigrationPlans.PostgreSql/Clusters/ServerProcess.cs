using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>The main process of a server, known only by its data directory.</summary>
internal static class ServerProcess
{
    private const int QuitSignal = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Ends the server that runs in the data directory, if one does. Returns when it is gone.</summary>
    public static async Task EndAsync(string dataDirectory)
    {
        if (ReadId(dataDirectory) is not { } id || !await RunsInAsync(id, dataDirectory))
        {
            return;
        }

        // SIGQUIT is the server's own immediate stop: its children end too.
        _ = Kill(id, QuitSignal);
        await WaitForEndAsync(id);
    }

    private static int? ReadId(string dataDirectory)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(dataDirectory, "postmaster.pid")).FirstOrDefault();
            return int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // After a crash of the server its number may belong to another process by now: look at the command line first.
    private static async Task<bool> RunsInAsync(int id, string dataDirectory)
    {
        var file = $"/proc/{id.ToString(CultureInfo.InvariantCulture)}/cmdline";
        if (Directory.Exists("/proc/self"))
        {
            return File.Exists(file) && (await File.ReadAllTextAsync(file)).Contains(dataDirectory, StringComparison.Ordinal);
        }

        var result = await ToolProcess.RunAsync(
            new ToolCommand("ps", ["-ww", "-o", "args=", "-p", id.ToString(CultureInfo.InvariantCulture)]), CancellationToken.None);
        return result.Output.Contains(dataDirectory, StringComparison.Ordinal);
    }

    private static async Task WaitForEndAsync(int id)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            using var process = Process.GetProcessById(id);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception or OperationCanceledException)
        {
            // It is gone already; or it ignores us, and its directory goes anyway, which ends it too.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
