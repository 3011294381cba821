using System.Globalization;
using System.Text;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections.Silence;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// The sessions of a program that we start, which it opens by itself, as many as it likes. The server lists them under a name that no other
/// program has; whether the program does anything, the system counts. Watched until it is disposed of.
/// </summary>
internal sealed class ToolSessions : IDisposable
{
    /// <summary>What begins a line of <c>/proc/PID/status</c> that counts how often the process ran.</summary>
    private const string Switches = "voluntary_ctxt_switches:";

    /// <summary>
    /// In <c>/proc/PID/stat</c>, behind the name: the state, the process that started it, and the time spent by the process itself
    /// and by the system for it.
    /// </summary>
    private const int StateField = 0, ParentField = 1, UserTimeField = 11, SystemTimeField = 12;

    private readonly byte[] mark;
    private long unknown;
    private volatile bool hasEnded;

    private ToolSessions(string applicationName)
    {
        ApplicationName = applicationName;
        mark = Encoding.UTF8.GetBytes($"PGAPPNAME={applicationName}\0");
    }

    /// <summary>To be told to the program as <c>PGAPPNAME</c>. Its workers inherit that, so they are all found by it.</summary>
    public string ApplicationName { get; }

    /// <param name="kind">What the name begins with.</param>
    public static ToolSessions Watch(Endpoint endpoint, string database, string kind)
    {
        var sessions = new ToolSessions($"{kind}/{Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture)[..8]}");
        SilenceWatch.Add(new WatchedSession(endpoint, database, Pid: 0, sessions.ReadActivity, sessions.ReadMoves)
        {
            ApplicationName = sessions.ApplicationName,
        });
        return sessions;
    }

    public void Dispose() => hasEnded = true;

    private SessionActivity ReadActivity() => hasEnded ? SessionActivity.Closed : FindProcesses().Any() ? SessionActivity.Waiting : SessionActivity.Resting;

    /// <summary>Another number each time that one of the processes ran, or where that is not known: one that waits for a disk waits for no server.</summary>
    private long ReadMoves()
    {
        long sum = 0;
        foreach (var process in FindProcesses())
        {
            if (ReadMoves(process) is not { } moves)
            {
                return --unknown;
            }

            sum += moves;
        }

        return sum;
    }

    private static long? ReadMoves(string process)
    {
        try
        {
            var fields = File.ReadAllText($"{process}/stat").Split(") ")[^1].Split(' ');
            var counts = File.ReadLines($"{process}/status")
                .Where(line => line.Contains(Switches, StringComparison.Ordinal))
                .Select(line => line.Split(':')[1])
                .ToList();
            return fields[StateField] is "D" or "R" || counts.Count == 0 || WaitsForFuse(process)
                ? null
                : counts.Append(fields[UserTimeField])
                    .Append(fields[SystemTimeField])
                    .Sum(count => long.Parse(count, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It has just ended.
            return null;
        }
    }

    /// <summary>A file system that a program implements (s3fs, sshfs): who waits for it looks like one that waits for the network.</summary>
    private static bool WaitsForFuse(string process) =>
        File.ReadAllText($"{process}/wchan") is var place && (place.Contains("fuse", StringComparison.Ordinal) || place == "request_wait_answer");

    /// <summary>Of those that we have started, and they in turn. None where the system has no <c>/proc</c>: then nothing is concluded.</summary>
    private IEnumerable<string> FindProcesses()
    {
        if (!Directory.Exists("/proc"))
        {
            return [];
        }

        var children = Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).ToLookup(ReadParent);
        return Below(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)).Where(IsOurs);

        IEnumerable<string> Below(string parent) => children[parent].SelectMany(path => Below(Path.GetFileName(path)).Prepend(path));
    }

    private static string? ReadParent(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/stat").Split(") ")[^1].Split(' ')[ParentField];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private bool IsOurs(string process)
    {
        try
        {
            return File.ReadAllBytes($"{process}/environ").AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
