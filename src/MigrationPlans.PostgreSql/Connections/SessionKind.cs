namespace MigrationPlans.PostgreSql.Connections;

/// <summary>What a connection is for; decides its session settings.</summary>
public enum SessionKind
{
    /// <summary>Reads from a source: read-only by default, so that no mistake of ours can write there.</summary>
    SourceRead,

    /// <summary>Fences and unfences a source.</summary>
    SourceAdmin,

    /// <summary>
    /// Sees whether a session is read-only where nothing says so but the server, or what the server says of other sessions of ours.
    /// Never one that was used before.
    /// </summary>
    Probe,

    /// <summary>Sees what an ordinary session of a source's database computes by, which is not pinned.</summary>
    Ordinary,

    /// <summary>Writes to a target.</summary>
    Target,
}
