using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary><c>roles.map</c> names roles that may exist, and leads from source to target in one hop; <c>roles.passwords</c> has roles to be for.</summary>
internal sealed class RoleMapRules : ManifestRule
{
    public RoleMapRules() => ForEach(input => input.Manifest.Databases, (input, mapping, report) =>
    {
        if (mapping.Roles is { Create: RoleCreation.None, Passwords: RolePasswordPolicy.Copy })
        {
            var passwords = $"{mapping.Path}.roles.passwords";
            report(
                passwords,
                MappingDiagnostics.NoEffect(
                    input.Key(passwords), "passwords", "`create: none` creates no roles that could get one", "set `create: missing`, or remove it"));
        }

        foreach (var (from, to) in mapping.Roles.Map)
        {
            var path = ManifestPath.Property($"{mapping.Path}.roles.map", from);
            // What RDS has of its own can be missing on the target, and then be mapped; nobody should hand anything over to it.
            if (IsReserved(from) || IsReserved(to) || RdsRoles.IsOne(to))
            {
                report(path, MappingDiagnostics.ReservedRole(input.Key(path), IsReserved(from) ? from : to));
            }
            else if (Encoding.UTF8.GetByteCount(from) > 63 || Encoding.UTF8.GetByteCount(to) > 63 || from.Length == 0)
            {
                report(path, MappingDiagnostics.BadRoleName(input.Key(path)));
            }
            else if (from != to && mapping.Roles.Map.TryGetValue(to, out var next) && next != to)
            {
                report(path, MappingDiagnostics.RoleChain(input.Key(path), from, to, next));
            }
        }
    });

    private static bool IsReserved(string role) => role.StartsWith("pg_", StringComparison.Ordinal) || role is "public" or "none";
}
