using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>All handlers of the <c>stream</c> strategy, which are those of every strategy but for the middle, made once a run.</summary>
public static class StreamHandlers
{
    public static ImmutableArray<IStepHandler> Create(
        PostgresConnector connector, SourceSnapshots snapshots, SchemaArchives archives, params ImmutableArray<IPreflightCheck> further) =>
        Watched(
            connector,
            new PreflightHandler(connector, further),
            new CreateRolesHandler(connector),
            new FenceSourceHandler(connector),
            new CreateDatabaseHandler(connector, archives),
            new RestoreSchemaHandler(connector, archives),
            new CopyDataHandler(connector, snapshots, async (context, cancellationToken) => (await archives.GetAsync(context, cancellationToken)).Entries),
            new RestoreConstraintsHandler(connector, snapshots, archives),
            new SetSequencesHandler(connector),
            new RefreshViewsHandler(connector, snapshots),
            new ApplySettingsHandler(connector),
            new AnalyzeHandler(connector),
            new VerifyHandler(connector, snapshots));

    internal static ImmutableArray<IStepHandler> Watched(PostgresConnector connector, params ImmutableArray<IStepHandler> handlers) =>
        [.. handlers.Select(handler => new WatchedStepHandler(handler, connector.Watch))];
}
