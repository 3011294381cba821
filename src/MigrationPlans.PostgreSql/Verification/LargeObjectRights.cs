using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Compares who owns large objects and who may do what with them, many at a time: those that are alike in this are counted.</summary>
internal static class LargeObjectRights
{
    /// <summary>Of the differences.</summary>
    public const string Kind = "large objects";

    public static async Task<ImmutableArray<ObjectDifference>> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        if (!SelectionFilter.For(mapping).IsEverything)
        {
            return [];
        }

        var onSource = await ReadAsync(source, role => Sides.MapRole(mapping, role), cancellationToken);
        var onTarget = await ReadAsync(target, role => role, cancellationToken);
        if (mapping.Roles.Create == RoleCreation.None)
        {
            // What is of roles that the target need not have, is the login's there.
            var roles = (await target.QueryAsync("SELECT rolname::text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken))
                .ToHashSet(StringComparer.Ordinal);
            if (!onSource.Keys.SelectMany(rights => rights.Roles).All(roles.Contains))
            {
                return [];
            }
        }

        return
        [
            .. onSource.Keys.Union(onTarget.Keys).OrderBy(rights => rights.Text, StringComparer.Ordinal)
                .Where(rights => onSource.GetValueOrDefault(rights) != onTarget.GetValueOrDefault(rights))
                .Select(rights => new ObjectDifference(Kind, rights.Text, Count(onSource, rights), Count(onTarget, rights))),
        ];
    }

    private static string? Count(Dictionary<Rights, Objects> of, Rights rights) =>
        of.TryGetValue(rights, out var found) ? string.Create(CultureInfo.InvariantCulture, $"{found.Count} (hash of their oids {found.Oids})") : null;

    private static async Task<Dictionary<Rights, Objects>> ReadAsync(
        NpgsqlConnection connection, Func<string, string> nameOf, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            EmbeddedSql.Load("large-object-rights.sql"),
            row => (
                Rights: Rights.Of(NameOf(row.GetString(0)), Names(row, 1).Zip(row.GetFieldValue<string[]>(2), Names(row, 3))),
                Objects: new Objects(row.GetInt64(4), row.GetInt64(5))),
            cancellationToken);
        return rows.GroupBy(row => row.Rights).ToDictionary(
            group => group.Key,
            group => new Objects(group.Sum(row => row.Objects.Count), unchecked(group.Aggregate(0L, (sum, row) => sum + row.Objects.Oids))));

        string NameOf(string role) => role.Length == 0 ? "" : nameOf(role);
        IEnumerable<string> Names(NpgsqlDataReader row, int column) => row.GetFieldValue<string[]>(column).Select(NameOf);
    }

    private readonly record struct Objects(long Count, long Oids);

    /// <param name="Grants">In one form: who has what privilege by whom, sorted.</param>
    private readonly record struct Rights(string Owner, string Grants)
    {
        private const char Separator = '\n';

        /// <summary>No name holds it.</summary>
        private const char Divider = '\0';

        /// <summary>Who is named.</summary>
        public IEnumerable<string> Roles => Parts.SelectMany(parts => new[] { parts[0], parts[2] }).Where(role => role.Length > 0).Append(Owner);

        public string Text =>
            $"of {Owner}{(Grants.Length == 0 ? "" : $" for {string.Join(", ", Parts.Select(parts => $"{GranteeName.For(parts[0])}:{parts[1]}{(parts[2].Length == 0 ? "" : $" by {parts[2]}")}"))}")}";

        private IEnumerable<string[]> Parts => Grants.Split(Separator, StringSplitOptions.RemoveEmptyEntries).Select(grant => grant.Split(Divider));

        /// <summary>Roles that became one have the rights of all; what becomes the owner needs none.</summary>
        public static Rights Of(string owner, IEnumerable<(string Grantee, string Privilege, string Grantor)> grants)
        {
            var all = grants.Where(grant => grant.Grantee != owner)
                .Select(grant => grant with { Grantor = grant.Grantor == owner ? "" : grant.Grantor })
                .Where(grant => grant.Grantee.Length == 0 || grant.Grantee != grant.Grantor)
                .ToHashSet();
            return new Rights(
                owner,
                string.Join(
                    Separator,
                    all.Where(grant => !all.Contains(grant with { Privilege = $"{grant.Privilege}*" }))
                        .Select(grant => $"{grant.Grantee}{Divider}{grant.Privilege}{Divider}{grant.Grantor}")
                        .Order(StringComparer.Ordinal)));
        }
    }
}
