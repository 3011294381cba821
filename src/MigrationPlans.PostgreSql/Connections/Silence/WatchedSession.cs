using System.Data;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections.Silence;

/// <summary>Whether somebody waits for the server on a connection.</summary>
internal enum SessionActivity
{
    Closed,
    Resting,

    /// <summary>A result is being read, or lies open while something else is done.</summary>
    Reading,
    Waiting,
}

/// <summary>A connection that work is done over.</summary>
/// <param name="Pid">Of the server process, as the server told it at the login; of no meaning where there is an <see cref="ApplicationName"/>.</param>
/// <param name="Activity">Asked from another thread than the one that uses the connection.</param>
/// <param name="Moved">Another number each time that something came or went; always the same where nobody counts.</param>
internal sealed record WatchedSession(Endpoint Endpoint, string Database, int Pid, Func<SessionActivity> Activity, Func<long> Moved)
{
    // By the clock of the world, as servers count.
    private readonly long openedAt = TimeProvider.System.GetTimestamp();

    /// <summary>
    /// Stands for all sessions that the server lists under this name, as many as there are: those of a program that opens them
    /// by itself. Null for one of our own.
    /// </summary>
    public string? ApplicationName { get; init; }

    /// <summary>How it is found on the server.</summary>
    public string Name => ApplicationName is null ? $"session {Pid}" : $"sessions of {ApplicationName}";

    public string Place => $"{Endpoint.Name}/{Database}";

    /// <summary>At least so long it has been there.</summary>
    public TimeSpan Age => TimeProvider.System.GetElapsedTime(openedAt);

    /// <summary>As what the server has shown it; null where it was never asked.</summary>
    public SessionIdentity? Seen { get; set; }

    /// <param name="rowsRead">Of all connections of the work: the driver does not say what came over one. While any result is being read,
    /// nothing is concluded.</param>
    public static WatchedSession Of(Endpoint endpoint, NpgsqlConnection connection, Func<long> rowsRead) =>
        new(
            endpoint,
            connection.Database,
            connection.ProcessID,
            () => ActivityOf(connection),
            () => ActivityOf(connection) == SessionActivity.Reading ? rowsRead() : 0);

    private static SessionActivity ActivityOf(NpgsqlConnection connection)
    {
        try
        {
            return connection.FullState switch
            {
                ConnectionState.Closed or ConnectionState.Broken => SessionActivity.Closed,
                var state when state.HasFlag(ConnectionState.Executing) => SessionActivity.Waiting,
                var state when state.HasFlag(ConnectionState.Fetching) => SessionActivity.Reading,
                _ => SessionActivity.Resting,
            };
        }
        catch (NullReferenceException)
        {
            // It is being closed at this moment; the driver's property is not made for another thread.
            return SessionActivity.Closed;
        }
    }
}
