using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>A database to connect to for what concerns the whole server: <c>postgres</c>, or another one where that is missing or closed.</summary>
internal static class MaintenanceDatabase
{
    /// <param name="connector">Opens the connection.</param>
    /// <param name="endpoint">The server.</param>
    /// <param name="others">Databases that may do when <c>postgres</c> does not.</param>
    /// <param name="kind">What the connection is for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StepFailedException">None of them lets us in; tells why the first did not.</exception>
    public static Task<NpgsqlConnection> OpenAsync(
        PostgresConnector connector, Endpoint endpoint, IEnumerable<string> others, SessionKind kind, CancellationToken cancellationToken) =>
        OpenAnyAsync(connector, endpoint, others.Prepend("postgres").Append("template1"), kind, cancellationToken);

    /// <summary>The first that lets the login in, whichever database it is for: who locks something there excludes everybody else.</summary>
    public static Task<NpgsqlConnection> OpenFirstAsync(
        PostgresConnector connector, Endpoint endpoint, SessionKind kind, CancellationToken cancellationToken) =>
        OpenAsync(connector, endpoint, notInto: "", kind, cancellationToken);

    /// <summary>But never into the database that is to be created or dropped.</summary>
    public static Task<NpgsqlConnection> OpenAsync(
        PostgresConnector connector, Endpoint endpoint, string notInto, SessionKind kind, CancellationToken cancellationToken)
    {
        string[] candidates = ["postgres", "template1"];
        return OpenAnyAsync(connector, endpoint, candidates.Where(database => database != notInto), kind, cancellationToken);
    }

    private static async Task<NpgsqlConnection> OpenAnyAsync(
        PostgresConnector connector, Endpoint endpoint, IEnumerable<string> candidates, SessionKind kind, CancellationToken cancellationToken)
    {
        StepFailedException? first = null;
        foreach (var database in candidates.Distinct(StringComparer.Ordinal))
        {
            try
            {
                return await connector.OpenAsync(endpoint, database, kind, cancellationToken);
            }
            catch (StepFailedException exception) when (IsAboutDatabase(exception))
            {
                first ??= exception;
            }
        }

        throw first!;
    }

    /// <summary>The server is there and knows us, but this one database is missing or closed to us.</summary>
    private static bool IsAboutDatabase(StepFailedException exception) =>
        exception.InnerException is PostgresException
        {
            SqlState: PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectNotInPrerequisiteState
        };
}
