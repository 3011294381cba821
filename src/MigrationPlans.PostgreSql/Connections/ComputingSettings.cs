using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>
/// What an ordinary session of a source's database computes by: casts between text and dates, local days of a moment, words of a text. Sessions of
/// the target that compute (checks, generated columns, indexes on expressions, materialized views) do it by the same, whatever the target's own are.
/// </summary>
/// <remarks>
/// None of them changes what is read from rows on their way, which are written under <see cref="SessionSettings"/>: dates in ISO order, moments
/// with an offset, numbers and bytea are read alike under each. What does change it (<c>lc_monetary</c>, <c>xmloption</c>, <c>array_nulls</c>) stays
/// pinned, and so does the empty <c>search_path</c>.
/// </remarks>
internal sealed record ComputingSettings
{
    public static readonly ImmutableArray<string> Names =
        ["DateStyle", "IntervalStyle", .. MayBeMissing, "extra_float_digits", "bytea_output", "xmlbinary"];

    public required ImmutableArray<(string Name, string Value)> Values { get; init; }

    /// <summary>What is not on every server: the operating system's time zones and locales, and what a pick can leave behind.</summary>
    private static ImmutableArray<string> MayBeMissing => ["TimeZone", "default_text_search_config", "lc_numeric", "lc_time"];

    /// <summary>As the <c>options</c> of a startup packet.</summary>
    public string Options => SessionSettings.Options(Values);

    /// <summary>For a whole session.</summary>
    public string Sql => Set(Values, isLocal: false);

    /// <summary>For a transaction.</summary>
    public string LocalSql => Set(Values, isLocal: true);

    /// <param name="target">Of the mapping; sees what the target does not have.</param>
    public static async Task<ComputingSettings> ReadAsync(
        PostgresConnector connector, MigrationManifest manifest, DatabaseMapping mapping, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var values = await connector.ReadOrdinarySettingsAsync(manifest.FindSource(mapping.From.Endpoint)!, mapping.From.Database, cancellationToken);
        return new ComputingSettings { Values = await WithoutMissingAsync(values, target, cancellationToken) };
    }

    /// <inheritdoc cref="ReadAsync(PostgresConnector, MigrationManifest, DatabaseMapping, NpgsqlConnection, CancellationToken)"/>
    public static Task<ComputingSettings> ReadAsync(
        PostgresConnector connector, StepContext context, NpgsqlConnection target, CancellationToken cancellationToken) =>
        ReadAsync(connector, context.Manifest, context.Mapping, target, cancellationToken);

    /// <summary>A connection that computes so until it is disposed of.</summary>
    public async Task<NpgsqlConnection> ApplyAsync(Task<NpgsqlConnection> opening, CancellationToken cancellationToken)
    {
        var connection = await opening;
        try
        {
            await connection.ExecuteAsync(Sql, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task<ImmutableArray<(string Name, string Value)>> WithoutMissingAsync(
        ImmutableArray<(string Name, string Value)> values, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        // Nearly always all are known, which one round trip tells.
        if (await AreKnownAsync([.. values.Where(setting => MayBeMissing.Contains(setting.Name))], target, cancellationToken))
        {
            return values;
        }

        var kept = ImmutableArray.CreateBuilder<(string Name, string Value)>(values.Length);
        foreach (var setting in values)
        {
            if (!MayBeMissing.Contains(setting.Name) || await AreKnownAsync([setting], target, cancellationToken))
            {
                kept.Add(setting);
            }
        }

        return kept.ToImmutable();
    }

    private static async Task<bool> AreKnownAsync(
        ImmutableArray<(string Name, string Value)> settings, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        try
        {
            await target.ExecuteAsync(Set(settings, isLocal: true), cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidParameterValue)
        {
            return false;
        }
    }

    private static string Set(ImmutableArray<(string Name, string Value)> values, bool isLocal) =>
        $"SELECT {string.Join(", ", values.Select(setting => $"pg_catalog.set_config({SqlText.Literal(setting.Name)}, {SqlText.Literal(setting.Value)}, {(isLocal ? "true" : "false")})"))}";
}
