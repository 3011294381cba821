namespace MigrationPlans.PostgreSql.Wire;

/// <summary>The server answered with an error; the connection is still in step with it unless it ended.</summary>
internal sealed class WireException(ServerError error) : Exception($"{error.Message} (SQLSTATE {error.SqlState})")
{
    public ServerError Error { get; } = error;

    /// <summary>Of a relay, in which two servers can refuse: it was the one that takes the rows.</summary>
    public bool IsOfTarget { get; init; }

    /// <summary>How many statements of the same text went through before the one that was refused.</summary>
    public int Completed { get; init; }

    /// <summary>Of a relay's COPYs, which one the source could not go on with; null where it was the target that refused.</summary>
    public int? Unsent { get; init; }

    /// <summary>Of a relay's COPYs, which one the target refused; null where it was the source, or a statement before them.</summary>
    public int? Untaken { get; init; }
}
