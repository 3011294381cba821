namespace MigrationPlans.Diagnostics;

/// <summary>Stage 4: what can't come along, whatever the copy does.</summary>
public static class CompletenessDiagnostics
{
    /// <summary>Of many objects, in a message.</summary>
    private const int Named = 3;

    private static readonly DiagnosticDescriptor LargeObjectsUnreadableDescriptor = new(
        "MP4091", Severity.Error, "the source login may not read large objects",
        "A large object can be read by its owner, by members of the owning role, by roles that are granted SELECT on it, and by superusers. `pg_read_all_data` does not cover large objects.");

    private static readonly DiagnosticDescriptor SuperuserObjectsDescriptor = new(
        "MP4092", Severity.Error, "the target login can't create some objects",
        """
        Only a superuser can create functions in C or other untrusted languages, LEAKPROOF functions, base types, operator classes and
        families, casts without a function, casts between and transforms of PostgreSQL's own types, text search parsers and templates, access methods and languages; event triggers and
        foreign-data wrappers too, unless the provider lets its master user do it (on RDS: members of `rds_superuser`). The
        restore would fail at the first of them.
        """);

    private static readonly DiagnosticDescriptor LargeObjectsStayDescriptor = new(
        "MP4093", Severity.Warning, "large objects stay behind",
        "Large objects belong to no schema, so `include` and `exclude` can't say which of them are wanted. Columns of type oid or lo that name one will point to nothing.");

    private static readonly DiagnosticDescriptor OwnerOutOfReachDescriptor = new(
        "MP4094", Severity.Error, "an owner, or who gave a right, is a superuser on the target, and the target login is none",
        """
        Only a superuser can give an object to a superuser, or a right in a superuser's name. Map the role to one that the target login may act for, or is itself:
        on RDS the superuser of the source usually becomes the master user.
        """);

    private static readonly DiagnosticDescriptor OwnerNotGrantableDescriptor = new(
        "MP4097", Severity.Error, "the target login can't act for an owner, or for who gave a right, that is there already",
        """
        To give an object to its owner, or a right in the name of the role that gave it, a login that is no superuser must be a member of that role, and grants itself this membership for the run.
        For roles that it has not made itself it needs ADMIN OPTION on them (from 16 on) or CREATEROLE (below). Let an administrator of the target grant it the
        membership, or map the role to another one by `roles.map`.
        """);

    private static readonly DiagnosticDescriptor OwnerIsMemberDescriptor = new(
        "MP4183", Severity.Error, "an owner, or who gave a right, is a member of the target login",
        """
        To give an object to its owner, or a right in the name of the role that gave it, a login that is no superuser must be a member of that role. The server lets no two roles be members of each
        other, so the login can't become one while the role is in the login. Take it out on the target for the time of the run, log in there as another role
        that may create roles and databases, or map the owner to another role by `roles.map`.
        """);

    private static readonly DiagnosticDescriptor ExtensionTakesSuperuserDescriptor = new(
        "MP4095", Severity.Warning, "an extension takes a superuser on the target",
        """
        Below 13 only a superuser creates extensions; from 13 on, others may create those that their authors call trusted. Services let their
        master user create more (on RDS: members of `rds_superuser`), which can't be seen of every service: the run tries, and fails where it may not.
        """);

    private static readonly DiagnosticDescriptor TextUnreadableDescriptor = new(
        "MP4181", Severity.Error, "a name or a text in the source's catalogs is not UTF-8",
        """
        In a database of encoding SQL_ASCII the server checks no text. Bytes in rows are carried over as they are; those in names, comments, default values, functions, labels of enums and other definitions must be UTF-8, as the schema is dumped
        and created as such. pg_dump fails at one that is not. Names are shown with such bytes escaped (`caf\xe9`). On the source, in a session with `client_encoding` SQL_ASCII (psql: `PGCLIENTENCODING=SQL_ASCII`), which takes
        the bytes as they are: rename the object, or write its text again in UTF-8.
        """);

    /// <param name="texts">What some of them are, by kind and name.</param>
    /// <param name="more">How many there are besides.</param>
    public static Diagnostic TextUnreadable(string database, string texts, int more) => new()
    {
        Descriptor = TextUnreadableDescriptor,
        Message = $"{database} has the encoding SQL_ASCII, and texts in its catalogs that are not UTF-8: {texts}{(more > 0 ? $" and {more} more" : "")}",
        Subject = database,
        Help = "rename or write them anew in UTF-8 on the source, in a session with client_encoding SQL_ASCII (ALTER … RENAME, COMMENT ON …, CREATE OR REPLACE FUNCTION …, ALTER TYPE … RENAME VALUE)",
    };

    private static readonly DiagnosticDescriptor CharUnreadableDescriptor = new(
        "MP4171", Severity.Error, "a definition holds a value of type \"char\" that its server prints as no text",
        """
        A value of type `"char"` is one byte. Below 15 the server prints one above 127 as that byte, which is no text in UTF-8: pg_dump writes a default, a check or a view with it down as nobody can read it in. On the source,
        write such a value as a number in the definition: `(-61)::"char"` is the byte c3. In rows, `stream` carries such values over as they are.
        """);

    /// <param name="texts">What some of them are, by kind and name.</param>
    /// <param name="more">How many there are besides.</param>
    public static Diagnostic CharUnreadable(string database, string texts, int more) => new()
    {
        Descriptor = CharUnreadableDescriptor,
        Message = $"{database} has definitions with a value of type \"char\" above 127, which no dump can hold: {texts}{(more > 0 ? $" and {more} more" : "")}",
        Subject = database,
        Help = "on the source, write the value as a number there, which is below zero: (-61)::\"char\" for the byte c3",
    };

    private static readonly DiagnosticDescriptor ReorderedValuesDescriptor = new(
        "MP4096", Severity.Error, "values would have their parts exchanged",
        """
        A table that was attached to its parent later (`ALTER TABLE … INHERIT`) has its inherited columns first when it is created anew: pg_dump can't
        say it otherwise. Where a column is of its row type, be it within an array, a domain or another type, its values are carried by position and
        not by name, by COPY and by pg_restore alike, so that each part would arrive as another one. Give the column a type of its own, whose
        order nothing changes, or carry the table over without its rows.
        """);

    private static readonly DiagnosticDescriptor ClosedColumnDescriptor = new(
        "MP4169", Severity.Error, "a column holds values that the target does not take in",
        """
        Who keeps a copy of a catalog (`CREATE TABLE … AS SELECT * FROM pg_constraint`) has columns of types that a server gives out and takes from nobody: parsed expressions (`pg_node_tree`) and statistics. No COPY, and so no
        pg_restore, can bring them. Whole rows of catalogs and system views (a column of type `pg_class`) have other columns in other versions.
        """);

    private static readonly DiagnosticDescriptor DoubtfulColumnDescriptor = new(
        "MP4170", Severity.Warning, "a column may hold values that the target does not take in",
        """
        Its type is, or has in it, one that MP4169 speaks of, and whether it keeps the rows from being copied can't be told beforehand: such a value may be within an array or a row, beyond the first 10,000 rows of the table, or may be
        a row of a catalog that has as many columns in the target's version, but of other names or types. Where it does, the run fails when it copies the table: roll back, change the column, and apply again.
        """);

    public static Diagnostic ClosedColumn(string mapping, string table, string column, string type, string? rowType, SourceSpan? span) => new()
    {
        Descriptor = ClosedColumnDescriptor,
        Message = $"column \"{column}\" of {table} holds values of type {type}, {(rowType is null ? "which no server takes in" : $"and {rowType} has other columns in the target's version")}",
        Help = ClosedColumnHelp(table),
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic DoubtfulColumn(string mapping, string table, string column, string type, string? rowType, SourceSpan? span) => new()
    {
        Descriptor = DoubtfulColumnDescriptor,
        Message = $"column \"{column}\" of {table}, of type {type}, may hold {(rowType is null ? "values that no server takes in" : $"rows of {rowType}, which is another in the target's version")}",
        Help = ClosedColumnHelp(table),
        Subject = mapping,
        Span = span,
    };

    private static string ClosedColumnHelp(string table) =>
        $"carry the table over without its rows (`exclude: {{ tableData: [\"{table}\"] }}`), or make it text on the source: ALTER TABLE … ALTER COLUMN … TYPE text";

    private static readonly DiagnosticDescriptor HalfDetachedDescriptor = new(
        "MP4120", Severity.Error, "a partition is detached by half",
        """
        `ALTER TABLE … DETACH PARTITION … CONCURRENTLY` was cut off: the table no longer shows the partition's rows, and the catalogs still have it as a
        partition. pg_dump attaches it, so its rows would be back on the target. Bring it to an end on the source, or attach it again.
        """);

    private static readonly DiagnosticDescriptor ParameterTakesSuperuserDescriptor = new(
        "MP4121", Severity.Warning, "a function sets a parameter that the target login may not set",
        """
        A function may bring a value for a parameter of a made-up name (`SET app.tenant = 'x'`). Only a superuser may create such a function and, from 15 on,
        a role that was granted SET on the parameter. The restore fails at it, unless the target has a module loaded that knows the parameter.
        """);

    internal const string ReorderedValuesHelp =
        "give the column a type of its own on the source (CREATE TYPE … AS …), or name its table under `exclude.tableData`";

    public static Diagnostic ReorderedValues(string mapping, string table, string column, string type, SourceSpan? span) => new()
    {
        Descriptor = ReorderedValuesDescriptor,
        Message = $"column \"{column}\" of {table} holds values of the row type of {type}, whose columns come in another order",
        Help = ReorderedValuesHelp,
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic HalfDetached(string mapping, string partition, string table, SourceSpan? span) => new()
    {
        Descriptor = HalfDetachedDescriptor,
        Message = $"partition {partition} of {table} is detached by half, and would be attached on the target",
        Help = $"on the source: ALTER TABLE {table} DETACH PARTITION {partition} FINALIZE",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic ParameterTakesSuperuser(string mapping, string login, string function, string parameter, SourceSpan? span) => new()
    {
        Descriptor = ParameterTakesSuperuserDescriptor,
        Message = $"function {function} sets {parameter}, which login `{login}` may not",
        Help = $"as a superuser of the target, from 15 on: GRANT SET ON PARAMETER {parameter} TO {login}; else take the setting off the function",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic ExtensionTakesSuperuser(string mapping, string login, string extension, string server, SourceSpan? span) => new()
    {
        Descriptor = ExtensionTakesSuperuserDescriptor,
        Message = $"extension `{extension}` takes a superuser on `{server}`, and login `{login}` is none",
        Help = "use a superuser on the target, or name the extension under `extensions.skip`",
        Subject = mapping,
        Span = span,
    };

    /// <param name="act">What it would do, before the role's name: <c>give table shop.item to</c>.</param>
    public static Diagnostic OwnerOutOfReach(string mapping, string login, string sourceRole, string act, string targetRole, SourceSpan? span) => new()
    {
        Descriptor = OwnerOutOfReachDescriptor,
        Message = $"login `{login}` can't {act} `{targetRole}`, which is a superuser on the target",
        Help = $"roles: {{ map: {{ {sourceRole}: {login} }} }}",
        Subject = mapping,
        Span = span,
    };

    /// <param name="act">What it would do, before the role's name: <c>give table shop.item to</c>.</param>
    public static Diagnostic OwnerNotGrantable(string mapping, string login, string act, string targetRole, SourceSpan? span) => new()
    {
        Descriptor = OwnerNotGrantableDescriptor,
        Message = $"login `{login}` can't {act} `{targetRole}`: it may not take that role on, nor make itself a member that may",
        Help = $"run as an administrator of the target: GRANT \"{targetRole}\" TO \"{login}\" (from 16 on WITH INHERIT TRUE, SET TRUE)",
        Subject = mapping,
        Span = span,
    };

    /// <param name="act">What it would do, before the role's name: <c>give table shop.item to</c>.</param>
    /// <param name="link">The role itself, or the one in between that is in the login.</param>
    public static Diagnostic OwnerIsMember(string mapping, string login, string act, string targetRole, string link, SourceSpan? span) => new()
    {
        Descriptor = OwnerIsMemberDescriptor,
        Message = $"login `{login}` can't {act} `{targetRole}`: that role is a member of the login, which therefore can't become a member of it",
        Help = $"on the target, for the time of the run: REVOKE \"{login}\" FROM \"{link}\"; or log in there as another role",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic LargeObjectsUnreadable(string mapping, string login, long count, SourceSpan? span) => new()
    {
        Descriptor = LargeObjectsUnreadableDescriptor,
        Message = $"login `{login}` may not read {Counts.Of(count, "large object")} of the source",
        Help = $"GRANT the owning roles TO {login}, or GRANT SELECT ON LARGE OBJECT … TO {login}",
        Subject = mapping,
        Span = span,
    };

    /// <param name="objects">All of them: one that is left fails the restore.</param>
    public static Diagnostic SuperuserObjects(string mapping, string login, IReadOnlyList<string> objects, SourceSpan? span) => new()
    {
        Descriptor = SuperuserObjectsDescriptor,
        Message = $"login `{login}` can't create {string.Join(", ", objects.Take(Named))}{(objects.Count > Named ? $" and {objects.Count - Named} more" : "")} on the target: that takes a superuser",
        Detail = objects.Count > Named ? $"the others are {string.Join(", ", objects.Skip(Named))}" : null,
        Help = "use a superuser on the target, leave their schemas out with `exclude`, or take them out of the source",
        Subject = mapping,
        Span = span,
    };

    public static Diagnostic LargeObjectsStay(string mapping, long count, SourceSpan? span) => new()
    {
        Descriptor = LargeObjectsStayDescriptor,
        Message = $"{Counts.Of(count, "large object")} of the source {Counts.Word(count, "stays", "stay")} behind: only a part of the database is picked",
        Help = "map the whole database to carry them along",
        Subject = mapping,
        Span = span,
    };
}
