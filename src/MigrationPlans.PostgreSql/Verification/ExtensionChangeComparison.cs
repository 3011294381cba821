using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// What somebody changed of an extension's members (<c>ALTER FUNCTION unaccent(text) IMMUTABLE</c>), or put on its tables (an index):
/// no dump holds it. Only within one version of the server and the extension, as another one may have changed it itself; privileges
/// of the user's roles in any. Under a pick, privileges alone, of roles that are on the target.
/// </summary>
internal static class ExtensionChangeComparison
{
    public const string Kind = "extension change";

    private const string Everybody = "PUBLIC";

    public static async Task<ImmutableArray<LeftOutDifference>> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var isSameMajor = source.PostgreSqlVersion.Major == target.PostgreSqlVersion.Major;
        var there = await ReadAsync(target, cancellationToken);
        var versions = there.Select(item => (item.Extension, item.Version)).ToHashSet();
        var isAll = SelectionFilter.For(mapping).IsEveryObject;
        var roles = isAll ? [] : (await target.QueryAsync("SELECT rolname::text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken))
            .Append(Everybody)
            .ToHashSet(StringComparer.Ordinal);
        var values = there.ToLookup(item => (item.Extension, item.Name), item => item.Value);
        return
        [
            .. (await ReadAsync(source, cancellationToken)).Select(item => item with { Role = item.Role is { } role ? Sides.MapRole(mapping, role) : null })
                .Where(item => IsComparable(item, isSameMajor, versions.Contains((item.Extension, item.Version)))
                    && !mapping.SkipExtensions.Contains(item.Extension)
                    && !values[(item.Extension, item.Name)].Contains(item.Value))
                .Where(item => isAll || (item.Role is { } role && roles.Contains(role)))
                // A member that is not there is none that was changed.
                .Where(item => values.Contains((item.Extension, item.Member)))
                .Select(item => new LeftOutDifference(
                    Kind,
                    item.Name,
                    item.Value,
                    values[(item.Extension, item.Name)].FirstOrDefault(),
                    $"somebody changed it, or added it to a table, of {item.Extension}, which no dump holds")),
        ];
    }

    /// <summary>Privileges say the same in any version of the server; those of roles that no extension knows are never an extension's own.</summary>
    private static bool IsComparable(Item item, bool isSameMajor, bool isSameVersion) => item.Role is { } role
        ? isSameVersion || (role != Everybody && !role.StartsWith("pg_", StringComparison.Ordinal))
        : isSameMajor && isSameVersion;

    private static Task<ImmutableArray<Item>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("verify-extension-changes.sql"),
            row => new Item(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.IsDBNull(5) ? null : row.GetString(5),
                row.IsDBNull(6) ? null : row.GetString(6)),
            cancellationToken);

    private sealed record Item(string Extension, string Version, string Sort, string Identity, string Value, string? Table, string? Role)
    {
        public string Name => Role is null ? $"{Sort} {Identity}" : $"{Sort} {Identity} of {Role}";

        /// <summary>What the extension brings: the table, for what is on one.</summary>
        public string Member => Table is not null ? $"table {Table}" : Role is not null ? $"{Sort} {Identity} of {Everybody}" : Name;
    }
}
