using System.Collections.Immutable;
using MigrationPlans.Aws.Accounts;
using MigrationPlans.Manifest;

namespace MigrationPlans.Aws.Policies;

/// <summary>Says what a manifest needs of AWS, and nothing more. Pure: manifest and principal alone decide.</summary>
public static class LeastPrivilege
{
    /// <summary>One policy a principal: first the one that migplan runs as, then the roles by ARN.</summary>
    /// <param name="principal">The ARN of the one that migplan runs as; null where it is not known.</param>
    public static ImmutableArray<PrincipalPolicy> For(MigrationManifest manifest, string? principal = null)
    {
        var host = Arn.Account(principal);
        var needs = manifest.Sources.Concat(manifest.Targets).SelectMany(EndpointNeeds.List)
            .Concat(manifest.Instances.SelectMany(move => InstanceMoveNeeds.List(manifest, move, host)))
            .ToList();
        var roles = needs.Where(need => need.RoleArn is not null)
            .GroupBy(need => need.RoleArn!, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        var own = needs.Where(need => need.RoleArn is null).Select(need => need.Statement).ToList();
        if (roles.Count > 0)
        {
            own.Add(new PolicyStatement("AssumeMigrationRoles", ["sts:AssumeRole"], [.. roles.Select(role => role.Key)]));
        }

        var policies = ImmutableArray.CreateBuilder<PrincipalPolicy>();
        if (own.Count > 0)
        {
            policies.Add(new PrincipalPolicy { Account = null, RoleArn = null, Permissions = Merge(own) });
        }

        policies.AddRange(roles.Select(role => new PrincipalPolicy
        {
            Account = Arn.Account(role.Key),
            RoleArn = role.Key,
            Permissions = Merge(role.Select(need => need.Statement)),
            ExternalIds = [.. role.Select(need => need.ExternalId).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        }));
        return policies.ToImmutable();
    }

    /// <summary>Statements of one purpose become one, with all their resources and all values of their conditions.</summary>
    private static ImmutableArray<PolicyStatement> Merge(IEnumerable<PolicyStatement> statements) =>
    [
        .. statements.GroupBy(statement => statement.Purpose, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.First() with
            {
                Actions = Sorted(group.SelectMany(statement => statement.Actions)),
                Resources = Sorted(group.SelectMany(statement => statement.Resources)),
                Conditions = Merge(
                    group.SelectMany(statement => statement.Conditions),
                    tests => Merge(tests.SelectMany(test => test), values => Sorted(values.SelectMany(value => value)))),
            }),
    ];

    private static ImmutableSortedDictionary<string, T> Merge<T>(IEnumerable<KeyValuePair<string, T>> entries, Func<IEnumerable<T>, T> merge) =>
        entries.GroupBy(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(group => group.Key, group => merge(group), StringComparer.Ordinal);

    private static ImmutableArray<string> Sorted(IEnumerable<string> values) => [.. values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
