namespace MigrationPlans.PostgreSql.Wire;

/// <summary>The server answered with an error; the connection is still in step with it unless it ended.</summary>
internal sealed class WireException(ServerError error) : Exception($"{error.Message} (SQLSTATE {error.SqlState})")
{
    public ServerError Error { get; } = error;

    /// <summary>How many statements of the same text went through before the one that was refused.</summary>
    public int Completed { get; init; }
}
