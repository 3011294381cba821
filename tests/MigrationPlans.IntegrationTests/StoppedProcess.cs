using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// A server's process behind a session, standing still until it is disposed: told to end, it does not. The session has to be idle:
/// one that is at work may hold what the whole server waits for.
/// </summary>
internal sealed class StoppedProcess : IDisposable
{
    private readonly string id;

    private StoppedProcess(string id) => this.id = id;

    public static async Task<StoppedProcess> BehindAsync(NpgsqlConnection session)
    {
        var id = await Sql.ScalarAsync<int>(session, "SELECT pg_backend_pid()");
        var process = new StoppedProcess(id.ToString(CultureInfo.InvariantCulture));
        process.Signal("STOP");
        return process;
    }

    public void Dispose() => Signal("CONT");

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", id]);
        kill.WaitForExit();
    }
}
