using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>What the server says of a session.</summary>
/// <param name="State"><c>active</c>, <c>idle in transaction</c>; empty where the server keeps no account of it.</param>
/// <param name="WaitsFor">The kind and name of what its process waits for: <c>Client ClientWrite</c>, <c>Lock relation</c>; empty for nothing.</param>
/// <param name="Changed">Since when it is in this state, by the server's clock; as text, to compare.</param>
/// <param name="BlockedBy">Whom it waits for.</param>
/// <param name="Progress">How far a statement is that tells so: <c>create index on public.big, building index: scanning table, 45 %</c>.</param>
internal sealed record SessionReport(string State, string WaitsFor, string Changed, string BlockedBy, string Progress)
{
    /// <summary>The server does not know the session: it has ended, or the server has crashed.</summary>
    public static readonly SessionReport Gone = new("", "", "", "", "") { IsGone = true };

    public bool IsGone { get; private init; }

    /// <summary>Can't be, while we wait for the server: it waits for us, so what one of us sent never reached the other.</summary>
    public bool IsLost => IsGone || State.StartsWith("idle", StringComparison.Ordinal) || WaitsFor is "Client ClientRead" or "Client ClientWrite";

    public string Describe() => this switch
    {
        { IsGone: true } => "knows no such session any more",
        { IsLost: true } => $"waits for us ({State}, {WaitsFor})",
        { BlockedBy.Length: > 0 } => $"lets it wait ({WaitsFor}) for session {BlockedBy}",
        { Progress.Length: > 0 } => $"is at work ({Progress})",
        { WaitsFor.Length: > 0 } => $"is at work ({State}, {WaitsFor})",
        { State.Length: > 0 } => $"is at work ({State})",
        _ => "knows the session",
    };

    /// <param name="connection">A fresh one, which nobody else uses.</param>
    /// <returns>Null where the process ids are not the server's own, as behind a connection pooler.</returns>
    public static async Task<IReadOnlyDictionary<int, SessionReport>?> ReadAsync(NpgsqlConnection connection, int[] pids, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            EmbeddedSql.Load("session-reports.sql"),
            row => (Pid: row.GetInt32(0), IsAsked: row.GetBoolean(1), Report: new SessionReport(row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6))),
            cancellationToken,
            pids);
        return rows.Any(row => row.IsAsked && row.Pid == connection.ProcessID) ? rows.ToDictionary(row => row.Pid, row => row.Report) : null;
    }
}
