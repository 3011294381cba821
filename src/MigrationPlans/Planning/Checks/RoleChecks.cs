using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning.Checks;

/// <summary>Roles that are needed on the target.</summary>
internal static class RoleChecks
{
    public static IEnumerable<Diagnostic> Check(MappingFacts facts)
    {
        var ofRds = RolePlans.AbsentOfRds(facts).ToList();
        foreach (var role in ofRds)
        {
            yield return PrivilegeDiagnostics.RdsRoleMissing(facts.Address, role, facts.TargetServer.Name, facts.At("roles"));
        }

        var absent = RolePlans.Absent(facts).Except(ofRds, StringComparer.Ordinal).Select(facts.TargetName).Distinct(StringComparer.Ordinal).ToList();
        if (facts.Mapping.Roles.Create == RoleCreation.None)
        {
            foreach (var role in absent)
            {
                var nearest = DidYouMean.Find(role, facts.TargetServer.Roles.Select(candidate => candidate.Name));
                yield return PrivilegeDiagnostics.RoleMissing(facts.Address, role, facts.TargetServer.Name, nearest, facts.At("roles"));
            }
        }
        else if (absent.Count > 0 && !facts.TargetServer.Login.MayCreateRoles())
        {
            yield return PrivilegeDiagnostics.CantCreateRoles(
                facts.Address, facts.TargetServer.Login.Name, facts.TargetServer.Name, string.Join(", ", absent), facts.At("to"));
        }

        var known = facts.SourceServer.Roles.Select(role => role.Name).Concat(facts.Source.ReferencedRoles).ToHashSet(StringComparer.Ordinal);
        foreach (var role in facts.Mapping.Roles.Map.Keys.Where(role => !known.Contains(role)))
        {
            var span = facts.Positions.Key(ManifestPath.Property($"{facts.Mapping.Path}.roles.map", role));
            yield return PrivilegeDiagnostics.MappedRoleUnknown(facts.Address, role, facts.SourceServer.Name, DidYouMean.Find(role, known), span);
        }
    }
}
