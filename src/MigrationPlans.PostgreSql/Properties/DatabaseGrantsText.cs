using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Properties;

/// <summary>Statements that make the privileges on a database like another's.</summary>
internal static class DatabaseGrantsText
{
    /// <param name="database">Quoted.</param>
    /// <param name="wanted">In the target's role names.</param>
    /// <param name="found">As it is.</param>
    /// <param name="login">Grants to it that the source does not know are left alone: it needs to connect until the end.</param>
    public static IEnumerable<DatabasePropertiesText.Change> Difference(string database, DatabaseProperties wanted, DatabaseProperties found, string login)
    {
        // The owner's own privileges move with the ownership: on either side they stand under the owner's name.
        var before = found.Grants.Select(grant => grant.Grantee == found.Owner ? grant with { Grantee = wanted.Owner } : grant).ToImmutableArray();
        return OfOwner(database, wanted.Grants, before, login).Concat(OfOthers(database, wanted.Grants, before));
    }

    private static IEnumerable<DatabasePropertiesText.Change> OfOwner(
        string database, ImmutableArray<DatabaseGrant> wanted, ImmutableArray<DatabaseGrant> found, string login)
    {
        var (before, after) = (ByOwner(found), ByOwner(wanted));
        foreach (var grantee in before.Concat(after).Select(group => group.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var isOurs = grantee == login && !after.Contains(grantee);
            if (isOurs || before[grantee].ToHashSet().SetEquals(after[grantee]))
            {
                continue;
            }

            var revoke = $"REVOKE ALL ON DATABASE {database} FROM {Role(grantee)}";
            yield return new DatabasePropertiesText.Change(
                $"privileges of {Name(grantee)}",
                string.Join("; ", after[grantee].GroupBy(grant => grant.IsGrantable).Select(group => Grant(database, group)).Prepend(revoke)));
        }
    }

    /// <summary>Those that a role gave which had them with the grant option: in its name, after it has them.</summary>
    private static IEnumerable<DatabasePropertiesText.Change> OfOthers(
        string database, ImmutableArray<DatabaseGrant> wanted, ImmutableArray<DatabaseGrant> found)
    {
        var open = wanted.Where(grant => grant.Grantor is not null).Except(found).ToList();
        while (open.Count > 0)
        {
            // The next is one whose giver waits for none of the others. Roles that became one may wait for themselves.
            var next = open.FirstOrDefault(grant => !open.Any(other => other.IsGrantable
                && other.Privilege == grant.Privilege
                && other.Grantee == grant.Grantor))
                ?? open[0];
            open.Remove(next);
            var grant = Grant(database, [next]);
            yield return new DatabasePropertiesText.Change(
                $"privileges of {Name(next.Grantee)} by {next.Grantor}",
                $"SET LOCAL ROLE {SqlText.Identifier(next.Grantor!)}; {grant}; RESET ROLE")
            {
                Otherwise = grant,
            };
        }
    }

    private static string Grant(string database, IEnumerable<DatabaseGrant> alike)
    {
        var first = alike.First();
        return $"GRANT {string.Join(", ", alike.Select(grant => grant.Privilege))} ON DATABASE {database} TO {Role(first.Grantee)}{(first.IsGrantable ? " WITH GRANT OPTION" : "")}";
    }

    private static ILookup<string, DatabaseGrant> ByOwner(ImmutableArray<DatabaseGrant> grants) =>
        grants.Where(grant => grant.Grantor is null).ToLookup(grant => grant.Grantee);

    private static string Role(string grantee) => grantee.Length == 0 ? "PUBLIC" : SqlText.Identifier(grantee);

    private static string Name(string grantee) => GranteeName.For(grantee);
}
