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
    protected override async Task<StepObservation> LookAsync(CreateDatabaseStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var server = await OpenTargetServerAsync(context, cancellationToken);
        if (await TargetDatabase.FindAsync(server, context.Mapping.To.Database, cancellationToken) is not { IsValid: true })
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
            throw StepFailedException.EffectMissing(
                step,
                owner is null
                    ? "the database is not marked as this plan's"
                    : $"the database belongs to plan {owner.Plan}, or to a run of it with another state");
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
            "SELECT FROM pg_catalog.pg_database WHERE datname = $1 AND datconnlimit = $2",
            _ => true,
            cancellationToken,
            name,
            CreationMark.Of(context.Lineage, name));
        if (!marked.IsEmpty)
        {
            await target.ExecuteAsync($"ALTER DATABASE {SqlText.Identifier(name)} CONNECTION LIMIT -1", cancellationToken);
        }
    }

    private async Task<StepResult> CreateAsync(CreateDatabaseStep step, StepContext context, CancellationToken cancellationToken)
    {
        var name = context.Mapping.To.Database;
        var wanted = step.Settings ?? await ReadSourceSettingsAsync(context, cancellationToken);
        await using var server = await OpenTargetServerAsync(context, cancellationToken);
        var identity = await ServerIdentityLook.ReadAsync(server, cancellationToken);
        var resource = new CreatedResource("database", context.Mapping.To.Endpoint, name) { SystemIdentifier = identity.SystemIdentifier };
        var existing = await TargetDatabase.FindAsync(server, name, cancellationToken);
        var facts = existing is { IsValid: true } ? await LookInsideAsync(context, cancellationToken) : null;
        var begun = facts is not null && TargetState.Admit(facts, context, step.Replaces) is { } found
            ? await AdoptAsync(facts, wanted, found, server, resource with { Kind = TargetLedger.ResourceKind }, context)
            : await MakeAsync(existing, wanted, server, resource, context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var isTakenOver = facts is not null && OwnerOf(facts) is { } before && !before.IsOf(context.Plan.Name, context.Lineage);
        // Where that run is at work, it is not to lose its database in the middle of a step.
        await using var claim = isTakenOver ? await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken) : null;
        await TargetLedger.EnsureAsync(target, context.Plan.Name, context.Lineage, cancellationToken);
        await RecordOidAsync(await DatabaseProperties.ReadOidAsync(target, cancellationToken), begun.Recorded, context);
        return isTakenOver
            ? new StepResult("database taken over from a run with another state")
            {
                Notes = [.. begun.Notes, CopyDiagnostics.TakenOver(context.Mapping.To.ToString())],
            }
            : new StepResult(begun.Summary) { Notes = begun.Notes };
    }

    /// <summary>Takes one that is there and holds nothing of anybody's.</summary>
    private static async Task<Begun> AdoptAsync(
        DatabaseFacts facts, DatabaseSettings wanted, DatabaseSettings found, NpgsqlConnection server, CreatedResource ledger, StepContext context)
    {
        var recorded = context.Recorded;
        await context.RecordCreatedAsync(ledger);
        return new Begun(
            "database found empty",
            [.. IsOurs(facts, found, context, server) ? recorded : await DisownAsync(context), ledger],
            Compare(context.Mapping.To, wanted, found));
    }

    /// <summary>Makes one, in the place of one that is there.</summary>
    private async Task<Begun> MakeAsync(
        TargetDatabase? existing,
        DatabaseSettings wanted,
        NpgsqlConnection server,
        CreatedResource database,
        StepContext context,
        CancellationToken cancellationToken)
    {
        var recorded = context.Recorded;
        if (existing is not null)
        {
            // Before it is recorded: a rollback drops what is.
            await SourceProtection.CheckAsync(Connector, server, context, cancellationToken);
        }

        await context.RecordCreatedAsync(database);
        if (existing is not null)
        {
            await DropSubscriptionsAsync(existing, context, cancellationToken);
            await OpenUpAsync(server, context, cancellationToken);
            Connector.CloseIdle(Sides.Target(context), database.Name);
            await TargetDatabase.DropAsync(server, database.Name, cancellationToken);
        }

        var fitted = await TargetDatabase.FitTablespaceAsync(server, wanted, cancellationToken);
        await CreateAsync(server, fitted, database, context, cancellationToken);
        return new Begun(
            existing is null ? "database created" : "database dropped and created",
            [.. recorded, database],
            wanted.Tablespace == fitted.Tablespace ? [] : [SchemaDiagnostics.DatabaseTablespaceMissing(context.Mapping.To.ToString(), wanted.Tablespace!)]);
    }

    /// <summary>
    /// Which database it is, known from here on by more than its name. A run may have been killed after it made and marked the database,
    /// and before it noted this.
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
    private async Task DropSubscriptionsAsync(TargetDatabase existing, StepContext context, CancellationToken cancellationToken)
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

    private async Task OpenUpAsync(NpgsqlConnection server, StepContext context, CancellationToken cancellationToken)
    {
        await using var turn = await new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To).TakeTurnAsync(cancellationToken);
        await OwnerMembership.OpenUpAsync(server, context.Mapping.To.Database, cancellationToken);
    }

    /// <summary>Where the server refuses, there is nothing to take back: a database of the name that somebody makes later is theirs.</summary>
    private static async Task CreateAsync(
        NpgsqlConnection server, DatabaseSettings settings, CreatedResource resource, StepContext context, CancellationToken cancellationToken)
    {
        try
        {
            await TargetDatabase.CreateAsync(
                server, context.Mapping.To, settings, CreationMark.Of(context.Lineage, context.Mapping.To.Database), cancellationToken);
        }
        catch (Exception exception)
            when (PostgresErrors.Chain(exception).OfType<PostgresException>().FirstOrDefault() is { } refusal && !IsMaybeOurs(refusal, context))
        {
            await context.RecordRemovedAsync(resource);
            throw;
        }
    }

    /// <summary>As a run that was killed, or lost its connection, in CREATE DATABASE has left it; or marked by it.</summary>
    private static bool IsOurs(DatabaseFacts facts, DatabaseSettings found, StepContext context, NpgsqlConnection server) =>
        facts.LedgerPlan is not null
        || (facts is { HasExtensions: false, OwnSettings.IsEmpty: true }
            && found.Owner == server.UserName
            && found.ConnectionLimit == CreationMark.Of(context.Lineage, context.Mapping.To.Database));

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
        refusal.InvariantSeverity is "FATAL" or "PANIC" || refusal.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation
            && context.Recorded.Any(noted => noted.Kind == "database");

    private static ImmutableArray<Diagnostic> Compare(DatabaseAddress address, DatabaseSettings wanted, DatabaseSettings found)
    {
        var (source, target) = (CreateDatabaseText.Describe(wanted), CreateDatabaseText.Describe(found));
        return source == target ? [] : [HandlerDiagnostics.ExistingDiffers(address.ToString(), $"source has {source}, target {target}")];
    }

    /// <param name="Recorded">What the state notes of it, and does not know the oid of yet.</param>
    private sealed record Begun(string Summary, ImmutableArray<CreatedResource> Recorded, ImmutableArray<Diagnostic> Notes);
}
