using System.Collections.Frozen;
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
    // What a login that is no superuser can't set stays behind with a note: those of superusers, and those of libraries that are not loaded.
    private const string ParametersSql =
        "SELECT s.name, s.context IN ('superuser', 'superuser-backend') FROM pg_catalog.pg_settings s WHERE NOT (SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)";

    private const string OutOfReach = "the target login may not set it: it takes a superuser";

    // For a database these may name what is not there; for a session they may not.
    private static readonly FrozenSet<string> SetUnchecked = new[] { "default_tablespace", "temp_tablespaces", "default_text_search_config" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private const string Database = "database";

    /// <param name="source">A session in the source database.</param>
    /// <param name="target">A session in the target database, in a transaction.</param>
    /// <param name="missingProviders">Of security labels, which the target therefore can't have.</param>
    /// <param name="mapping">Maps roles.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    /// <returns>What differs, and what the target's server can't be told.</returns>
    public static async Task<(ImmutableArray<ObjectDifference> Differences, ImmutableArray<LeftOutDifference> LeftOut)> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, IReadOnlySet<string> missingProviders, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var roles = (await target.QueryAsync("SELECT rolname::text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken))
            .ToHashSet(StringComparer.Ordinal);
        var parameters = (await target.QueryAsync(ParametersSql, row => KeyValuePair.Create(row.GetString(0), row.GetBoolean(1)), cancellationToken))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        var isLimited = parameters.Count > 0;
        var found = await DatabaseProperties.ReadAsync(target, cancellationToken);
        var wanted = (await DatabaseProperties.ReadAsync(source, cancellationToken)).ForTarget(mapping, roles, found.Owner);
        if (await TargetLedger.ExistsAsync(target, cancellationToken))
        {
            // Not finished: what is changed last, after this comparison, has not been changed yet.
            (wanted, found) = (wanted.WithoutLate(), found.WithoutLate());
        }

        wanted = wanted with { Labels = [.. wanted.Labels.Where(label => !missingProviders.Contains(label.Provider))] };
        var (onSource, onTarget) = (List(wanted, isLimited), List(found, isLimited));
        var login = target.UserName ?? "";
        var differences = onSource.Keys.Union(onTarget.Keys).Order(StringComparer.Ordinal)
            .Where(name => onSource.GetValueOrDefault(name) != onTarget.GetValueOrDefault(name) && !(name == Grant(login) && !onSource.ContainsKey(name)))
            .Select(name => new ObjectDifference(Database, name, onSource.GetValueOrDefault(name), onTarget.GetValueOrDefault(name)))
            .ToImmutableArray();
        var settings = wanted.Settings.Concat(found.Settings).Where(setting => differences.Any(difference => difference.Name == Name(setting)))
            .ToLookup(setting => isLimited && IsOutOfReach(SettingText.Split(setting.Setting).Name, parameters));
        var refused = await RefusedAsync(target, [.. settings[false].Intersect(wanted.Settings)], cancellationToken);
        foreach (var setting in settings[true])
        {
            refused[Name(setting)] = OutOfReach;
        }

        return (
            differences.RemoveAll(difference => refused.ContainsKey(difference.Name)), [.. differences.Where(difference => refused.ContainsKey(difference.Name))
                .Select(difference => new LeftOutDifference(Database, difference.Name, difference.Source, difference.Target, refused[difference.Name]))]);
    }

    /// <summary>
    /// Settings that the target's server has no parameter for (an older version's), or whose value it does not take (a locale of another
    /// system): nobody can give them to the database, so a run that left them out with a note can end. Tried in the session itself,
    /// which is as before afterwards.
    /// </summary>
    private static async Task<Dictionary<string, string>> RefusedAsync(
        NpgsqlConnection target, ImmutableArray<DatabaseSetting> settings, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings.Where(setting => !DatabaseProperties.IsLate(setting)))
        {
            var (name, value) = SettingText.Split(setting.Setting);
            if (SetUnchecked.Contains(name))
            {
                continue;
            }

            await target.ExecuteAsync("SAVEPOINT setting", cancellationToken);
            try
            {
                await target.ExecuteAsync($"SELECT pg_catalog.set_config({SqlText.Literal(name)}, {SqlText.Literal(value)}, true)", cancellationToken);
            }
            catch (PostgresException exception)
                when (exception.SqlState is PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.InvalidName or PostgresErrorCodes.InvalidParameterValue)
            {
                refused[Name(setting)] = $"the target's server refuses it: {exception.MessageText}";
            }

            await target.ExecuteAsync("ROLLBACK TO SAVEPOINT setting", cancellationToken);
        }

        return refused;
    }

    private static bool IsOutOfReach(string parameter, Dictionary<string, bool> known) =>
        known.TryGetValue(parameter, out var isOfSuperusers) ? isOfSuperusers : parameter.Contains('.', StringComparison.Ordinal);

    private static string Name(DatabaseSetting setting)
    {
        var name = SettingText.Split(setting.Setting).Name;
        return setting.Role.Length == 0 ? $"setting {name}" : $"setting {name} of {setting.Role}";
    }

    /// <param name="properties">Of one side.</param>
    /// <param name="isLimited">The target's login is no superuser: security labels are beyond it, and in whose name it gives rights.</param>
    private static Dictionary<string, string> List(DatabaseProperties properties, bool isLimited)
    {
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

        foreach (var setting in properties.Settings)
        {
            var (name, value) = SettingText.Split(setting.Setting);
            listed[Name(setting)] = value;
        }

        // Who can't take a role on gives in the owner's name what the role gave.
        foreach (var grants in properties.Grants
            .Where(grant => grant.Grantee != properties.Owner)
            .ToLookup(grant => Grant(grant.Grantee, isLimited ? null : grant.Grantor)))
        {
            listed[grants.Key] = string.Join(
                ',',
                grants.GroupBy(grant => grant.Privilege, (privilege, alike) => alike.Any(grant => grant.IsGrantable) ? $"{privilege}*" : privilege)
                    .Order(StringComparer.Ordinal));
        }

        foreach (var label in isLimited ? [] : properties.Labels)
        {
            listed[$"security label of {label.Provider}"] = label.Label;
        }

        return listed;
    }

    private static string Grant(string grantee, string? grantor = null) =>
        $"privileges of {GranteeName.For(grantee)}{(grantor is null ? "" : $" by {grantor}")}";
}
