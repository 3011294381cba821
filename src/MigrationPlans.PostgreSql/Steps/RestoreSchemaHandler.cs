using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Creates the objects of the pre-data section that the ledger does not show yet.</summary>
public sealed class RestoreSchemaHandler(PostgresConnector connector, SchemaArchives archives) : TargetStepHandler<RestoreSchemaStep>(connector)
{
    protected override async Task<StepObservation> LookAsync(RestoreSchemaStep step, StepContext context, CancellationToken cancellationToken)
    {
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var archive = await archives.GetAsync(context, cancellationToken);
        var missing = await RestoreOn(target, step, context).MissingAsync(archive, cancellationToken);
        if (missing.IsEmpty && !archive.TargetIsSuperuser && (await Membership.LackingAsync(target, archive.Acting, cancellationToken)).Length > 0)
        {
            // An earlier plan was rolled back, and the database, which it had not created, stayed.
            return StepObservation.NotDone("all objects are there, but their owners' rights are given back");
        }

        if (missing.IsEmpty && MultirangeTypes.AreOf(archive) && (await TargetLedger.ReadMarksAsync(target, MultirangeTypes.Mark, cancellationToken)).IsEmpty)
        {
            return StepObservation.NotDone("all objects are there, but whose their multirange types are was not looked at");
        }

        if (missing.IsEmpty && await FixedSchemas.ReadNotedAsync(target, cancellationToken) is null)
        {
            return StepObservation.NotDone("there are no objects, but what is said of the schema public was not looked at");
        }

        return missing.IsEmpty
            ? StepObservation.Done("all objects are there")
            : StepObservation.NotDone($"{Counts.Of(missing.Length, "object is", "objects are")} missing, {missing[0].Describe()} among them");
    }

    protected override async Task<StepResult> DoAsync(RestoreSchemaStep step, StepContext context, CancellationToken cancellationToken)
    {
        var archive = await archives.GetAsync(context, cancellationToken);
        await using var target = await OpenTargetAsync(context, cancellationToken);
        await using var claim = await TargetClaim.TakeAsync(target, context.Lineage, context.Mapping.To.ToString(), cancellationToken);
        var created = await RestoreOn(target, step, context)
            .RunAsync(archive, new TemporaryMemberships(Connector, context.Manifest, context.Mapping.To), cancellationToken);
        await using var source = await OpenSourceAsync(context, cancellationToken);
        var left = await MultirangeTypes.AlignAsync(source, target, context.Mapping, cancellationToken);
        await TargetLedger.RecordEntriesAsync(target, [MultirangeTypes.Mark], cancellationToken);
        return new StepResult(Counts.Of(created, "object")) { Notes = [.. archive.Notes, .. left] };
    }

    private SchemaRestore RestoreOn(NpgsqlConnection target, RestoreSchemaStep step, StepContext context) =>
        new(target, token => OpenTargetAsync(context, token), step, context);
}
