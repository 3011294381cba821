using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MigrationPlans.IntegrationTests;

/// <summary>The real program in a process of its own: what users and scripts see, and what can be killed.</summary>
internal sealed class MigplanProcess : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();

    private MigplanProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public string Output => Read(output);

    public string Error => Read(error);

    public int ExitCode => process.ExitCode;

    public bool HasExited => process.HasExited;

    public static MigplanProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = ProgramUnderTest.StartInfo(arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        var migplan = new MigplanProcess(new Process { StartInfo = start });
        migplan.process.OutputDataReceived += (_, line) => Append(migplan.output, line.Data);
        migplan.process.ErrorDataReceived += (_, line) => Append(migplan.error, line.Data);
        migplan.process.Start();
        migplan.process.StandardInput.Close();
        migplan.process.BeginOutputReadLine();
        migplan.process.BeginErrorReadLine();
        return migplan;
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<MigplanProcess> RunAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var migplan = Start(arguments, environment);
        await migplan.WaitAsync();
        return migplan;
    }

    public async Task WaitAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(patience.Token);
    }

    /// <summary>Waits until standard error holds the text, or the process ends.</summary>
    public async Task WaitForErrorTextAsync(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!process.HasExited && !Error.Contains(text, StringComparison.Ordinal))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Waits until it opens a pipe that nobody writes to (as Linux calls what a thread waits for), or the process ends.</summary>
    public async Task WaitForOpeningPipeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!process.HasExited && !Directory.GetDirectories($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/task").Any(IsOpeningPipe))
        {
            await Task.Delay(20, patience.Token);
        }

        static bool IsOpeningPipe(string thread)
        {
            try
            {
                return File.ReadAllText(Path.Combine(thread, "wchan")) == "wait_for_partner";
            }
            catch (IOException)
            {
                // It has ended.
                return false;
            }
        }
    }

    /// <summary>As <c>kill -9</c> does: nothing of it runs afterwards, least of all its clean-up.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id.ToString(CultureInfo.InvariantCulture)}"]);
        await kill.WaitForExitAsync();
    }

    public override string ToString() =>
        $"exit {(process.HasExited ? process.ExitCode.ToString(CultureInfo.InvariantCulture) : "none yet")}\n── output\n{Output}\n── error\n{Error}";

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        lock (text)
        {
            text.AppendLine(line);
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
