using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>In what an instance that was moved already is not as the manifest says by now. What the manifest leaves to RDS is no difference.</summary>
internal static class MovedInstanceDifferences
{
    public static IEnumerable<string> List(InstanceMoveTarget wanted, MovedInstanceFacts moved)
    {
        if (wanted.InstanceClass is { } instanceClass && moved.InstanceClass != instanceClass)
        {
            yield return Say("instanceClass", moved.InstanceClass, instanceClass);
        }

        if (moved.IsMultiAz != wanted.MultiAz)
        {
            yield return Say("multiAz", Word(moved.IsMultiAz), Word(wanted.MultiAz));
        }

        if (wanted is { MultiAz: false, AvailabilityZone: { } zone } && moved.AvailabilityZone != zone)
        {
            yield return Say("availabilityZone", moved.AvailabilityZone, zone);
        }

        if (moved.IsPublic != wanted.PubliclyAccessible)
        {
            yield return Say("publiclyAccessible", Word(moved.IsPublic), Word(wanted.PubliclyAccessible));
        }

        // RDS keeps the names of groups in lower case.
        if (wanted.ParameterGroup is { } parameters && !parameters.Equals(moved.ParameterGroup, StringComparison.OrdinalIgnoreCase))
        {
            yield return Say("parameterGroup", moved.ParameterGroup, parameters);
        }

        if (wanted.SubnetGroup is { } group && !group.Equals(moved.SubnetGroup, StringComparison.OrdinalIgnoreCase))
        {
            yield return Say("subnetGroup", moved.SubnetGroup, group);
        }

        if (!wanted.SecurityGroups.IsEmpty && !moved.SecurityGroups.ToHashSet(StringComparer.Ordinal).SetEquals(wanted.SecurityGroups))
        {
            yield return Say("securityGroups", string.Join(' ', moved.SecurityGroups), string.Join(' ', wanted.SecurityGroups));
        }

        foreach (var (key, value) in wanted.Tags)
        {
            if (moved.Tags.GetValueOrDefault(key) is var there && there != value)
            {
                yield return Say($"tag {key}", there, value);
            }
        }
    }

    private static string Word(bool flag) => flag ? "true" : "false";

    private static string Say(string what, string? there, string wanted) => $"{what} is {(string.IsNullOrEmpty(there) ? "not set" : there)}, not {wanted}";
}
