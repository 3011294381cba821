using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>What becomes of the subscriptions of a mapping's source.</summary>
internal static class SubscriptionPlans
{
    public static IEnumerable<SubscriptionFacts> Carried(MappingFacts facts) =>
        facts.Source.Subscriptions.Where(subscription => ReasonLeft(facts, subscription) is null);

    /// <summary>Null when it is carried over.</summary>
    public static string? ReasonLeft(MappingFacts facts, SubscriptionFacts subscription)
    {
        var rule = new SubscriptionRule
        {
            IsReadable = facts.Source.ReadsSubscriptions,
            TargetMajor = facts.TargetServer.MajorVersion,
            TargetIsSuperuser = facts.TargetServer.Login.IsSuperuser,
        };
        return rule.ReasonLeft(facts.Mapping, IsSuperuserThere(facts, subscription.Owner));
    }

    private static bool IsSuperuserThere(MappingFacts facts, string owner)
    {
        var there = facts.TargetServer.Roles.FirstOrDefault(role => role.Name == facts.TargetName(owner));
        return there is null
            ? facts.Mapping.Roles.Create != RoleCreation.None && facts.SourceServer.Roles.Any(role => role.Name == owner && role.IsSuperuser)
            : there.IsSuperuser;
    }
}
