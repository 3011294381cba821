using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Creates missing roles with their attributes, settings and memberships, all in one transaction: a killed run leaves all or
/// none. A password only where it is asked for.
/// </summary>
public sealed class CreateRolesHandler(PostgresConnector connector) : PostgresStepHandler<CreateRolesStep>(connector)
{
    // Any constant will do; all runs must use the same.
    private const long RolesLock = 0x6d69_6770_6c61_6e01;

    private const string MembershipsQuery =
        "SELECT r.rolname::text, g.rolname::text FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.member JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE r.rolname = ANY ($1)";

    protected override async Task<StepObservation> LookAsync(CreateRolesStep step, StepContext context, CancellationToken cancellationToken)
    {
        var roles = step.Roles ?? [];
        if (roles.IsEmpty)
        {
            return StepObservation.Done("no roles to create");
        }

        await using var server = await OpenTargetServerAsync(context, cancellationToken);
        var missing = await MissingAsync(server, roles, cancellationToken);
        if (!missing.IsEmpty)
        {
            return StepObservation.NotDone($"{missing.Length} roles are missing: {string.Join(", ", missing.Take(5).Select(role => role.Name))}");
        }

        return StepObservation.Done($"{roles.Length} roles exist");
    }

    protected override async Task<StepResult> DoAsync(CreateRolesStep step, StepContext context, CancellationToken cancellationToken)
    {
        var notes = new List<Diagnostic>();
        await using var server = await OpenTargetServerAsync(context, cancellationToken);
        foreach (var role in await MissingAsync(server, step.Roles ?? [], cancellationToken))
        {
            await context.RecordCreatedAsync(new CreatedResource("role", context.Mapping.To.Endpoint, role.Name));
        }

        await using var transaction = await server.BeginTransactionAsync(cancellationToken);
        await server.ExecuteAsync("SELECT pg_catalog.pg_advisory_xact_lock($1)", cancellationToken, RolesLock);
        var login = await ReadLoginAsync(server, cancellationToken);
        var created = await MissingAsync(server, step.Roles ?? [], cancellationToken);
        foreach (var role in created)
        {
            await CreateAsync(server, role, login, context.Mapping.To.Endpoint, notes, cancellationToken);
        }

        await GrantMembershipsAsync(server, step.Roles ?? [], context, notes, cancellationToken);
        var passwordless = await GivePasswordsAsync(server, [.. created.Where(role => role.Source.CanLogin)], context, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (passwordless.Length > 0)
        {
            notes.Add(HandlerDiagnostics.PasswordsLeft(context.Mapping.To.Endpoint, string.Join(", ", passwordless)));
        }

        return new StepResult($"{created.Length} roles created") { Notes = [.. notes] };
    }

    /// <returns>Roles that are left without one.</returns>
    private async Task<ImmutableArray<string>> GivePasswordsAsync(NpgsqlConnection server, ImmutableArray<PlannedRole> roles, StepContext context, CancellationToken cancellationToken)
    {
        if (roles.IsEmpty || context.Mapping.Roles.Passwords != RolePasswordPolicy.Copy)
        {
            return [.. roles.Select(role => role.Name)];
        }

        await using var source = await OpenSourceAsync(context, cancellationToken);
        return await RolePasswords.CopyAsync(source, server, roles, cancellationToken);
    }

    private static async Task<ImmutableArray<PlannedRole>> MissingAsync(NpgsqlConnection server, ImmutableArray<PlannedRole> roles, CancellationToken cancellationToken)
    {
        var names = roles.Select(role => role.Name).ToArray();
        var existing = await server.QueryAsync(
            "SELECT rolname::text FROM pg_catalog.pg_roles WHERE rolname = ANY ($1)", row => row.GetString(0), cancellationToken, [names]);
        return [.. roles.Where(role => !existing.Contains(role.Name)).DistinctBy(role => role.Name)];
    }

    private static async Task CreateAsync(
        NpgsqlConnection server, PlannedRole role, LoginRights login, string endpoint, List<Diagnostic> notes, CancellationToken cancellationToken)
    {
        var text = CreateRoleText.For(role, login);
        var refusal = await server.TryAsync(text.Statement, cancellationToken);

        // Another database of the same instance, or someone else, was quicker.
        if (refusal is { SqlState: PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation })
        {
            return;
        }

        if (refusal is { SqlState: PostgresErrorCodes.InsufficientPrivilege })
        {
            throw new StepFailedException(
                HandlerDiagnostics.RightMissing(endpoint, server.UserName ?? "", "CREATEROLE", $"as a superuser: ALTER ROLE … CREATEROLE; or create the role `{role.Name}` yourself"),
                FailureClass.Permanent,
                refusal);
        }

        if (refusal is not null)
        {
            throw PostgresErrors.Translate(refusal, $"role {role.Name}");
        }

        notes.AddRange(text.Left.Select(attribute => HandlerDiagnostics.AttributeLeft($"role {role.Name}", $"created without {attribute}")));
        if (role.Source.Comment is { } comment
            && await server.TryAsync($"COMMENT ON ROLE {SqlText.Identifier(role.Name)} IS {SqlText.Literal(comment)}", cancellationToken) is { } notSaid)
        {
            notes.Add(HandlerDiagnostics.AttributeLeft($"role {role.Name}", $"comment left out: {notSaid.MessageText}"));
        }

        foreach (var setting in role.Source.Settings)
        {
            if (await server.TryAsync($"ALTER ROLE {SqlText.Identifier(role.Name)} {SettingText.Set(setting)}", cancellationToken) is { } refused)
            {
                notes.Add(HandlerDiagnostics.AttributeLeft($"role {role.Name}", $"setting {SettingText.Split(setting).Name} left out: {refused.MessageText}"));
            }
        }
    }

    /// <summary>Memberships of the planned roles in planned, mapped and predefined ones; any other role of the target is none of ours to give.</summary>
    private static async Task GrantMembershipsAsync(
        NpgsqlConnection server, ImmutableArray<PlannedRole> roles, StepContext context, List<Diagnostic> notes, CancellationToken cancellationToken)
    {
        var ours = roles.Select(role => role.Name).Concat(context.Mapping.Roles.Map.Values).ToHashSet(StringComparer.Ordinal);
        string[] names = [.. roles.Select(role => role.Name)];
        var present = (await server.QueryAsync(MembershipsQuery, row => (row.GetString(0), row.GetString(1)), cancellationToken, [names])).ToHashSet();
        foreach (var role in roles)
        {
            foreach (var membership in role.Source.MemberOf)
            {
                var group = Sides.MapRole(context.Mapping, membership.Role);
                var isOurs = ours.Contains(group) || group.StartsWith("pg_", StringComparison.Ordinal);
                if (!isOurs || group == role.Name || present.Contains((role.Name, group)))
                {
                    continue;
                }

                var grant = CreateRoleText.Membership(group, role.Name, membership, server.PostgreSqlVersion.Major);
                if (await server.TryAsync(grant, cancellationToken) is { } refused)
                {
                    notes.Add(HandlerDiagnostics.AttributeLeft($"role {role.Name}", $"membership in {group} left out: {refused.MessageText}"));
                }
            }
        }
    }

    private static async Task<LoginRights> ReadLoginAsync(NpgsqlConnection server, CancellationToken cancellationToken)
    {
        var major = server.PostgreSqlVersion.Major;
        var rows = await server.QueryAsync(
            "SELECT rolsuper, rolcreatedb, rolreplication, rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user",
            row => new LoginRights(row.GetBoolean(0), row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3), major),
            cancellationToken);
        return rows[0];
    }
}
