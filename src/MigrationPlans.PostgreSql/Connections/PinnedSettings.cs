using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// Whether a session has the settings that its start asked for. A connection pooler may drop them without a word, and gives a session's locks, snapshot and
/// settings to others; what is copied then depends on whose settings a server session happens to have.
/// </summary>
internal static class PinnedSettings
{
    // DateStyle has a second word, which is the server's own.
    private const string OthersSql =
        """
        SELECT wanted.name FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) WITH ORDINALITY AS wanted (name, value, position)
        WHERE pg_catalog.split_part(pg_catalog.current_setting(wanted.name), ',', 1) OPERATOR(pg_catalog.<>) wanted.value
        ORDER BY wanted.position
        """;

    /// <param name="kind">What the connection was opened as, to a server of which nothing was heard before.</param>
    /// <param name="subject">The endpoint's database.</param>
    /// <exception cref="StepFailedException">A setting is another.</exception>
    public static async Task RequireAsync(NpgsqlConnection connection, SessionKind kind, string subject, CancellationToken cancellationToken)
    {
        var wanted = SessionSettings.AtStart(kind, serverMajor: null).ToList();
        var others = await connection.QueryAsync(
            OthersSql,
            row => row.GetString(0),
            cancellationToken,
            wanted.Select(setting => setting.Name).ToArray(),
            wanted.Select(setting => setting.Value).ToArray());
        if (!others.IsEmpty)
        {
            throw new StepFailedException(ConnectionDiagnostics.SettingsLost(subject, others), FailureClass.Permanent);
        }
    }
}
