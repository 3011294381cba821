namespace MigrationPlans.PostgreSql.Connections.Silence;

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

    /// <summary>It does not know the session either, but may be another server than the session's.</summary>
    public static readonly SessionReport Unknown = new("", "", "", "", "") { IsUnknown = true };

    public bool IsGone { get; private init; }

    public bool IsUnknown { get; private init; }

    /// <summary>
    /// Can't be, while we wait for the server: it waits for us, so what one of us sent never reached the other. A server that keeps
    /// no account of states (<c>track_activities</c>) does not tell two such waits from one.
    /// </summary>
    public bool IsLost =>
        IsGone || (Changed.Length > 0 && (State.StartsWith("idle", StringComparison.Ordinal) || WaitsFor is "Client ClientRead" or "Client ClientWrite"));

    public string Describe() => this switch
    {
        { IsGone: true } => "knows no such session any more",
        { IsUnknown: true } => "knows no such session, but may be another one than that of the connection",
        { State: "disabled" } => "keeps no account of what sessions do (track_activities is off)",
        { IsLost: true } => $"waits for us ({State}, {WaitsFor})",
        { BlockedBy.Length: > 0 } => $"lets it wait ({WaitsFor}) for session {BlockedBy}",
        { Progress.Length: > 0 } => $"is at work ({Progress})",
        { WaitsFor.Length: > 0 } => $"is at work ({State}, {WaitsFor})",
        { State.Length: > 0 } => $"is at work ({State})",
        _ => "knows the session",
    };
}
