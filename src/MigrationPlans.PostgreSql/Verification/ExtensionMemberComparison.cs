using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Members that an extension has on the source and not on the target: somebody added them (<c>ALTER EXTENSION … ADD</c>), and CREATE EXTENSION
/// does not know them. Another version may do without an object, but not so easily without a table, which may hold rows.
/// </summary>
internal static class ExtensionMemberComparison
{
    public const string Kind = "extension member";

    public static async Task<ImmutableArray<LeftOutDifference>> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        if (!SelectionFilter.For(mapping).IsEveryObject)
        {
            return [];
        }

        var there = await ReadAsync(target, cancellationToken);
        var versions = there.Select(member => (member.Extension, member.Version)).ToHashSet();
        var extensions = versions.Select(extension => extension.Extension).ToHashSet(StringComparer.Ordinal);
        var names = there.Select(member => (member.Extension, member.Name)).ToHashSet();
        return
        [
            .. (await ReadAsync(source, cancellationToken))
                .Where(member => extensions.Contains(member.Extension)
                    && !mapping.SkipExtensions.Contains(member.Extension)
                    && !names.Contains((member.Extension, member.Name)))
                .Where(member => member.IsTable || versions.Contains((member.Extension, member.Version)))
                .OrderByDescending(member => member.IsTable)
                .Select(member => new LeftOutDifference(
                    Kind, member.Name, $"of {member.Extension}", Target: null, "the extension brings none such on the target")),
        ];
    }

    private static Task<ImmutableArray<Member>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("verify-extension-members.sql"),
            row => new Member(row.GetString(0), row.GetString(1), $"{row.GetString(2)} {row.GetString(3)}", row.GetBoolean(4)),
            cancellationToken);

    private sealed record Member(string Extension, string Version, string Name, bool IsTable);
}
