using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Snapshots;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// One moment of one side for several connections: chunks of a table that is being written to still add up. Each transaction but the
/// holder's ends with what it reads: a lock kept any longer would make others wait, who stand in the way of our next one.
/// </summary>
internal sealed class SharedSnapshot
{
    /// <summary>A change of a table that takes longer makes the comparison fail, not wait for ever.</summary>
    private const string Patience = "SET LOCAL lock_timeout = '60s'";

    private const string Begin = $"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {Patience}";

    private const int Looks = 5;

    private readonly Func<CancellationToken, Task<NpgsqlConnection>> open;
    private readonly NpgsqlConnection holder;
    private readonly string id;

    private SharedSnapshot(Func<CancellationToken, Task<NpgsqlConnection>> open, NpgsqlConnection holder, string id, string subject)
    {
        this.open = open;
        this.holder = holder;
        this.id = id;
        Subject = subject;
    }

    /// <summary>Whose moment it is, for messages.</summary>
    public string Subject { get; }

    public int ServerMajor => holder.PostgreSqlVersion.Major;

    public bool IsSuperuser => holder.PostgresParameters.GetValueOrDefault("is_superuser") == "on";

    /// <param name="holder">Begins a transaction, which must stay open as long as the moment is needed, and reads nothing else.</param>
    /// <param name="open">Opens further connections.</param>
    /// <param name="subject">The database, for messages.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    /// <exception cref="StepFailedException">The server refused, or is gone.</exception>
    public static async Task<SharedSnapshot> TakeAsync(
        NpgsqlConnection holder, Func<CancellationToken, Task<NpgsqlConnection>> open, string subject, CancellationToken cancellationToken)
    {
        try
        {
            var ids = await holder.QueryAsync($"{Begin}; SELECT pg_catalog.pg_export_snapshot()", row => row.GetString(0), cancellationToken);
            return new SharedSnapshot(open, holder, ids[0], subject);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, subject);
        }
    }

    /// <summary>A connection in a transaction that sees the moment.</summary>
    public Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => OpenAsync(BeginThen, cancellationToken);

    /// <summary>Reads in a transaction of its own that sees the moment.</summary>
    /// <exception cref="StepFailedException">The server refused, or is gone.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> readAsync, CancellationToken cancellationToken)
    {
        var connection = await TranslateAsync(OpenAsync(cancellationToken));
        await using var parting = new Parting(connection);
        return await TranslateAsync(readAsync(connection));
    }

    /// <summary>Gives what a server says of a failure this side's name.</summary>
    /// <exception cref="StepFailedException">The server refused, or is gone.</exception>
    public async Task<T> TranslateAsync<T>(Task<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, Subject);
        }
    }

    /// <summary>Reads what is outside of snapshots: as it is now, and each statement in a transaction of its own.</summary>
    public async Task<T> ReadPresentAsync<T>(Func<NpgsqlConnection, Task<T>> readAsync, CancellationToken cancellationToken)
    {
        await using var connection = await open(cancellationToken);
        await connection.ExecuteAsync("SET lock_timeout = '60s'", cancellationToken);
        return await readAsync(connection);
    }

    /// <summary>
    /// Reads both sides' definitions, each in a transaction of its own and as they are now: the server prints some of them so in any case. Where one is
    /// dropped in the middle of it, all are read again.
    /// </summary>
    /// <param name="readAsync">Translates what servers say of failures.</param>
    /// <exception cref="StepFailedException">A server refused, or is gone.</exception>
    public static async Task<T> ReadDefinitionsAsync<T>(
        SharedSnapshot source, SharedSnapshot target, Func<NpgsqlConnection, NpgsqlConnection, Task<T>> readAsync, CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                var here = await source.TranslateAsync(source.OpenAsync(Begin, cancellationToken));
                await using var fromHere = new Parting(here);
                var there = await target.TranslateAsync(target.OpenAsync(Begin, cancellationToken));
                await using var fromThere = new Parting(there);
                return await readAsync(here, there);
            }
            catch (StepFailedException failed) when (look < Looks && failed.InnerException is PostgresException server && IsOfADrop(server.SqlState))
            {
            }
        }
    }

    /// <summary>Ends the connection's transaction, and begins another that sees the moment.</summary>
    public Task RestartAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        SnapshotImport.BeginAsync(connection, it => it.ExecuteAsync($"ROLLBACK; {BeginThen}", cancellationToken), Subject);

    private string BeginThen => $"{SnapshotImport.Begin(id)}; {Patience}";

    /// <summary>A catalog's row that another one names is gone ("cache lookup failed", an internal error), or a name is.</summary>
    private static bool IsOfADrop(string sqlState) => sqlState is PostgresErrorCodes.InternalError or PostgresErrorCodes.UndefinedTable
        or PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.InvalidSchemaName;

    private async Task<NpgsqlConnection> OpenAsync(string begin, CancellationToken cancellationToken) =>
        await SnapshotImport.BeginAsync(await open(cancellationToken), connection => connection.ExecuteAsync(begin, cancellationToken), Subject);
}
