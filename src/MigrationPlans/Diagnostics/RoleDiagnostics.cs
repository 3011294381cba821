namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: what becomes of roles on their way.</summary>
public static class RoleDiagnostics
{
    private static readonly DiagnosticDescriptor SharedDifferDescriptor = new(
        "MP4150", Severity.Warning, "roles that become one on the target differ on their sources",
        """
        Roles belong to the server, so roles of one name from several sources become one role on the target, and so do roles that `roles.map` gives one
        name. Where the target does not have it yet, it is created the same way whichever database is begun first: SUPERUSER, CREATEDB, CREATEROLE,
        REPLICATION, BYPASSRLS and memberships in predefined roles (`pg_…`, and Amazon's `rds_…`) only where all of them have it; all else (LOGIN, INHERIT,
        connection limit, VALID UNTIL, settings, comment) as on the source whose mapping stands first in the manifest. Privileges and other memberships are
        those of all. Without SUPERUSER it can't own event triggers, foreign-data wrappers and publications FOR ALL TABLES or of whole schemas: where it owns
        one on its source, which the finding names, the run fails there. Give one of them another name with `roles.map`, make them alike on the sources, or create the role on the
        target beforehand as you want it.
        """);

    /// <param name="mapped">The role's name on the source of the mapping.</param>
    public static Diagnostic SharedDiffer(string mapping, string role, string mapped, string target, string sources, string differences, SourceSpan? span) =>
        new()
        {
            Descriptor = SharedDifferDescriptor,
            Message = $"role `{role}` on `{target}` comes from {sources}, which differ",
            Detail = differences,
            Help = $"keep them apart with `roles: {{ map: {{ {mapped}: … }} }}` in this mapping, make them alike, or create the role beforehand",
            Subject = mapping,
            Span = span,
        };
}
