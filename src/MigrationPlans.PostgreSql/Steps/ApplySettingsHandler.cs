using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Properties;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>
/// Carries over what belongs to the database itself, in one transaction. What only a superuser could do becomes a note; what could
/// keep the run's own sessions out waits for <see cref="VerifyHandler"/>.
/// </summary>
public sealed class ApplySettingsHandler(PostgresConnector connector) : TargetStepHandler<ApplySettingsStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(ApplySettingsStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var changes = await DifferenceAsync(context, target, cancellationToken);
        return changes.IsEmpty
            ? StepObservation.Done("the database's properties are as on the source")
            : StepObservation.NotDone($"differs: {string.Join(", ", changes.Select(change => change.What))}");
    }

    protected override async Task<StepResult> DoAsync(ApplySettingsStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var changes = await DifferenceAsync(context, target, cancellationToken);
        await using var turn = await new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To).TakeTurnAsync(cancellationToken);
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        var notes = await PropertyChanges.MakeAsync(
            changes,
            await WantedOwnerAsync(context, cancellationToken),
            context.Mapping.Address,
            target,
            () => KeepConnectAsync(target, context, cancellationToken),
            cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new StepResult($"{Counts.Of(changes.Length - notes.Count(note => note.Code == "MP6311"), "property", "properties")} set") { Notes = notes };
    }

    /// <summary>What was left out with a note stays different: acting went through, and that is the effect.</summary>
    protected override Task CheckAsync(ApplySettingsStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<ImmutableArray<DatabasePropertiesText.Change>> DifferenceAsync(
        StepContext context, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        return await PropertyChanges.FindAsync(late: false, context, source, target, cancellationToken);
    }

    private async Task<string> WantedOwnerAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        return Sides.MapRole(context.Mapping, (await DatabaseProperties.ReadAsync(source, cancellationToken)).Owner);
    }

    /// <summary>
    /// Where not everybody may connect, and the login was only let in as the owner that it no longer is, the steps that follow
    /// could not connect. Granted while the login still may.
    /// </summary>
    private static async Task<Diagnostic?> KeepConnectAsync(NpgsqlConnection target, StepContext context, CancellationToken cancellationToken)
    {
        var isNeeded = await target.QueryAsync(EmbeddedSql.Load("keep-connect.sql"), row => row.GetBoolean(0), cancellationToken);
        if (!isNeeded[0])
        {
            return null;
        }

        var (database, login) = (SqlText.Identifier(context.Mapping.To.Database), SqlText.Identifier(target.UserName ?? ""));
        var refused = await target.TryAsync($"GRANT CONNECT ON DATABASE {database} TO CURRENT_USER", cancellationToken);
        return refused is null ? HandlerDiagnostics.ConnectKept(context.Mapping.Address, database, login) : null;
    }
}
