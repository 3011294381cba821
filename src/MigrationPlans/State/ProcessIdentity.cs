using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace MigrationPlans.State;

/// <summary>A process, told apart from a later one that got the same number.</summary>
/// <param name="Started">When it started, in the system's own unit; null where the system does not say.</param>
/// <param name="Machine">The machine since its last start, and the process's own world on it (containers number processes for
/// themselves); null where that can't be known.</param>
public sealed record ProcessIdentity(int Pid, string? Started = null, string? Machine = null)
{
    public static ProcessIdentity OfThisProcess() => new(Environment.ProcessId, ReadStart(Environment.ProcessId), ReadMachine());

    /// <summary>True: runs. False: is gone. Null: can't be told from here.</summary>
    public bool? IsAlive()
    {
        if (Machine is null || Machine != ReadMachine())
        {
            return null;
        }

        return ReadStart(Pid) is { } started && (Started is null || started == Started);
    }

    private static string? ReadMachine()
    {
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            return $"{boot} {new FileInfo("/proc/self/ns/pid").LinkTarget}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return OperatingSystem.IsLinux() ? null : Environment.MachineName;
        }
    }

    /// <summary>Null when there is no such process.</summary>
    private static string? ReadStart(int pid)
    {
        try
        {
            return OperatingSystem.IsLinux() ? ReadStartTicks(pid) : ReadStartTime(pid);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Field 22 of /proc/PID/stat; the second one, the program's name in parentheses, can hold anything.</summary>
    /// <remarks>https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html</remarks>
    private static string? ReadStartTicks(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var isZombie = fields[0] is "Z" or "X";
        return isZombie ? null : fields[19];
    }

    private static string ReadStartTime(int pid)
    {
        using var process = Process.GetProcessById(pid);
        return process.StartTime.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture);
    }
}
