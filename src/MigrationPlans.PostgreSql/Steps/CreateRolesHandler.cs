using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Creates missing roles with their attributes, settings and memberships, all in one transaction: a killed run leaves all or
/// none. A password only where it is asked for.
/// </summary>
public sealed class CreateRolesHandler(PostgresConnector connector) : PostgresStepHandler<CreateRolesStep>(connector)
{
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
            return StepObservation.NotDone(Describe(missing));
        }

        var memberships = await PlannedMemberships.LackingAsync(server, roles, context.Mapping, cancellationToken);
        return memberships.IsEmpty
            ? StepObservation.Done(Counts.Of(roles.Length, "role exists", "roles exist"))
            : StepObservation.NotDone($"{Counts.Of(memberships.Length, "membership is", "memberships are")} missing: {string.Join(", ", memberships.Take(5).Select(membership => $"{membership.Member} in {membership.Group}"))}");
    }

    /// <summary>Only the roles themselves: a membership that the server refused is left out with a note.</summary>
    protected override async Task CheckAsync(CreateRolesStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var server = await OpenTargetServerAsync(context, cancellationToken);
        var missing = await MissingAsync(server, step.Roles ?? [], cancellationToken);
        if (!missing.IsEmpty)
        {
            throw StepFailedException.EffectMissing(step, Describe(missing));
        }
    }

    protected override async Task SettleAsync(CreateRolesStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (step.Roles is not (null or []))
        {
            await using var server = await OpenTargetServerAsync(context, cancellationToken);
            await WriteAheadLog.FlushAsync(server, cancellationToken);
        }
    }

    protected override async Task<StepResult> DoAsync(CreateRolesStep step, StepContext context, CancellationToken cancellationToken)
    {
        var notes = new List<Diagnostic>();
        await using var server = await MaintenanceDatabase.OpenFirstAsync(Connector, Sides.Target(context), SessionKind.Target, cancellationToken);
        var identity = await ServerIdentityLook.ReadAsync(server, cancellationToken);
        var missing = await MissingAsync(server, step.Roles ?? [], cancellationToken);
        await context.RecordCreatedAsync([.. missing.Select(role => new CreatedResource("role", context.Mapping.To.Endpoint, role.Name)
        {
            SystemIdentifier = identity.SystemIdentifier,
        })]);

        // Before the transaction: whoever else creates roles waits for it, and need not wait for a source.
        var passwords = await ReadPasswordsAsync(missing, context, cancellationToken);
        await using var transaction = await server.BeginTransactionAsync(cancellationToken);
        await server.ExecuteAsync("SELECT pg_catalog.pg_advisory_xact_lock($1)", cancellationToken, (long)AdvisoryLock.Roles);
        var login = await ReadLoginAsync(server, cancellationToken);
        var created = await MissingAsync(server, step.Roles ?? [], cancellationToken);
        foreach (var role in created)
        {
            await CreateAsync(server, role, login, context.Mapping.To.Endpoint, notes, cancellationToken);
        }

        // Settings may name any of them.
        foreach (var role in created)
        {
            await SetAsync(server, role, notes, cancellationToken);
        }

        await PlannedMemberships.GrantAsync(server, step.Roles ?? [], context, notes, cancellationToken);
        var passwordless = new List<string>();
        foreach (var role in created.Where(role => role.Source.CanLogin))
        {
            if (!await RolePasswords.TryGiveAsync(server, role.Name, passwords.GetValueOrDefault(role.Name), cancellationToken))
            {
                passwordless.Add(role.Name);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        if (passwordless.Count > 0)
        {
            notes.Add(HandlerDiagnostics.PasswordsLeft(context.Mapping.To.Endpoint, string.Join(", ", passwordless)));
        }

        return new StepResult($"{Counts.Of(created.Length, "role")} created") { Notes = [.. notes] };
    }

    private async Task<IReadOnlyDictionary<string, string>> ReadPasswordsAsync(
        ImmutableArray<PlannedRole> roles, StepContext context, CancellationToken cancellationToken)
    {
        var isOwn = context.Mapping.Roles.Passwords == RolePasswordPolicy.Copy;
        var sources = roles.Where(role => role.Source.CanLogin)
            .Select(role => (role, role.PasswordFrom ?? (isOwn ? [new PasswordSource(context.Mapping.From.Endpoint, role.Source.Name)] : [])));
        return await RolePasswords.ReadAsync([.. sources], (endpoint, token) => OpenPasswordSourceAsync(endpoint, context, token), cancellationToken);
    }

    /// <summary>The mapping's own source, or another one that has the role too: that this one is out of reach is no reason to stop here.</summary>
    private async Task<NpgsqlConnection?> OpenPasswordSourceAsync(string endpoint, StepContext context, CancellationToken cancellationToken)
    {
        if (endpoint == context.Mapping.From.Endpoint)
        {
            return await OpenSourceAsync(context, cancellationToken);
        }

        try
        {
            var databases = context.Manifest.Databases.Where(mapping => mapping.From.Endpoint == endpoint).Select(mapping => mapping.From.Database);
            return await MaintenanceDatabase.OpenAsync(Connector, context.Manifest.FindSource(endpoint)!, databases, SessionKind.SourceRead, cancellationToken);
        }
        catch (StepFailedException)
        {
            return null;
        }
    }

    private static string Describe(ImmutableArray<PlannedRole> missing) =>
        $"{Counts.Of(missing.Length, "role is", "roles are")} missing: {string.Join(", ", missing.Take(5).Select(role => role.Name))}";

    private static async Task<ImmutableArray<PlannedRole>> MissingAsync(
        NpgsqlConnection server, ImmutableArray<PlannedRole> roles, CancellationToken cancellationToken)
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
                HandlerDiagnostics.RightMissing(
                    endpoint, server.UserName ?? "", "CREATEROLE", $"as a superuser: ALTER ROLE … CREATEROLE; or create the role `{role.Name}` yourself"),
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
    }

    private static async Task SetAsync(NpgsqlConnection server, PlannedRole role, List<Diagnostic> notes, CancellationToken cancellationToken)
    {
        foreach (var setting in role.Source.Settings)
        {
            if (await server.TryAsync($"ALTER ROLE {SqlText.Identifier(role.Name)} {SettingText.Set(setting)}", cancellationToken) is { } refused)
            {
                notes.Add(HandlerDiagnostics.AttributeLeft($"role {role.Name}", $"setting {SettingText.Split(setting).Name} left out: {refused.MessageText}"));
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
