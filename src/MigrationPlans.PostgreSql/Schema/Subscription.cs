using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>A subscription as its database has it.</summary>
internal sealed record Subscription(string Name, string Owner)
{
    private const int OwnerVersion = 16;

    private const string IsReadableSql = "SELECT pg_catalog.has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'SELECT')";

    private const string NamesSql =
        """
        SELECT s.subname::pg_catalog.text, pg_catalog.pg_get_userbyid(s.subowner)::pg_catalog.text FROM pg_catalog.pg_subscription s
        JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) s.subdbid AND d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database() ORDER BY 1
        """;

    private const string ConnectionsSql =
        """
        SELECT s.subname::pg_catalog.text, s.subconninfo FROM pg_catalog.pg_subscription s
        JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) s.subdbid AND d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
        """;

    public ImmutableArray<string> Publications { get; init; } = [];

    public string? Comment { get; init; }

    /// <summary>On the publisher.</summary>
    public string? Slot { get; init; }

    /// <summary><c>binary = true</c>; those that are the default left out.</summary>
    public ImmutableArray<string> Options { get; init; } = [];

    /// <summary>Those that a server of the version has a word for: below 16 nobody but the owner applies the changes.</summary>
    public IEnumerable<string> OptionsAt(int major) =>
        Options.Where(option => major >= OwnerVersion || !option.StartsWith("run_as_owner ", StringComparison.Ordinal));

    /// <summary>Without secrets; empty where it was not read.</summary>
    public string Connection { get; init; } = "";

    public static async Task<bool> IsReadableAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(IsReadableSql, row => row.GetBoolean(0), cancellationToken)).Single();

    public static Task<ImmutableArray<Subscription>> ListNamesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(NamesSql, row => new Subscription(row.GetString(0), row.GetString(1)), cancellationToken);

    /// <summary>Without connection strings.</summary>
    public static Task<ImmutableArray<Subscription>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("subscriptions.sql"),
            row => new Subscription(row.GetString(0), row.GetString(1))
            {
                Publications = [.. row.GetFieldValue<string[]>(2)],
                Comment = row.IsDBNull(3) ? null : row.GetString(3),
                Slot = row.IsDBNull(4) ? null : row.GetString(4),
                Options = [.. row.GetFieldValue<string[]>(5)],
            },
            cancellationToken);

    /// <summary>With connection strings, whose secrets go no further than this.</summary>
    public static async Task<ImmutableArray<Subscription>> ListWithConnectionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var subscriptions = await ListAsync(connection, cancellationToken);
        var texts = await connection.QueryAsync(
            ConnectionsSql,
            row => (Name: row.GetString(0), Text: ConnectionText.WithoutSecrets(row.GetString(1))),
            cancellationToken);
        var connections = texts.ToDictionary(pair => pair.Name, pair => pair.Text, StringComparer.Ordinal);
        return [.. subscriptions.Select(subscription => subscription with { Connection = connections.GetValueOrDefault(subscription.Name, "") })];
    }

    /// <summary>Such without a slot, which would keep the database from being dropped; they hold nothing on a publisher.</summary>
    public static async Task DropUnboundAsync(NpgsqlConnection database, CancellationToken cancellationToken)
    {
        var names = await database.QueryAsync(
            $"SELECT n.subname FROM ({NamesSql}) n (subname, owner) JOIN pg_catalog.pg_subscription s ON s.subname OPERATOR(pg_catalog.=) n.subname::pg_catalog.name "
            + "WHERE s.subslotname IS NULL AND NOT s.subenabled AND pg_catalog.pg_has_role(s.subowner, 'USAGE')",
            row => row.GetString(0),
            cancellationToken);
        foreach (var name in names)
        {
            await database.ExecuteAsync($"DROP SUBSCRIPTION IF EXISTS {SqlText.Identifier(name)}", cancellationToken);
        }
    }
}
