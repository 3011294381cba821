using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Properties;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Creates the target database like the source's, and marks it as this plan's with the ledger. Drops one first only where the plan says so.</summary>
/// <param name="archives">Reads the source's schema meanwhile.</param>
public sealed class CreateDatabaseHandler(PostgresConnector connector, SchemaArchives archives) : PostgresStepHandler<CreateDatabaseStep>(connector)
{
    // invalid_parameter_value, wrong_object_type, syntax: versions answer differently to a locale or provider they don't know.
    private static readonly string[] LocaleErrors = ["22023", "42809", "42602", "42601", "0A000"];

    protected override async Task<StepObservation> LookAsync(CreateDatabaseStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var server = await OpenTargetServerAsync(context, cancellationToken);
        if (await FindAsync(server, context.Mapping.To.Database, cancellationToken) is not { IsValid: true })
        {
            return StepObservation.NotDone("the database does not exist");
        }

        var facts = await LookInsideAsync(context, cancellationToken);
        var owner = OwnerOf(facts);
        if (owner?.IsOf(context.Plan.Name, context.Lineage) == true && context.TargetOid is null)
        {
            await RecordOidAsync(facts.Oid, context.Recorded, context);
        }

        return (owner, facts.IsEmpty) switch
        {
            ({ } marked, _) when marked.IsOf(context.Plan.Name, context.Lineage) => StepObservation.Done("the database exists and is this plan's"),
            ({ } marked, _) when marked.Plan == context.Plan.Name => StepObservation.NotDone("a run with another state began to fill the database"),
            ({ }, _) => StepObservation.NotDone("the database belongs to another plan"),
            (null, true) => StepObservation.NotDone("the database exists, is empty and not yet marked as this plan's"),
            _ => StepObservation.NotDone("the database holds something"),
        };
    }

    protected override async Task<StepResult> DoAsync(CreateDatabaseStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (context.Mapping.Strategy != Strategy.Stream)
        {
            return await CreateAsync(step, context, cancellationToken);
        }

        archives.Begin(context);
        try
        {
            return await CreateAsync(step, context, cancellationToken);
        }
        catch
        {
            await archives.AbandonAsync(context);
            throw;
        }
    }

    protected override async Task CheckAsync(CreateDatabaseStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        if (await TargetLedger.FindOwnerAsync(target, cancellationToken) is var owner && owner?.IsOf(context.Plan.Name, context.Lineage) != true)
        {
            throw StepFailedException.EffectMissing(step, owner is null ? "the database is not marked as this plan's" : $"the database belongs to plan {owner.Plan}, or to a run of it with another state");
        }
    }

    private static LedgerOwner? OwnerOf(DatabaseFacts facts) => facts.LedgerPlan is { } plan ? new LedgerOwner(plan, facts.LedgerLineage) : null;

    protected override async Task SettleAsync(CreateDatabaseStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await UnmarkAsync(target, context, cancellationToken);
        await WriteAheadLog.FlushAsync(target, cancellationToken);
    }

    /// <summary>The ledger tells from here on whose it is.</summary>
    private static async Task UnmarkAsync(NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        var name = context.Mapping.To.Database;
        var marked = await target.QueryAsync(
            "SELECT FROM pg_catalog.pg_database WHERE datname = $1 AND datconnlimit = $2", _ => true, cancellationToken, name, CreationMark.Of(context.Lineage, name));
        if (!marked.IsEmpty)
        {
            await target.ExecuteAsync($"ALTER DATABASE {SqlText.Identifier(name)} CONNECTION LIMIT -1", cancellationToken);
        }
    }

    private async Task<StepResult> CreateAsync(CreateDatabaseStep step, StepContext context, CancellationToken cancellationToken)
    {
        var name = context.Mapping.To.Database;
        var wanted = step.Settings ?? await ReadSourceSettingsAsync(context, cancellationToken);
        var notes = ImmutableArray<Diagnostic>.Empty;
        await using var server = await OpenTargetServerAsync(context, cancellationToken);
        var identity = await ServerIdentityLook.ReadAsync(server, cancellationToken);
        var existing = await FindAsync(server, name, cancellationToken);
        var resource = new CreatedResource("database", context.Mapping.To.Endpoint, name) { SystemIdentifier = identity.SystemIdentifier };
        var summary = "database found empty";
        var recorded = context.Recorded;
        var facts = existing is { IsValid: true } ? await LookInsideAsync(context, cancellationToken) : null;
        if (facts is not null && TargetState.Admit(facts, context, step.Replaces) is { } found)
        {
            resource = new CreatedResource(TargetLedger.ResourceKind, context.Mapping.To.Endpoint, name) { SystemIdentifier = identity.SystemIdentifier };
            await context.RecordCreatedAsync(resource);
            recorded = IsOurs(facts, found, context, server) ? recorded : await DisownAsync(context);
            notes = Compare(context.Mapping.To, wanted, found);
        }
        else
        {
            if (existing is not null)
            {
                // Before it is recorded: a rollback drops what is.
                await SourceProtection.CheckAsync(Connector, server, context, cancellationToken);
            }

            await context.RecordCreatedAsync(resource);
            summary = existing is null ? "database created" : "database dropped and created";
            if (existing is not null)
            {
                await DropSubscriptionsAsync(existing, context, cancellationToken);
                await OpenUpAsync(server, context, cancellationToken);
                Connector.CloseIdle(Sides.Target(context), name);
                await DropAsync(server, name, cancellationToken);
            }

            var fitted = await FitTablespaceAsync(server, wanted, cancellationToken);
            notes = wanted.Tablespace == fitted.Tablespace ? [] : [SchemaDiagnostics.DatabaseTablespaceMissing(context.Mapping.To.ToString(), wanted.Tablespace!)];
            await CreateAsync(server, fitted, resource, context, cancellationToken);
        }

        await using var target = await OpenTargetAsync(context, cancellationToken);
        var isTakenOver = facts is not null && OwnerOf(facts) is { } before && !before.IsOf(context.Plan.Name, context.Lineage);
        // Where that run is at work, it is not to lose its database in the middle of a step.
        await using var claim = isTakenOver ? await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken) : null;
        await TargetLedger.EnsureAsync(target, context.Plan.Name, context.Lineage, cancellationToken);
        if (isTakenOver)
        {
            (summary, notes) = ("database taken over from a run with another state", [.. notes, CopyDiagnostics.TakenOver(context.Mapping.To.ToString())]);
        }

        await RecordOidAsync(await DatabaseProperties.ReadOidAsync(target, cancellationToken), [.. recorded, resource], context);
        return new StepResult(summary) { Notes = notes };
    }

    /// <summary>
    /// Which database it is, known from here on by more than its name. A run may have been killed after it made and marked the database, and before it noted this.
    /// </summary>
    /// <param name="recorded">Notes of the database.</param>
    private static async Task RecordOidAsync(uint? oid, IEnumerable<CreatedResource> recorded, StepContext context)
    {
        foreach (var resource in recorded.Where(resource => resource.DatabaseOid is null).DistinctBy(resource => resource.Kind))
        {
            await context.RecordCreatedAsync(resource with { DatabaseOid = oid });
        }
    }

    /// <summary>They would keep the database from being dropped. One with a slot is in use, and does so.</summary>
    private async Task DropSubscriptionsAsync(FoundDatabase existing, StepContext context, CancellationToken cancellationToken)
    {
        if (existing.IsValid)
        {
            await using var target = await OpenTargetAsync(context, cancellationToken);
            await Subscription.DropUnboundAsync(target, cancellationToken);
        }
    }

    private async Task<DatabaseFacts> LookInsideAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        return await DatabaseLook.ReadStateAsync(target, EndpointRole.Target, context.Mapping.To, cancellationToken);
    }

    private async Task<DatabaseSettings> ReadSourceSettingsAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        return (await DatabaseLook.ReadStateAsync(source, EndpointRole.Source, context.Mapping.From, cancellationToken)).Settings!;
    }

    /// <summary>A DROP DATABASE that was cut leaves an invalid database (connection limit -2): it can only be dropped.</summary>
    private static async Task<FoundDatabase?> FindAsync(NpgsqlConnection server, string name, CancellationToken cancellationToken)
    {
        var found = await server.QueryAsync(
            "SELECT datconnlimit FROM pg_catalog.pg_database WHERE datname = $1", row => new FoundDatabase(row.GetInt32(0) != -2), cancellationToken, name);
        return found.FirstOrDefault();
    }

    private async Task OpenUpAsync(NpgsqlConnection server, StepContext context, CancellationToken cancellationToken)
    {
        await using var turn = await new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To).TakeTurnAsync(cancellationToken);
        await OwnerMembership.OpenUpAsync(server, context.Mapping.To.Database, cancellationToken);
    }

    private static async Task DropAsync(NpgsqlConnection server, string name, CancellationToken cancellationToken)
    {
        if (server.PostgreSqlVersion.Major >= 13)
        {
            await server.ExecuteAsync($"DROP DATABASE IF EXISTS {SqlText.Identifier(name)} WITH (FORCE)", cancellationToken);
            return;
        }

        await server.ExecuteAsync("SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = $1", cancellationToken, name);
        await server.ExecuteAsync($"DROP DATABASE IF EXISTS {SqlText.Identifier(name)}", cancellationToken);
    }

    /// <summary>Where the server refuses, there is nothing to take back: a database of the name that somebody makes later is theirs.</summary>
    private static async Task CreateAsync(NpgsqlConnection server, DatabaseSettings settings, CreatedResource resource, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await CreateAsync(server, context.Mapping.To, settings, CreationMark.Of(context.Lineage, context.Mapping.To.Database), cancellationToken);
        }
        catch (Exception exception) when (PostgresErrors.Chain(exception).OfType<PostgresException>().FirstOrDefault() is { } refusal && !IsMaybeOurs(refusal, context))
        {
            await context.RecordRemovedAsync(resource);
            throw;
        }
    }

    /// <summary>As a run that was killed, or lost its connection, in CREATE DATABASE has left it; or marked by it.</summary>
    private static bool IsOurs(DatabaseFacts facts, DatabaseSettings found, StepContext context, NpgsqlConnection server) =>
        facts.LedgerPlan is not null
        || (facts is { HasExtensions: false, OwnSettings.IsEmpty: true } && found.Owner == server.UserName && found.ConnectionLimit == CreationMark.Of(context.Lineage, context.Mapping.To.Database));

    /// <summary>Somebody else was quicker: a rollback leaves the database.</summary>
    /// <returns>What is still to be said of it.</returns>
    private static async Task<ImmutableArray<CreatedResource>> DisownAsync(StepContext context)
    {
        var unsure = context.Recorded.Where(noted => noted is { Kind: "database", DatabaseOid: null }).ToList();
        foreach (var noted in unsure)
        {
            await context.RecordRemovedAsync(noted);
        }

        return [.. context.Recorded.Except(unsure)];
    }

    /// <summary>One of the name is there already, and a killed run had begun to make one. Or the session was ended, be it after it had committed.</summary>
    private static bool IsMaybeOurs(PostgresException refusal, StepContext context) =>
        refusal.InvariantSeverity is "FATAL" or "PANIC" || refusal.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation && context.Recorded.Any(noted => noted.Kind == "database");

    private static async Task CreateAsync(NpgsqlConnection server, DatabaseAddress address, DatabaseSettings settings, int limit, CancellationToken cancellationToken)
    {
        try
        {
            await server.ExecuteAsync(CreateDatabaseText.For(address.Database, settings, limit, server.PostgreSqlVersion.Major), cancellationToken);
        }
        catch (PostgresException exception) when (LocaleErrors.Contains(exception.SqlState))
        {
            throw new StepFailedException(
                HandlerDiagnostics.LocaleMissing(address.ToString(), CreateDatabaseText.Describe(settings), exception.MessageText), FailureClass.Permanent, exception);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new StepFailedException(
                HandlerDiagnostics.RightMissing(address.Endpoint, server.UserName ?? "", "CREATEDB", $"as a superuser: ALTER ROLE … CREATEDB; or create an empty database {address.Database} yourself"),
                FailureClass.Permanent,
                exception);
        }
    }

    /// <summary>Without a tablespace that the server lacks, or that the login may not use.</summary>
    private static async Task<DatabaseSettings> FitTablespaceAsync(NpgsqlConnection server, DatabaseSettings wanted, CancellationToken cancellationToken)
    {
        if (wanted.Tablespace is null)
        {
            return wanted;
        }

        var usable = await server.QueryAsync(
            "SELECT FROM pg_catalog.pg_tablespace t WHERE t.spcname = $1 AND pg_catalog.has_tablespace_privilege(t.oid, 'CREATE')", _ => true, cancellationToken, wanted.Tablespace);
        return usable.IsEmpty ? wanted with { Tablespace = null } : wanted;
    }

    private static ImmutableArray<Diagnostic> Compare(DatabaseAddress address, DatabaseSettings wanted, DatabaseSettings found)
    {
        var (source, target) = (CreateDatabaseText.Describe(wanted), CreateDatabaseText.Describe(found));
        return source == target ? [] : [HandlerDiagnostics.ExistingDiffers(address.ToString(), $"source has {source}, target {target}")];
    }

    private sealed record FoundDatabase(bool IsValid);
}
