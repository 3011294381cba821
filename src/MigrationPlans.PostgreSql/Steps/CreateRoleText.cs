using System.Collections.Immutable;
using System.Globalization;
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
}

/// <summary>What the run's login may give to others.</summary>
internal sealed record LoginRights(bool IsSuperuser, bool CanCreateDatabases, bool CanReplicate, bool BypassesRowSecurity, int Major);
