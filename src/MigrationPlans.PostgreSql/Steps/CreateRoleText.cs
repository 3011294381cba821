using System.Collections.Immutable;
using System.Globalization;
using MigrationPlans.Inspection;
using MigrationPlans.Planning;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>CREATE ROLE with as much of the source's attributes as the login may give.</summary>
/// <remarks>https://www.postgresql.org/docs/current/sql-createrole.html: from 16 on a role can give what it has itself.</remarks>
internal static class CreateRoleText
{
    /// <param name="Statement">CREATE ROLE.</param>
    /// <param name="Left">Attributes that were left out.</param>
    public sealed record Result(string Statement, ImmutableArray<string> Left);

    public static Result For(PlannedRole role, LoginRights login)
    {
        var source = role.Source;
        (string Word, bool Wanted, bool Allowed)[] attributes =
        [
            ("LOGIN", source.CanLogin, true),
            ("SUPERUSER", source.IsSuperuser, login.IsSuperuser),
            ("CREATEDB", source.CanCreateDatabases, login.IsSuperuser || login.Major < 16 || login.CanCreateDatabases),
            ("CREATEROLE", source.CanCreateRoles, true),
            ("REPLICATION", source.CanReplicate, login.IsSuperuser || (login.Major >= 16 && login.CanReplicate)),
            ("BYPASSRLS", source.BypassesRowSecurity, login.IsSuperuser || (login.Major >= 16 && login.BypassesRowSecurity)),
        ];
        var words = attributes.Where(attribute => attribute is { Wanted: true, Allowed: true }).Select(attribute => attribute.Word);
        var text = $"CREATE ROLE {SqlText.Identifier(role.Name)} {string.Join(' ', words)} {(source.Inherits ? "INHERIT" : "NOINHERIT")}";
        if (source.ConnectionLimit != -1)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" CONNECTION LIMIT {source.ConnectionLimit}");
        }

        if (source.ValidUntil is { } until)
        {
            text += $" VALID UNTIL {SqlText.Literal(until)}";
        }

        return new Result(text, [.. attributes.Where(attribute => attribute is { Wanted: true, Allowed: false }).Select(attribute => attribute.Word)]);
    }

    /// <summary>GRANT of a membership, with its options where both servers have them: from 16 on.</summary>
    /// <param name="targetMajor">Of the server that the statement is for.</param>
    public static string Membership(string group, string member, RoleMembership membership, int targetMajor)
    {
        (string Word, bool? Value)[] options = targetMajor >= 16
            ? [("ADMIN", membership.WithAdmin ? true : null), ("INHERIT", membership.WithInherit), ("SET", membership.WithSet)]
            : [];
        var given = options.Where(option => option.Value is not null).Select(option => $"{option.Word} {(option.Value!.Value ? "TRUE" : "FALSE")}").ToList();
        var text = $"GRANT {SqlText.Identifier(group)} TO {SqlText.Identifier(member)}";
        return given.Count > 0 ? $"{text} WITH {string.Join(", ", given)}" : membership.WithAdmin ? $"{text} WITH ADMIN OPTION" : text;
    }
}

/// <summary>What the run's login may give to others.</summary>
internal sealed record LoginRights(bool IsSuperuser, bool CanCreateDatabases, bool CanReplicate, bool BypassesRowSecurity, int Major);
