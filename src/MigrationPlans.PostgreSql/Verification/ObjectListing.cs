using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>The objects of one side, one after another: a database can have a million, and most are gone as soon as the other side has told the same.</summary>
internal sealed class ObjectListing : IAsyncDisposable
{
    private readonly NpgsqlDataReader reader;
    private readonly string subject;
    private readonly TextPool texts;

    private ObjectListing(NpgsqlDataReader reader, string subject, TextPool texts)
    {
        this.reader = reader;
        this.subject = subject;
        this.texts = texts;
    }

    /// <param name="connection">A session in the database.</param>
    /// <param name="subject">The database, for messages.</param>
    /// <param name="scope">What is listed of it.</param>
    /// <param name="texts">Shared by both sides.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <exception cref="Execution.StepFailedException">The server refused, or is gone.</exception>
    public static async Task<ObjectListing> OpenAsync(
        NpgsqlConnection connection, string subject, ListingScope scope, TextPool texts, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EmbeddedSql.Load("verify-objects.sql"), connection);
        foreach (var parameter in (object[])
        [
            scope.WithMaintain,
            scope.WithSystemGrants,
            scope.SkippedExtensions,
            scope.Hash.EncodingOn(connection),
            scope.WithMultiranges,
            scope.WithNotNull,
        ])
        {
            command.Parameters.AddWithValue(parameter);
        }

        try
        {
            return new ObjectListing(await command.ExecuteReaderAsync(cancellationToken), subject, texts);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, subject);
        }
    }

    /// <returns>Null when there is no further one.</returns>
    /// <exception cref="Execution.StepFailedException">The server refused, or is gone.</exception>
    public async Task<ListedObject?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await reader.NextAsync(cancellationToken) ? Read() : null;
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, subject);
        }
    }

    /// <summary>The driver reads what is left of the result first.</summary>
    public ValueTask DisposeAsync() => new Parting(reader).DisposeAsync();

    private ListedObject Read()
    {
        var roles = reader.IsDBNull(5) ? [] : reader.GetFieldValue<string?[]>(5);
        return new ListedObject(
            texts.Share(reader.GetString(0)),
            reader.IsDBNull(1) ? null : reader.GetInt64(1),
            texts.Share(Text(2)),
            Text(3),
            reader.GetString(4),
            texts.Share(roles.FirstOrDefault()),
            texts.Share(roles.ElementAtOrDefault(1)),
            texts.Share(roles.ElementAtOrDefault(2)),
            texts.Share(roles.ElementAtOrDefault(3)),
            Text(6) ?? "");
    }

    private string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
