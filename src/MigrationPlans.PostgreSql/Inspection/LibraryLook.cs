using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Inspection;

/// <summary>Reads which libraries a source's functions are in, and asks the servers that these go to whether they can load them.</summary>
internal static class LibraryLook
{
    public const string File = "library-functions.sql";

    public static LibraryFunction Read(NpgsqlDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3));

    /// <summary>What the databases that are mapped to the endpoint have functions in.</summary>
    public static ImmutableArray<string> Wanted(MigrationManifest manifest, string target, IReadOnlyCollection<DatabaseFacts> databases) =>
    [
        .. manifest.Databases
            .Where(mapping => mapping.To.Endpoint == target)
            .SelectMany(mapping => databases.Where(facts => facts.Role == EndpointRole.Source && facts.Address == mapping.From))
            .SelectMany(facts => facts.LibraryFunctions)
            .Select(function => function.Library)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// Loads each into a session of its own, which is closed afterwards: nothing else shows what the server takes. pg_upgrade finds
    /// out in the same way. The driver gives a session up that was refused a file.
    /// </summary>
    /// <param name="open">Opens such a session.</param>
    /// <returns>Those that the server refused, with its reason.</returns>
    public static async Task<ImmutableSortedDictionary<string, string>> FindFaultsAsync(
        Func<Task<NpgsqlConnection>> open, ImmutableArray<string> libraries, CancellationToken cancellationToken)
    {
        var faults = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var library in libraries)
        {
            await using var session = await open();
            try
            {
                await session.ExecuteAsync($"LOAD {SqlText.Literal(library)}", cancellationToken);
            }
            catch (PostgresException refusal) when (!PostgresErrors.IsTransient(refusal.SqlState))
            {
                faults[library] = refusal.Detail is { } detail ? $"{refusal.MessageText} ({detail})" : refusal.MessageText;
            }
        }

        return faults.ToImmutable();
    }
}
