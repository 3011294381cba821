using Npgsql;

namespace MigrationPlans.PostgreSql.Connections.Silence;

/// <summary>What a server says of our sessions, and which server it is: behind an address there may be several, or another one than before.</summary>
internal sealed class SessionLook
{
    /// <summary>For what lies between a login and our note of it, and for clocks that don't agree.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    private readonly Dictionary<int, Row> rows;
    private readonly Row asked;

    private SessionLook(IEnumerable<Row> rows, Row asked)
    {
        this.rows = rows.ToDictionary(row => row.Pid);
        this.asked = asked;
    }

    /// <param name="connection">A fresh one, which nobody else uses.</param>
    /// <returns>Null where the process ids are not the server's own, as behind a connection pooler.</returns>
    public static async Task<SessionLook?> TakeAsync(NpgsqlConnection connection, IReadOnlyList<WatchedSession> sessions, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            EmbeddedSql.Load("session-reports.sql"),
            Read,
            cancellationToken,
            sessions.Select(session => session.Pid).ToArray(),
            sessions.Select(session => session.ApplicationName).OfType<string>().ToArray());
        return rows.FirstOrDefault(row => row.IsAsked && row.Pid == connection.ProcessID) is { } asked ? new SessionLook(rows, asked) : null;
    }

    /// <summary>Notes as what it was seen. One that is not found is gone only where the server is the one that knew it, or has begun after it did.</summary>
    public SessionReport ReportOf(WatchedSession session)
    {
        if (session.ApplicationName is { } name)
        {
            return rows.Values.Where(row => row.Application == name).ToList() is { Count: > 0 } own ? ReportOf(session, own) : ReportAbsent(session);
        }

        if (rows.GetValueOrDefault(session.Pid) is { } row && (session.Seen is { } seen ? seen == row.Identity : row.Age >= session.Age - Tolerance))
        {
            session.Seen = row.Identity;
            return row.Report;
        }

        return ReportAbsent(session);
    }

    /// <summary>
    /// Of a program with several sessions the one that is at work, as the others wait for that; where all wait for the
    /// program, how long each has.
    /// </summary>
    private static SessionReport ReportOf(WatchedSession session, List<Row> own)
    {
        session.Seen = own[0].Identity;
        return own.Find(row => !row.Report.IsLost)?.Report
            ?? own[0].Report with { Changed = string.Join(' ', own.OrderBy(row => row.Pid).Select(row => row.Report.Changed)) };
    }

    private SessionReport ReportAbsent(WatchedSession session) =>
        session.Seen?.Server == asked.Identity.Server || asked.Uptime < session.Age - Tolerance ? SessionReport.Gone : SessionReport.Unknown;

    private static Row Read(NpgsqlDataReader row) => new(
        row.GetInt32(0),
        row.GetBoolean(1),
        new SessionReport(row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6)),
        new SessionIdentity(row.GetString(9), row.GetString(7)),
        TimeSpan.FromSeconds(row.GetDouble(8)),
        TimeSpan.FromSeconds(row.GetDouble(10)),
        row.GetString(11));

    private sealed record Row(int Pid, bool IsAsked, SessionReport Report, SessionIdentity Identity, TimeSpan Age, TimeSpan Uptime, string Application);
}
