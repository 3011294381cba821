using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Compares the subscriptions that were carried over: owner, publications, options, comment. Not whether they are enabled, their slot and
/// their connection string, which change when the target takes over.
/// </summary>
internal static class SubscriptionComparison
{
    private const string SuperusersSql = "SELECT r.rolname::pg_catalog.text FROM pg_catalog.pg_roles r WHERE r.rolsuper";

    public static async Task<ImmutableArray<ObjectDifference>> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        if (mapping.Subscriptions != SubscriptionPolicy.Copy || !await Subscription.IsReadableAsync(source, cancellationToken))
        {
            return [];
        }

        var superusers = (await target.QueryAsync(SuperusersSql, row => row.GetString(0), cancellationToken)).ToHashSet(StringComparer.Ordinal);
        var rule = new SubscriptionRule
        {
            IsReadable = true,
            TargetMajor = target.PostgreSqlVersion.Major,
            TargetIsSuperuser = superusers.Contains(target.UserName ?? ""),
        };
        var wanted = (await Subscription.ListAsync(source, cancellationToken))
            .Select(subscription => subscription with { Owner = Sides.MapRole(mapping, subscription.Owner) })
            .Where(subscription => rule.ReasonLeft(mapping, superusers.Contains(subscription.Owner)) is null)
            .ToList();
        if (wanted.Count == 0)
        {
            return [];
        }

        var found = (await Subscription.ListAsync(target, cancellationToken))
            .ToDictionary(subscription => subscription.Name, DescribeThere, StringComparer.Ordinal);
        return
        [
            .. wanted.Where(subscription => found.GetValueOrDefault(subscription.Name) != DescribeThere(subscription))
                .Select(subscription => new ObjectDifference(
                    "subscription", subscription.Name, DescribeThere(subscription), found.GetValueOrDefault(subscription.Name))),
        ];

        string DescribeThere(Subscription subscription) => Describe(subscription, target.PostgreSqlVersion.Major);
    }

    /// <summary>In the target's words, on both sides.</summary>
    private static string Describe(Subscription subscription, int targetMajor) =>
        string.Join("; ", (string[])
        [
            $"of {subscription.Owner}",
            $"to {string.Join(", ", subscription.Publications)}",
            .. subscription.OptionsAt(targetMajor),
            .. subscription.Comment is { } comment ? [$"comment {comment}"] : Array.Empty<string>(),
        ]);
}
