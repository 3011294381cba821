using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>All handlers of the <c>stream</c> strategy, made once a run.</summary>
public static class StreamHandlers
{
    public static ImmutableArray<IStepHandler> Create(PostgresConnector connector) =>
    [
        new CreateRolesHandler(connector),
        new FenceSourceHandler(connector),
        new CreateDatabaseHandler(connector),
        new SetSequencesHandler(connector),
        new RefreshViewsHandler(connector),
        new ApplySettingsHandler(connector),
        new AnalyzeHandler(connector),
    ];
}
