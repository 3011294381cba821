using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Properties;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Compares what belongs to the databases themselves: owner, comment, connection limit, settings, privileges, labels.</summary>
internal static class DatabasePropertyComparison
{
    // What a login that is no superuser can't set stays behind with a note: not a difference that anybody could mend.
    private const string OutOfReachSql =
        "SELECT s.name FROM pg_catalog.pg_settings s WHERE s.context IN ('superuser', 'superuser-backend') AND NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)";

    /// <param name="source">A session in the source database.</param>
    /// <param name="target">A session in the target database.</param>
    /// <param name="missingProviders">Of security labels, which the target therefore can't have.</param>
    /// <param name="mapping">Maps roles.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<ImmutableArray<ObjectDifference>> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, IReadOnlySet<string> missingProviders, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var roles = (await target.QueryAsync("SELECT rolname::text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var outOfReach = (await target.QueryAsync(OutOfReachSql, row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var wanted = (await DatabaseProperties.ReadAsync(source, cancellationToken)).ForTarget(mapping, roles);
        var found = await DatabaseProperties.ReadAsync(target, cancellationToken);
        if (!roles.Contains(wanted.Owner))
        {
            wanted = wanted with { Owner = found.Owner };
        }

        if (await TargetLedger.ExistsAsync(target, cancellationToken))
        {
            // Not finished: what is changed last, after this comparison, has not been changed yet.
            (wanted, found) = (wanted.WithoutLate(), found.WithoutLate());
        }

        wanted = wanted with { Labels = [.. wanted.Labels.Where(label => !missingProviders.Contains(label.Provider))] };
        var (onSource, onTarget) = (List(wanted, outOfReach), List(found, outOfReach));
        var login = target.UserName ?? "";
        return
        [
            .. onSource.Keys.Union(onTarget.Keys).Order(StringComparer.Ordinal)
                .Where(name => onSource.GetValueOrDefault(name) != onTarget.GetValueOrDefault(name) && !(name == Grant(login) && !onSource.ContainsKey(name)))
                .Select(name => new ObjectDifference("database", name, onSource.GetValueOrDefault(name), onTarget.GetValueOrDefault(name))),
        ];
    }

    private static Dictionary<string, string> List(DatabaseProperties properties, HashSet<string> outOfReach)
    {
        var isLimited = outOfReach.Count > 0;
        var listed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["owner"] = properties.Owner,
            ["connection limit"] = properties.ConnectionLimit.ToString(CultureInfo.InvariantCulture),
        };
        if (properties.IsTemplate)
        {
            listed["template"] = "yes";
        }

        if (properties.Comment is { } comment)
        {
            listed["comment"] = comment;
        }

        foreach (var (role, text) in properties.Settings)
        {
            var (name, value) = SettingText.Split(text);
            if (!outOfReach.Contains(name) && !(isLimited && name.Contains('.', StringComparison.Ordinal)))
            {
                listed[role.Length == 0 ? $"setting {name}" : $"setting {name} of {role}"] = value;
            }
        }

        // Who can't take a role on gives in the owner's name what the role gave.
        foreach (var grants in properties.Grants.Where(grant => grant.Grantee != properties.Owner).ToLookup(grant => Grant(grant.Grantee, isLimited ? null : grant.Grantor)))
        {
            listed[grants.Key] = string.Join(',', grants.GroupBy(grant => grant.Privilege, (privilege, alike) => alike.Any(grant => grant.IsGrantable) ? $"{privilege}*" : privilege).Order(StringComparer.Ordinal));
        }

        foreach (var label in isLimited ? [] : properties.Labels)
        {
            listed[$"security label of {label.Provider}"] = label.Label;
        }

        return listed;
    }

    private static string Grant(string grantee, string? grantor = null) => $"privileges of {GranteeName.For(grantee)}{(grantor is null ? "" : $" by {grantor}")}";
}
