using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Steps;

/// <summary>Carries over what belongs to the database itself, in one transaction. What only a superuser could do becomes a note.</summary>
public sealed class ApplySettingsHandler(PostgresConnector connector) : PostgresStepHandler<ApplySettingsStep>(connector)
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
        var subject = context.Mapping.Address;
        var notes = new List<Diagnostic>();
        await using var target = await OpenTargetAsync(context, cancellationToken);
        var changes = await DifferenceAsync(context, target, cancellationToken);
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        var wantedOwner = await WantedOwnerAsync(context, cancellationToken);
        var borrowed = await BorrowAsync(target, wantedOwner, cancellationToken);
        foreach (var change in changes)
        {
            if (await target.TryAsync(change.Statement, cancellationToken) is { } refused)
            {
                notes.Add(HandlerDiagnostics.AttributeLeft(subject, $"{change.What} left out: {refused.MessageText}"));
            }
        }

        if (await KeepConnectAsync(target, context, cancellationToken) is { } kept)
        {
            notes.Add(kept);
        }

        if (borrowed is not null)
        {
            await target.ExecuteAsync($"REVOKE {SqlText.Identifier(borrowed)} FROM CURRENT_USER", cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return new StepResult($"{changes.Length - notes.Count(note => note.Code == "MP6311")} properties set") { Notes = [.. notes] };
    }

    /// <summary>What was left out with a note stays different: acting went through, and that is the effect.</summary>
    protected override Task CheckAsync(ApplySettingsStep step, StepContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<ImmutableArray<DatabasePropertiesText.Change>> DifferenceAsync(
        StepContext context, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        var onSource = await DatabaseProperties.ReadAsync(source, cancellationToken);
        var found = await DatabaseProperties.ReadAsync(target, cancellationToken);
        var roles = await target.QueryAsync("SELECT rolname::text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken);
        var wanted = onSource.ForTarget(context.Mapping, roles.ToHashSet(StringComparer.Ordinal));
        if (!roles.Contains(wanted.Owner))
        {
            // Nobody of that name there: whoever created the database keeps it.
            wanted = wanted with { Owner = found.Owner, Grants = [.. wanted.Grants.Select(grant => grant.Grantee == wanted.Owner ? grant with { Grantee = found.Owner } : grant)] };
        }

        return DatabasePropertiesText.Difference(context.Mapping.To.Database, wanted, found, target.UserName ?? "");
    }

    private async Task<string> WantedOwnerAsync(StepContext context, CancellationToken cancellationToken)
    {
        await using var source = await OpenSourceAsync(context, cancellationToken);
        return Sides.MapRole(context.Mapping, (await DatabaseProperties.ReadAsync(source, cancellationToken)).Owner);
    }

    /// <summary>Only a member may give something to a role, and only an owner may change it: joins the new owner until the end of the transaction.</summary>
    /// <returns>The role to leave again; null when there was nothing to join.</returns>
    private static async Task<string?> BorrowAsync(NpgsqlConnection target, string owner, CancellationToken cancellationToken)
    {
        var isMember = await target.QueryAsync(
            "SELECT r.rolname IS NULL OR pg_catalog.pg_has_role(r.oid, 'MEMBER') FROM (SELECT $1 AS name) w LEFT JOIN pg_catalog.pg_roles r ON r.rolname = w.name",
            row => row.GetBoolean(0),
            cancellationToken,
            owner);
        if (isMember[0])
        {
            return null;
        }

        return await target.TryAsync($"GRANT {SqlText.Identifier(owner)} TO CURRENT_USER", cancellationToken) is null ? owner : null;
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
