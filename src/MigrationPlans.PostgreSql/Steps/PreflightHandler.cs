using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using MigrationPlans.PostgreSql.Tools;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Looks at both sides with the run's own logins, and refuses what would fail later. Changes nothing; looks again in every run.</summary>
/// <param name="further">What strategies need beyond that.</param>
public sealed class PreflightHandler(PostgresConnector connector, ImmutableArray<IPreflightCheck> further) : PostgresStepHandler<PreflightStep>(connector)
{
    private const int OldestVersion = 120000;

    private const int NamedRoles = 20;

    protected override Task<StepObservation> LookAsync(PreflightStep step, StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(StepObservation.NotDone("servers are looked at anew in every run"));

    protected override async Task<StepResult> DoAsync(PreflightStep step, StepContext context, CancellationToken cancellationToken)
    {
        var (source, database) = await LookAtSourceAsync(context, cancellationToken);
        CheckLimit(context, source, database);
        CheckReadable(context, source, database);
        await CheckToolsAsync(context, source, cancellationToken);
        await CheckFenceAsync(context, source, cancellationToken);
        var (target, found) = await LookAtTargetAsync(context, cancellationToken);
        CheckTarget(context, target, found);
        if (IsReplaced(context, found))
        {
            await using var server = await OpenTargetServerAsync(context, cancellationToken);
            await SourceProtection.CheckAsync(Connector, server, context, cancellationToken);
        }

        CheckInheritance(context, target, database);
        foreach (var check in further)
        {
            await check.CheckAsync(context, source.MajorVersion, cancellationToken);
        }

        return new StepResult($"PostgreSQL {source.MajorVersion} to {target.MajorVersion}, {Counts.Of(database.Relations.Length, "relation")}")
        {
            Notes = await CheckLocksAsync(context, database, cancellationToken),
        };
    }

    protected override Task CheckAsync(PreflightStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<(EndpointFacts Server, DatabaseFacts Database)> LookAtSourceAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var connection = await OpenSourceAsync(context, cancellationToken);
        var server = await ServerLook.ReadStateAsync(connection, Sides.Source(context), cancellationToken);
        CheckServer(server, context);
        await UnreadableTextLook.RefuseAsync(connection, context.Mapping.From.ToString(), cancellationToken);
        return (server, await DatabaseLook.ReadRelationsAsync(connection, EndpointRole.Source, context.Mapping.From, cancellationToken));
    }

    /// <returns>The database is null when it does not exist yet.</returns>
    private async Task<(EndpointFacts Server, DatabaseFacts? Database)> LookAtTargetAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var connection = await OpenTargetServerAsync(context, cancellationToken);
        var server = await ServerLook.ReadStateAsync(connection, Sides.Target(context), cancellationToken);
        CheckServer(server, context);
        if (!server.Databases.Any(database => database.Name == context.Mapping.To.Database))
        {
            return (server, null);
        }

        await using var target = await OpenTargetAsync(context, cancellationToken);
        return (server, await DatabaseLook.ReadStateAsync(target, EndpointRole.Target, context.Mapping.To, cancellationToken));
    }

    private static void CheckServer(EndpointFacts server, StepContext context)
    {
        if (server.VersionNumber < OldestVersion)
        {
            throw Refuse(ConnectionDiagnostics.ServerTooOld(server.Name, $"{server.MajorVersion}"));
        }

        var needed = context.Parallelism + RunConnections.Beside;
        if (server.Room < needed)
        {
            // Other sessions may end.
            throw new StepFailedException(HandlerDiagnostics.NoRoom(server.Name, needed, server.Room), FailureClass.Unavailable);
        }
    }

    private static void CheckLimit(StepContext context, EndpointFacts source, DatabaseFacts database)
    {
        var needed = context.Parallelism + RunConnections.Beside;
        if (!source.Login.IsSuperuser && database.Settings is { ConnectionLimit: >= 0 and var limit } && limit < needed)
        {
            throw Refuse(HandlerDiagnostics.DatabaseLimit(context.Mapping.From.ToString(), limit, needed));
        }
    }

    private static void CheckReadable(StepContext context, EndpointFacts source, DatabaseFacts database)
    {
        var filter = SelectionFilter.For(context.Mapping).Knowing(database.Partitions);
        var unreadable = database.Relations
            .Where(IsHidden)
            .Where(relation => filter.PicksRows(relation.Schema, relation.Name))
            .ToList();
        if (unreadable.Count > 0)
        {
            throw Refuse(HandlerDiagnostics.TablesUnreadable(context.Mapping.From.ToString(), source.Login.Name, unreadable.Count, Name(unreadable)));
        }

        var locked = database.Relations.Where(relation => relation is { IsLockedByDump: true, IsReadable: false }).ToList();
        if (locked.Count > 0)
        {
            throw Refuse(HandlerDiagnostics.TablesNotLockable(context.Mapping.From.ToString(), source.Login.Name, locked.Count, Name(locked)));
        }
    }

    /// <summary>A partitioned table has no rows: its row security hides none of its partitions' own.</summary>
    private static bool IsHidden(RelationFacts relation) =>
        relation is { IsReadable: false, HoldsSomething: true }
        || (relation.HidesRows && relation.Kind == RelationKind.Table);

    private static string Name(List<RelationFacts> relations) => string.Join(", ", relations.Take(3).Select(relation => $"{relation.Schema}.{relation.Name}"));

    private static async Task CheckToolsAsync(StepContext context, EndpointFacts source, CancellationToken cancellationToken)
    {
        var newest = (await PostgresInstallations.FindDumpToolsAsync(cancellationToken)).FirstOrDefault();
        if (newest is null || newest.MajorVersion < source.MajorVersion)
        {
            var found = newest is null ? "no pg_dump was found" : $"the newest pg_dump here is {newest.Version} in {newest.BinDirectory}";
            throw Refuse(HandlerDiagnostics.ToolMissing(context.Mapping.From.ToString(), source.MajorVersion, found));
        }
    }

    private async Task CheckFenceAsync(StepContext context, EndpointFacts source, CancellationToken cancellationToken)
    {
        if (context.Mapping.Fence == Fence.None)
        {
            return;
        }

        await new SourceFence(Connector).RefuseSubscriptionsAsync(Sides.Source(context), context.Mapping.From.Database, cancellationToken);
        if (source.Login.IsSuperuser)
        {
            return;
        }

        await using var connection = await OpenSourceAsync(context, cancellationToken);
        var owns = await connection.QueryAsync(
            "SELECT pg_catalog.pg_has_role(datdba, 'USAGE') FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
            row => row.GetBoolean(0),
            cancellationToken);
        if (!owns[0])
        {
            throw Refuse(HandlerDiagnostics.FenceDenied(context.Mapping.From.ToString(), source.Login.Name, "it does not own the database"));
        }
    }

    private static void CheckTarget(StepContext context, EndpointFacts server, DatabaseFacts? found)
    {
        var login = server.Login;
        if ((found is null || IsReplaced(context, found)) && !login.CanCreateDatabases && !login.IsSuperuser)
        {
            throw Refuse(HandlerDiagnostics.RightMissing(
                server.Name,
                login.Name,
                "CREATEDB",
                $"as a superuser: ALTER ROLE {login.Name} CREATEDB; or create the empty database {context.Mapping.To.Database} yourself, owned by {login.Name}"));
        }

        var names = server.Roles.Select(role => role.Name).ToHashSet(StringComparer.Ordinal);
        var missing = (StepOf<CreateRolesStep>(context)?.Roles ?? []).Where(role => !names.Contains(role.Name)).Select(role => role.Name).ToList();
        if (missing.Count > 0 && !login.CanCreateRoles && !login.IsSuperuser)
        {
            throw Refuse(HandlerDiagnostics.RightMissing(
                server.Name,
                login.Name,
                $"CREATEROLE (to create {Counts.Of(missing.Count, "role")})",
                $"as a superuser: ALTER ROLE {SqlText.Identifier(login.Name)} CREATEROLE; or create the roles yourself: {Create(missing)}"));
        }
    }

    private static string Create(List<string> roles)
    {
        var statements = string.Join("; ", roles.Take(NamedRoles).Select(role => $"CREATE ROLE {SqlText.Identifier(role)}"));
        return roles.Count > NamedRoles ? $"{statements}; and {roles.Count - NamedRoles} more, which `migplan plan` names" : statements;
    }

    /// <summary>The database is there, and is to be dropped.</summary>
    private static bool IsReplaced(StepContext context, DatabaseFacts? found)
    {
        var replaces = StepOf<CreateDatabaseStep>(context)?.Replaces ?? context.Mapping.OnExisting == OnExisting.Replace;
        return found is not null && TargetState.Admit(found, context, replaces) is null;
    }

    private static void CheckInheritance(StepContext context, EndpointFacts target, DatabaseFacts source)
    {
        var filter = SelectionFilter.For(context.Mapping);
        var owner = source.Relations
            .Where(relation => filter.PicksTable(relation.Schema, relation.Name))
            .Select(relation => Sides.MapRole(context.Mapping, relation.Owner))
            .FirstOrDefault(name => name != target.Login.Name);
        if (!target.LoginInherits && owner is not null)
        {
            throw Refuse(HandlerDiagnostics.InheritMissing(target.Name, target.Login.Name, owner));
        }
    }

    private async Task<ImmutableArray<Diagnostic>> CheckLocksAsync(StepContext context, DatabaseFacts database, CancellationToken cancellationToken)
    {
        await using var connection = await OpenSourceAsync(context, cancellationToken);
        return await new LockRoom(connection, context.Mapping.From.ToString()).CheckAsync(database, cancellationToken);
    }

    private static T? StepOf<T>(StepContext context)
        where T : Planning.Step =>
        context.Plan.Steps.OfType<T>().FirstOrDefault(step => step.Database == context.Mapping.Address);

    private static StepFailedException Refuse(Diagnostic diagnostic) => new(diagnostic, FailureClass.Permanent);
}
