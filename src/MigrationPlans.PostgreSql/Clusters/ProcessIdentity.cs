using System.Diagnostics;

namespace MigrationPlans.PostgreSql.Clusters;

/// <summary>Tells a process from a later one that got the same number.</summary>
/// <param name="Id">The system's number of it.</param>
/// <param name="StartedAt">When it started; the system's clock ticks give or take a little at each reading.</param>
internal sealed record ProcessIdentity(int Id, DateTimeOffset StartedAt)
{
    private static readonly TimeSpan ReadingTolerance = TimeSpan.FromSeconds(2);

    public static ProcessIdentity Current
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return new ProcessIdentity(process.Id, StartOf(process));
        }
    }

    /// <summary>The process still runs. False also when its number now belongs to another one.</summary>
    public bool IsAlive()
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            return !process.HasExited && (StartOf(process) - StartedAt).Duration() < ReadingTolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    private static DateTimeOffset StartOf(Process process) => new(process.StartTime.ToUniversalTime());
}
