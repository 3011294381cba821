using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections.Silence;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>Several embedded statements in one round trip.</summary>
internal static class SqlBatch
{
    public static NpgsqlBatch Create(NpgsqlConnection connection, params IEnumerable<string> files)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var file in files)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(EmbeddedSql.Load(file)));
        }

        return batch;
    }

    /// <summary>All rows of the current result.</summary>
    public static async Task<ImmutableArray<T>> ReadAllAsync<T>(
        this NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        while (await reader.NextAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows.ToImmutable();
    }

    /// <summary>The next row, counted: a result that comes slowly is not dead.</summary>
    public static async ValueTask<bool> NextAsync(this NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var isThere = await reader.ReadAsync(cancellationToken);
        SilenceWatch.CountRow();
        return isThere;
    }

    /// <summary>Runs one query and reads all of its rows.</summary>
    public static async Task<ImmutableArray<T>> QueryAsync<T>(
        this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAllAsync(read, cancellationToken);
    }

    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
