using System.Collections.Immutable;
using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>What was seen on a server.</summary>
public sealed record EndpointFacts
{
    public required string Name { get; init; }

    public required EndpointRole Role { get; init; }

    /// <summary><c>server_version_num</c>: 150018 for 15.18.</summary>
    public required int VersionNumber { get; init; }

    /// <summary>Null: nobody asked for it.</summary>
    public ServerIdentity? Identity { get; init; }

    public required LoginFacts Login { get; init; }

    public required ConnectionFacts Connections { get; init; }

    /// <summary>All roles but the predefined <c>pg_*</c> ones, by name.</summary>
    public ImmutableArray<RoleFacts> Roles { get; init; } = [];

    /// <summary>Names of the <c>pg_*</c> ones, of which each version has its own.</summary>
    public ImmutableArray<string> PredefinedRoles { get; init; } = [];

    /// <summary>
    /// Roles that may set a parameter which others may not (<c>GRANT SET ON PARAMETER</c>), with what PostgreSQL calls it:
    /// <c>parameter work_mem</c>.
    /// </summary>
    public ImmutableArray<(string Role, string Parameter)> ParameterPrivileges { get; init; } = [];

    /// <summary>Roles, superusers aside, that may create in a tablespace.</summary>
    public ImmutableArray<(string Role, string Tablespace)> TablespacePrivileges { get; init; } = [];

    /// <summary>
    /// The superuser that the schema <c>public</c> of a new database belongs to and for whom the login may not act; null where there is none.
    /// Only below 15, and as the server was made: nobody can look into the template of new databases.
    /// </summary>
    public string? OwnerOfNewPublic { get; init; }

    /// <summary>Databases that accept connections, templates left out, by name.</summary>
    public ImmutableArray<DatabaseSettings> Databases { get; init; } = [];

    /// <summary>Extensions that can be created there: name to default version. Only a target is asked.</summary>
    public ImmutableSortedDictionary<string, string> AvailableExtensions { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Those of them that by PostgreSQL's own rules only a superuser creates: all below 13, later those that are not trusted.</summary>
    public ImmutableArray<string> SuperuserExtensions { get; init; } = [];

    /// <summary>Versions of the libraries that sort: <c>icu</c> and <c>libc</c>, where the server knows them.</summary>
    public ImmutableSortedDictionary<string, string> CollationVersions { get; init; } = ImmutableSortedDictionary.Create<string, string>(
        StringComparer.Ordinal);

    /// <summary>
    /// Libraries of functions to come that a target could not load, with its reason. Only superusers are let to try, and only
    /// they create such functions.
    /// </summary>
    public ImmutableSortedDictionary<string, string> LibraryFaults { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Of a target's own catalogs and views, those whose rows the sources hold: their columns with their types, by name; empty where
    /// it has none of that name.
    /// </summary>
    public ImmutableSortedDictionary<string, string> RowTypes { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Tablespaces in which the login may create.</summary>
    public ImmutableArray<string> Tablespaces { get; init; } = [];

    public ServerParameters Parameters { get; init; } = new();

    /// <summary>Of a source's login roles, where our login reads passwords.</summary>
    public ImmutableSortedDictionary<string, PasswordKind> PasswordKinds { get; init; } =
        ImmutableSortedDictionary.Create<string, PasswordKind>(StringComparer.Ordinal);

    /// <summary>Null: the server was not found through AWS.</summary>
    public RdsFacts? Rds { get; init; }

    /// <summary>What each database takes up; null where the login may not know. Only looked at on RDS targets, whose storage is known.</summary>
    public ImmutableSortedDictionary<string, long?> DatabaseBytes { get; init; } =
        ImmutableSortedDictionary.Create<string, long?>(StringComparer.Ordinal);

    public int MajorVersion => VersionNumber / 10000;

    /// <summary>
    /// The login has the rights of a role that it becomes a member of. Below 16 that is decided by the login's INHERIT; from 16 on by the
    /// membership, which a run asks for with these rights.
    /// </summary>
    public bool LoginInherits => Login.IsSuperuser || MajorVersion >= 16 || Roles.FirstOrDefault(role => role.Name == Login.Name) is not { Inherits: false };

    /// <summary>How many more connections our login can open: superusers may take the reserved ones too, others may have a limit of their own.</summary>
    public int Room => Login.IsSuperuser
        ? Math.Max(0, Connections.Max - Connections.Used)
        : Roles.FirstOrDefault(role => role.Name == Login.Name) is { ConnectionLimit: >= 0 and var limit }
            ? Math.Min(limit, Connections.Free)
            : Connections.Free;
}

/// <summary>The role that we log in as.</summary>
public sealed record LoginFacts
{
    public required string Name { get; init; }

    public bool IsSuperuser { get; init; }

    public bool CanCreateDatabases { get; init; }

    public bool CanCreateRoles { get; init; }

    /// <summary>May read the password hashes in <c>pg_authid</c>: superusers and, outside of managed services, members of <c>pg_read_all_data</c>.</summary>
    public bool ReadsPasswords { get; init; }

    /// <summary>Roles whose rights the login has, directly or through others (predefined ones included).</summary>
    public ImmutableArray<string> MemberOf { get; init; } = [];

    /// <summary>Those of them that the login may not take on, and so may give nothing to: from 16 on a membership can be without SET.</summary>
    public ImmutableArray<string> RightsOnly { get; init; } = [];
}

/// <param name="Max"><c>max_connections</c>.</param>
/// <param name="Reserved">Connections kept for superusers and, from 16 on, for <c>pg_use_reserved_connections</c>.</param>
/// <param name="Used">Client backends at the moment of the look.</param>
public sealed record ConnectionFacts(int Max, int Reserved, int Used)
{
    /// <summary>How many more an ordinary login can open; never below zero.</summary>
    public int Free => Math.Max(0, Max - Reserved - Used);
}

/// <summary>A role's attributes as <c>pg_roles</c> shows them; never a password.</summary>
public sealed record RoleFacts
{
    public required string Name { get; init; }

    public bool CanLogin { get; init; }

    public bool IsSuperuser { get; init; }

    public bool CanCreateDatabases { get; init; }

    public bool CanCreateRoles { get; init; }

    public bool Inherits { get; init; } = true;

    public bool CanReplicate { get; init; }

    public bool BypassesRowSecurity { get; init; }

    /// <summary>-1: no limit.</summary>
    public int ConnectionLimit { get; init; } = -1;

    /// <summary>ISO 8601, or null for no limit.</summary>
    public string? ValidUntil { get; init; }

    /// <summary>COMMENT ON ROLE.</summary>
    public string? Comment { get; init; }

    public ImmutableArray<RoleMembership> MemberOf { get; init; } = [];

    /// <summary>Role-wide settings, <c>name=value</c> as <c>pg_db_role_setting</c> keeps them.</summary>
    public ImmutableArray<string> Settings { get; init; } = [];
}

/// <param name="Role">The role whose rights are had.</param>
/// <param name="WithAdmin">May grant it on.</param>
public sealed record RoleMembership(string Role, bool WithAdmin)
{
    /// <summary>Has the role's rights without taking it on; null on servers before 16, which decide it by the member's INHERIT.</summary>
    public bool? WithInherit { get; init; }

    /// <summary>May take the role on by SET ROLE; null on servers before 16, where every member may.</summary>
    public bool? WithSet { get; init; }
}
