using System.Globalization;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Drops target databases and roles that a plan created, and lets writers back into a source. Each act starts from what is
/// there, so it can be repeated.
/// </summary>
public sealed class PostgresResourceRemover(PostgresConnector connector, TimeProvider clock) : IResourceRemover
{
    /// <summary>Databases in which the role has settings of its own (<c>ALTER ROLE … IN DATABASE … SET</c>); a server forgets those of dropped ones.</summary>
    private const string RoleSettingsSql = """
        SELECT d.datname::text
        FROM pg_catalog.pg_db_role_setting s
        JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
        JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
        WHERE r.rolname = $1
        ORDER BY 1
        """;

    public Task<RemovalResult> RemoveAsync(
        MigrationManifest manifest, string lineage, CreatedResource resource, ResourceStanding standing, CancellationToken cancellationToken) =>
        resource.Kind switch
        {
            "database" when manifest.FindTarget(resource.Endpoint) is { } target =>
                TranslateAsync(resource, token => DropDatabaseAsync(manifest, lineage, target, resource, standing, token), cancellationToken),
            "role" when manifest.FindTarget(resource.Endpoint) is { } target =>
                TranslateAsync(resource, token => DropRoleAsync(target, resource, token), cancellationToken),
            TemporaryMemberships.ResourceKind when manifest.FindTarget(resource.Endpoint) is { } target =>
                TranslateAsync(resource, token => GiveBackAsync(manifest, lineage, target, resource.Name, standing, token), cancellationToken),
            TargetLedger.ResourceKind when manifest.FindTarget(resource.Endpoint) is { } target =>
                TranslateAsync(resource, token => DropLedgerAsync(manifest, lineage, target, resource.Name, standing, token), cancellationToken),
            "fence" when manifest.FindSource(resource.Endpoint) is { } source =>
                TranslateAsync(resource, token => UnfenceAsync(source, resource.Name, token), cancellationToken),
            "database" or "role" or "fence" or TemporaryMemberships.ResourceKind or TargetLedger.ResourceKind => Task.FromResult(new RemovalResult(
                IsGone: false,
                $"the manifest has no endpoint `{resource.Endpoint}` any more; put it back, its mappings may stay out, and run the rollback again")),
            _ => Task.FromResult(new RemovalResult(IsGone: false, $"this version can't take back a {resource.Kind}")),
        };

    private async Task<RemovalResult> DropDatabaseAsync(
        MigrationManifest manifest, string lineage, Endpoint target, CreatedResource resource, ResourceStanding standing, CancellationToken cancellationToken)
    {
        var name = resource.Name;
        await using var server = await MaintenanceDatabase.OpenAsync(connector, target, name, SessionKind.Target, cancellationToken);
        var found = await server.QueryAsync(
            "SELECT datconnlimit, oid FROM pg_catalog.pg_database WHERE datname = $1",
            row => (ConnectionLimit: row.GetInt32(0), Oid: row.GetFieldValue<uint>(1)),
            cancellationToken,
            name);
        if (found.Length == 0)
        {
            return new RemovalResult(IsGone: true, "is gone already");
        }

        if (await FindOtherServerAsync(server, resource, cancellationToken) is { } astray)
        {
            return astray;
        }

        var (connectionLimit, oid) = found[0];
        if (standing != ResourceStanding.Unconfirmed && resource.DatabaseOid is { } made && made != oid)
        {
            return TakenOver(string.Create(CultureInfo.InvariantCulture, $"somebody has made it since, in the place of this plan's (oid {oid}, not {made})"));
        }

        // -2: a DROP DATABASE that was cut. Nobody can look inside, and it can only be dropped.
        if (connectionLimit != -2 && await FindForeignAsync(manifest, lineage, target, name, standing, cancellationToken) is { } foreign)
        {
            return foreign;
        }

        var memberships = new TemporaryMemberships(connector, manifest, new DatabaseAddress(target.Name, name));
        await using (await memberships.TakeTurnAsync(cancellationToken))
        {
            await OwnerMembership.OpenUpAsync(server, name, cancellationToken);
            if (connectionLimit != -2)
            {
                await PrepareDropAsync(memberships, target, name, cancellationToken);
            }

            await using var membership = await OwnerMembership.JoinAsync(server, name, cancellationToken);
            connector.CloseIdle(target, name);
            await DropDatabaseAsync(server, name, cancellationToken);
        }

        // The turn itself may have been taken there.
        connector.CloseIdle(target, name);
        return new RemovalResult(IsGone: true, "database dropped");
    }

    private static async Task DropDatabaseAsync(NpgsqlConnection server, string name, CancellationToken cancellationToken)
    {
        if (server.PostgreSqlVersion.Major < 13)
        {
            await server.ExecuteAsync(
                "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = $1",
                cancellationToken,
                name);
        }

        var force = server.PostgreSqlVersion.Major < 13 ? "" : " WITH (FORCE)";
        await server.ExecuteAsync($"DROP DATABASE IF EXISTS {SqlText.Identifier(name)}{force}", cancellationToken);
    }

    /// <summary>
    /// What an unfinished run still holds for filling the database is noted in its ledger, and would stay for ever without
    /// it. Subscriptions keep a database from being dropped.
    /// </summary>
    private async Task PrepareDropAsync(TemporaryMemberships memberships, Endpoint target, string name, CancellationToken cancellationToken)
    {
        await using var database = await connector.OpenAsync(target, name, SessionKind.Target, cancellationToken);
        if (await TargetLedger.ExistsAsync(database, cancellationToken))
        {
            await LeftoverSessions.EndAsync(database, $"{target.Name}/{name}", clock, cancellationToken);
            await memberships.EndAsync(database, cancellationToken);
        }

        await Subscription.DropUnboundAsync(database, cancellationToken);
    }

    /// <summary>In a database that was there before the plan, and so stays.</summary>
    private Task<RemovalResult> GiveBackAsync(
        MigrationManifest manifest, string lineage, Endpoint target, string name, ResourceStanding standing, CancellationToken cancellationToken) =>
        EndBorrowingAsync(manifest, lineage, target, name, standing, "nothing is borrowed any more", _ => Task.FromResult("given back"), cancellationToken);

    /// <summary>
    /// In a database that was there before the plan, and so stays with what was brought to it. A later run must not take that for its own: the
    /// source is open for writers again, and constraints and triggers may be there. Another database that was done sooner may have left its notes here.
    /// </summary>
    private Task<RemovalResult> DropLedgerAsync(
        MigrationManifest manifest, string lineage, Endpoint target, string name, ResourceStanding standing, CancellationToken cancellationToken) =>
        EndBorrowingAsync(
            manifest,
            lineage,
            target,
            name,
            standing,
            "is gone already",
            async database =>
            {
                var left = await EventTriggers.PutBackAsync(database, () => TargetLedger.DropAsync(database, cancellationToken), cancellationToken);
                return string.Join("; ", ["removed", "what was brought to the database stays in it", .. left]);
            },
            cancellationToken);

    /// <param name="withoutLedger">What to say where this plan has none there.</param>
    /// <param name="finish">What else becomes of the ledger, and how that is called.</param>
    private async Task<RemovalResult> EndBorrowingAsync(
        MigrationManifest manifest,
        string lineage,
        Endpoint target,
        string name,
        ResourceStanding standing,
        string withoutLedger,
        Func<NpgsqlConnection, Task<string>> finish,
        CancellationToken cancellationToken)
    {
        await using var server = await MaintenanceDatabase.OpenAsync(connector, target, name, SessionKind.Target, cancellationToken);
        if (!await IsOpenAsync(server, name, cancellationToken))
        {
            return new RemovalResult(IsGone: true, "went with the database");
        }

        var memberships = new TemporaryMemberships(connector, manifest, new DatabaseAddress(target.Name, name));
        await using var turn = await memberships.TakeTurnAsync(cancellationToken);
        await using var database = await connector.OpenAsync(target, name, SessionKind.Target, cancellationToken);
        var owner = await TargetLedger.FindOwnerAsync(database, cancellationToken);
        if (owner?.IsOf(manifest.Name, lineage) != true)
        {
            var isOfOther = owner?.Plan == manifest.Name;
            return new RemovalResult(IsGone: true, isOfOther ? "is of a run with another state now" : withoutLedger)
            {
                IsTakenOver = standing == ResourceStanding.Begun || (isOfOther && standing != ResourceStanding.Finished),
            };
        }

        await LeftoverSessions.EndAsync(database, $"{target.Name}/{name}", clock, cancellationToken);
        await new CreationRights(database).EndAsync(cancellationToken);
        await memberships.EndAllAsync(database, cancellationToken);
        return new RemovalResult(IsGone: true, await finish(database));
    }

    /// <summary>
    /// Other credentials, a tunnel or a name server can lead to another server at the same address. When a server was started does not count:
    /// it may have failed over since. After pg_upgrade it is another one too; what is there then is its owner's to drop.
    /// </summary>
    private static async Task<RemovalResult?> FindOtherServerAsync(NpgsqlConnection server, CreatedResource resource, CancellationToken cancellationToken) =>
        resource.SystemIdentifier is { } there && (await ServerIdentityLook.ReadAsync(server, cancellationToken)).SystemIdentifier is { } here && here != there
            ? new RemovalResult(
                IsGone: false,
                $"it was created on the server with system_identifier {there}, and `{resource.Endpoint}` leads to {here} now; look where that is, and if this is the right one (after a major upgrade), drop it yourself")
            : null;

    /// <summary>It is there, and no cut DROP DATABASE left it closed.</summary>
    private static async Task<bool> IsOpenAsync(NpgsqlConnection server, string name, CancellationToken cancellationToken) =>
        (await server.QueryAsync(
            "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1 AND datconnlimit <> -2", row => row.GetInt32(0), cancellationToken, name)).Length > 0;

    private static RemovalResult Foreign(string why) => new(IsGone: false, why) { IsOurs = false };

    private static RemovalResult TakenOver(string why) => Foreign(why) with { IsTakenOver = true };

    /// <returns>Why what is there is not this run's; null where it is.</returns>
    private async Task<RemovalResult?> FindForeignAsync(
        MigrationManifest manifest, string lineage, Endpoint target, string name, ResourceStanding standing, CancellationToken cancellationToken)
    {
        if (standing == ResourceStanding.Finished)
        {
            return null;
        }

        await using var database = await connector.OpenAsync(target, name, SessionKind.Target, cancellationToken);
        return await TargetLedger.FindOwnerAsync(database, cancellationToken) switch
        {
            { } owner when owner.IsOf(manifest.Name, lineage) => null,
            { } owner when owner.Plan == manifest.Name => TakenOver("a run with another state has taken it over"),
            null when standing == ResourceStanding.Begun =>
                TakenOver("it does not bear the mark of this run any more: another run of the plan may have finished it; if it is not in use and may go, drop it yourself"),
            null when standing == ResourceStanding.Ending => null,
            null when await IsUnmarkedOursAsync(database, lineage, target, name, cancellationToken) => null,
            _ => Foreign("it holds something that this plan did not bring"),
        };
    }

    /// <summary>The creating step did not end, so somebody else may have been quicker.</summary>
    private static async Task<bool> IsUnmarkedOursAsync(
        NpgsqlConnection database, string lineage, Endpoint target, string name, CancellationToken cancellationToken)
    {
        var facts = await DatabaseLook.ReadStateAsync(database, EndpointRole.Target, new DatabaseAddress(target.Name, name), cancellationToken);
        return (facts is { IsEmpty: true, HasExtensions: false, OwnSettings.IsEmpty: true }
            && facts.Settings is { } settings
            && settings.Owner == database.UserName
            && settings.ConnectionLimit == CreationMark.Of(lineage, name));
    }

    private async Task<RemovalResult> UnfenceAsync(Endpoint source, string database, CancellationToken cancellationToken)
    {
        await new SourceFence(connector).UnfenceAsync(source, database, cancellationToken);
        return new RemovalResult(IsGone: true, "writers may come back in");
    }

    private async Task<RemovalResult> DropRoleAsync(Endpoint target, CreatedResource resource, CancellationToken cancellationToken)
    {
        await using var server = await MaintenanceDatabase.OpenFirstAsync(connector, target, SessionKind.Target, cancellationToken);
        if (await FindOtherServerAsync(server, resource, cancellationToken) is { } astray)
        {
            return astray;
        }

        // The server drops them with the role.
        var settings = await server.QueryAsync(RoleSettingsSql, row => row.GetString(0), cancellationToken, resource.Name);
        if (!settings.IsEmpty)
        {
            return new RemovalResult(IsGone: false, $"kept, because it has settings in {string.Join(", ", settings)}");
        }

        try
        {
            await server.ExecuteAsync($"DROP ROLE IF EXISTS {SqlText.Identifier(resource.Name)}", cancellationToken);
            await WriteAheadLog.FlushAsync(server, cancellationToken);
            return new RemovalResult(IsGone: true, "role dropped");
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DependentObjectsStillExist or PostgresErrorCodes.ObjectInUse)
        {
            return new RemovalResult(IsGone: false, "kept, because something else depends on it");
        }
    }

    private async Task<RemovalResult> TranslateAsync(
        CreatedResource resource, Func<CancellationToken, Task<RemovalResult>> remove, CancellationToken cancellationToken)
    {
        try
        {
            return await connector.Watch.RunAsync(remove, tell: null, cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"{resource.Kind} {resource.Endpoint}/{resource.Name}");
        }
        catch (DiagnosticException exception)
        {
            throw new StepFailedException(exception.Diagnostic, FailureClass.Permanent, exception);
        }
    }
}
