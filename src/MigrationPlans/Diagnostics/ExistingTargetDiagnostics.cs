namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: target databases that are there before a run.</summary>
public static class ExistingTargetDiagnostics
{
    private static readonly DiagnosticDescriptor IsFilledDescriptor = new(
        "MP4100", Severity.Note, "an empty target database is filled as it is",
        """
        The target database is there and holds nothing but maybe extensions, so it is not created: encoding, locale and tablespace stay. All else that belongs to the database itself becomes as on the source: owner, comment, connection
        limit, privileges, default privileges, and settings (`ALTER DATABASE … SET`, `ALTER ROLE … IN DATABASE … SET`). Settings and default privileges that the source does not have are reset, and `rollback` does not put them back; with `include`, default privileges that hold in all schemas are reset too, as they would be given on what
        is brought, and those of the source stay behind. Default privileges of roles that the login can't act for stay, and `verify` lists them as left out. Set again afterwards what the target shall have of its own;
        `verify` then names it as a difference. Extensions that the source has too keep their version and owner; the others stay, and `verify` lists them as left out. Schemas that the source has too, `public` among them, get its owner, privileges and comment, as far as the login may change them.
        """);

    private static readonly DiagnosticDescriptor ExtensionElsewhereDescriptor = new(
        "MP4151", Severity.Error, "an extension is in another schema of the target",
        """
        Somebody created the extension in the target database beforehand, in another schema than the source has it in. What is carried over names its types and functions by the source's schema, and would not find them. Move it,
        where it lets itself be moved (`ALTER EXTENSION … SET SCHEMA`), or drop it and create it in the source's schema; or name it under `extensions.skip` where nothing needs it.
        """);

    private static readonly DiagnosticDescriptor OwnerMayNotCreateDescriptor = new(
        "MP4166", Severity.Error, "an owner may not create in a schema that was made beforehand",
        """
        Somebody made the schema in the target database, with an extension, or it is `public`, which below 15 belongs to a superuser and in which not everybody may create there; the target login can't act for its owner. What the source has in it is given to its owners, and PostgreSQL gives an object only to a role that may create in its
        schema. The schema's owner, or a superuser, grants it; the role is created before, where it is missing, or mapped to another one by `roles.map`.
        """);

    private static readonly DiagnosticDescriptor OwnerStaysDescriptor = new(
        "MP4167", Severity.Error, "the target login can't give the target database its owner",
        """
        The target database is there and belongs to a role that the target login is not and can't act for. Only its owner can give a database to another role, and change what belongs to it (settings, comment, privileges); from 15 on, whoever
        owns it may also create in the schema `public`. Give the database to the login or to the owner that it is to have, make the login a member of its owner, or map the source's owner to that role by `roles.map`.
        """);

    /// <param name="owner">Whom it belongs to.</param>
    /// <param name="wanted">Whom it is to belong to.</param>
    public static Diagnostic OwnerStays(string mapping, string database, string login, string owner, string wanted, SourceSpan? span) => new()
    {
        Descriptor = OwnerStaysDescriptor,
        Message = $"target database `{mapping}` belongs to `{owner}`, for whom login `{login}` can't act, and is to belong to `{wanted}`",
        Help = $"ALTER DATABASE \"{database}\" OWNER TO \"{login}\" there, or GRANT \"{owner}\" TO \"{login}\"",
        Subject = mapping,
        Span = span,
    };

    /// <param name="owner">On the target, as the example's owner is.</param>
    /// <param name="isThere">The role is on the target.</param>
    public static Diagnostic OwnerMayNotCreate(
        string mapping, string schema, string schemaOwner, string owner, string example, bool isThere, SourceSpan? span) =>
        new()
        {
            Descriptor = OwnerMayNotCreateDescriptor,
            Message = $"`{owner}`, which is to own {example}, may not create in schema `{schema}` of target `{mapping}`, which belongs to `{schemaOwner}`",
            Help = $"in that database, as `{schemaOwner}` or a superuser: {(isThere ? "" : $"CREATE ROLE \"{owner}\"; ")}GRANT CREATE, USAGE ON SCHEMA \"{schema}\" TO \"{owner}\"",
            Subject = mapping,
            Span = span,
        };

    /// <param name="schema">Of the source.</param>
    /// <param name="there">The schema on the target.</param>
    public static Diagnostic ExtensionElsewhere(string mapping, string extension, string schema, string there, SourceSpan? span) => new()
    {
        Descriptor = ExtensionElsewhereDescriptor,
        Message = $"extension `{extension}` is in schema `{there}` of target `{mapping}`, and in `{schema}` on the source",
        Help = $"ALTER EXTENSION \"{extension}\" SET SCHEMA \"{schema}\" there, or drop it and CREATE EXTENSION \"{extension}\" SCHEMA \"{schema}\"",
        Subject = mapping,
        Span = span,
    };

    /// <param name="extensions">That are there.</param>
    /// <param name="settings">And privileges that the target has, for people.</param>
    public static Diagnostic IsFilled(string mapping, IReadOnlyCollection<string> extensions, IReadOnlyCollection<string> settings, SourceSpan? span) => new()
    {
        Descriptor = IsFilledDescriptor,
        Message = $"target database `{mapping}` is there, and {(extensions.Count == 0 ? "empty" : $"holds nothing but extensions ({string.Join(", ", extensions)})")}: it is filled, not created, and gets the source's properties{(settings.Count == 0 ? "" : $"; what it has of its own becomes the source's, or is reset: {string.Join(", ", settings)}")}",
        Subject = mapping,
        Span = span,
    };
}
