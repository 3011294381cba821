using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Snapshots;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>All handlers of the <c>stream</c> strategy, made once a run; in the order of the steps.</summary>
public static class StreamHandlers
{
    public static ImmutableArray<IStepHandler> Create(PostgresConnector connector, SourceSnapshots snapshots, SchemaArchives archives) =>
    [
        new CreateRolesHandler(connector),
        new FenceSourceHandler(connector),
        new CreateDatabaseHandler(connector),
        new RestoreSchemaHandler(connector, archives),
        new CopyDataHandler(connector, snapshots, async (context, token) => (await archives.GetAsync(context, token)).Entries),
        new RestoreConstraintsHandler(connector, snapshots, archives),
        new SetSequencesHandler(connector),
        new RefreshViewsHandler(connector),
        new ApplySettingsHandler(connector),
        new AnalyzeHandler(connector),
    ];
}
