namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: what the logins may not do, and roles that are missing.</summary>
public static class PrivilegeDiagnostics
{
    private static readonly DiagnosticDescriptor CantCreateDatabasesDescriptor = new(
        "MP4031", Severity.Error, "the target login can't create databases",
        "The target database has to be created, and the login has neither CREATEDB nor superuser rights. Grant it CREATEDB, or have the database created, empty, beforehand.");

    private static readonly DiagnosticDescriptor CantDropTargetDescriptor = new(
        "MP4032", Severity.Error, "the target login can't drop the target database",
        "`onExisting: replace` drops the target database first. Only its owner, members of the owning role and superusers can.");

    private static readonly DiagnosticDescriptor CantCreateRolesDescriptor = new(
        "MP4033", Severity.Error, "the target login can't create roles",
        "Roles that own objects or are granted something are missing on the target, and the login has neither CREATEROLE nor superuser rights. Grant it CREATEROLE, create the roles beforehand, or map them with `roles.map` to roles that are there.");

    private static readonly DiagnosticDescriptor RoleMissingDescriptor = new(
        "MP4034", Severity.Error, "a role is missing on the target and shall not be created",
        "With `roles.create: none` every role that owns objects or is granted something must be there before. Create it, map it with `roles.map`, or let migplan create what is missing (`roles.create: missing`). Roles that Amazon RDS brings (`rds_superuser`, `rds_…`) are never created where they are missing.");

    private static readonly DiagnosticDescriptor RowsHiddenDescriptor = new(
        "MP4035", Severity.Error, "row security hides rows from the source login",
        """
        Tables with row-level security show a login only the rows that their policies allow, unless it is a superuser, has
        BYPASSRLS, or owns the table. migplan reads with `row_security = off`, so the server refuses to answer rather than leave
        rows out. Give the login BYPASSRLS, or membership in the owning role.
        """);

    private static readonly DiagnosticDescriptor CantFenceDescriptor = new(
        "MP4036", Severity.Error, "the source login can't fence the source database",
        "`fence: read-only` changes a setting of the source database, which only its owner, members of the owning role and superusers can.");

    private static readonly DiagnosticDescriptor UnreadableDescriptor = new(
        "MP4038", Severity.Error, "the source login may not read a table, a sequence or a materialized view",
        """
        The login lacks SELECT on it, or USAGE on its schema. It needs both for every table of the database, copied or not:
        pg_dump, which reads the schema as a whole, locks all of them, and the server allows that only to those who may read. Of sequences, whose
        positions are copied, and of materialized views, whose rows are compared, it needs them where they are picked.
        From PostgreSQL 14 on, membership in `pg_read_all_data` gives both for everything.
        """);

    private static readonly DiagnosticDescriptor MappedRoleUnknownDescriptor = new(
        "MP4037", Severity.Warning, "a role to map is not there",
        "`roles.map` renames a role that the source server does not have, so the line has no effect.");

    private static readonly DiagnosticDescriptor LoginDoesNotInheritDescriptor = new(
        "MP4039", Severity.Error, "the target login has no rights of the roles that it is a member of",
        "A login that is no superuser fills tables of others as a member of their owners. Below 16, a member whose role is NOINHERIT has none of these rights. Make the login INHERIT, or map the owners to it with `roles.map`.");

    public static Diagnostic CantCreateDatabases(string mapping, string login, string target, SourceSpan? span) => new()
    {
        Descriptor = CantCreateDatabasesDescriptor,
        Message = $"login `{login}` can't create database `{mapping}`: it lacks CREATEDB on `{target}`",
        Help = $"ALTER ROLE {login} CREATEDB, or create the database, empty, beforehand",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic CantDropTarget(string mapping, string login, string owner, SourceSpan? span) => new()
    {
        Descriptor = CantDropTargetDescriptor,
        Message = $"login `{login}` can't drop database `{mapping}`, which belongs to `{owner}`",
        Help = $"GRANT {owner} TO {login}, or drop the database yourself",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic CantCreateRoles(string mapping, string login, string target, string roles, SourceSpan? span) => new()
    {
        Descriptor = CantCreateRolesDescriptor,
        Message = $"login `{login}` can't create the roles that `{mapping}` needs on `{target}`: it lacks CREATEROLE",
        Detail = $"missing: {roles}",
        Help = $"ALTER ROLE {login} CREATEROLE, create the roles beforehand, or map them with `roles.map`",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic RoleMissing(string mapping, string role, string target, string? nearest, SourceSpan? span) => new()
    {
        Descriptor = RoleMissingDescriptor,
        Message = $"role `{role}` is missing on `{target}`, and `roles.create` is `none`",
        Detail = "it owns something that is carried over, or is granted something",
        Help = nearest is null
            ? "create it, map it with `roles.map`, or say `roles: { create: missing }`"
            : $"did you mean to map it to `{nearest}`? Otherwise create it, or say `roles: {{ create: missing }}`",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic RdsRoleMissing(string mapping, string role, string target, SourceSpan? span) => new()
    {
        Descriptor = RoleMissingDescriptor,
        Message = $"role `{role}`, which RDS brings, is missing on `{target}`",
        Detail = "it owns something that is carried over, or is granted something",
        Help = "create it there yourself, map it with `roles.map`, or revoke on the source what it is granted",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic LoginDoesNotInherit(string mapping, string login, string owner, string target, SourceSpan? span) => new()
    {
        Descriptor = LoginDoesNotInheritDescriptor,
        Message = $"login `{login}` of `{target}` is NOINHERIT, so that membership in `{owner}`, which owns some of `{mapping}`, gives it no rights",
        Help = $"ALTER ROLE {login} INHERIT",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic RowsHidden(string mapping, string login, string tables, SourceSpan? span) => new()
    {
        Descriptor = RowsHiddenDescriptor,
        Message = $"login `{login}` may not read all rows of {tables}",
        Detail = "row-level security filters for it, and rows that are filtered out would be missing on the target",
        Help = $"ALTER ROLE {login} BYPASSRLS, or grant it the owning role",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic Unreadable(string mapping, string login, string tables, SourceSpan? span) => new()
    {
        Descriptor = UnreadableDescriptor,
        Message = $"login `{login}` may not read {tables}",
        Help = ReadHelp(login),
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic NotLockable(string mapping, string login, string tables, SourceSpan? span) => new()
    {
        Descriptor = UnreadableDescriptor,
        Message = $"login `{login}` may not read {tables}, whose rows are not copied, but which pg_dump must lock",
        Detail = "pg_dump locks every table of the database to read its schema, and fails where it may not",
        Help = ReadHelp(login),
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic CantFence(string mapping, string login, string source, string owner, SourceSpan? span) => new()
    {
        Descriptor = CantFenceDescriptor,
        Message = $"login `{login}` can't fence `{source}`, which belongs to `{owner}`",
        Help = $"GRANT {owner} TO {login}, or say `fence: none` and keep writers out yourself",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic MappedRoleUnknown(string mapping, string role, string source, string? nearest, SourceSpan? span) => new()
    {
        Descriptor = MappedRoleUnknownDescriptor,
        Message = $"`roles.map` names role `{role}`, which `{source}` does not have",
        Help = nearest is null ? "take it out" : $"did you mean `{nearest}`?",
        Subject = mapping,
        Span = span,
    };

    private static string ReadHelp(string login) => $"GRANT pg_read_all_data TO {login} (PostgreSQL 14 and newer), or grant SELECT and the schema's USAGE";
}
