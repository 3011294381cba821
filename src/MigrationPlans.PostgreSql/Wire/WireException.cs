namespace MigrationPlans.PostgreSql.Wire;

/// <summary>The server answered with an error; the connection is still in step with it unless it ended.</summary>
internal sealed class WireException(ServerError error) : Exception($"{error.Message} (SQLSTATE {error.SqlState})")
{
    public ServerError Error { get; } = error;
}
