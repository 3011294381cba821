using System.Text.Json;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using Npgsql;

namespace MigrationPlans.PostgreSql.Memberships;

/// <summary>
/// Memberships that a login which is no superuser needs for acting for the owners of a database's objects. Each is noted in the database's ledger by the
/// transaction that grants it, with what was there before, and given back later. To be called in turn (<see cref="TemporaryMemberships"/>).
/// </summary>
/// <param name="subject">The target database, for messages.</param>
internal sealed class NotedMemberships(NpgsqlConnection target, string subject)
{
    private const string Mark = "temporary-member:";

    private const string WithoutInherit =
        """
        SELECT r.rolname::pg_catalog.text
        FROM pg_catalog.pg_roles r
        JOIN pg_catalog.pg_roles l ON l.rolname OPERATOR(pg_catalog.=) current_user AND NOT l.rolinherit
        WHERE r.rolname OPERATOR(pg_catalog.=) ANY ($1) AND NOT pg_catalog.pg_has_role(r.oid, 'USAGE')
        ORDER BY 1
        """;

    /// <summary>Joins those of the roles that are lacking. Roles that do not exist are left to fail by name later.</summary>
    /// <exception cref="StepFailedException">The server refuses a membership, or it would give the login no rights.</exception>
    public async Task JoinAsync(string[] roles, CancellationToken cancellationToken)
    {
        await RefuseWithoutInheritAsync(roles, cancellationToken);
        foreach (var role in await Membership.LackingAsync(target, roles, cancellationToken))
        {
            if (await JoinAsync(role, cancellationToken) is { } refusal)
            {
                throw new StepFailedException(
                    SchemaDiagnostics.MembershipRefused(
                        subject,
                        target.UserName ?? "",
                        role,
                        refusal.MessageText,
                        isCircle: refusal.SqlState == PostgresErrorCodes.InvalidGrantOperation,
                        Membership.HasOptions(target)),
                    FailureClass.Permanent,
                    refusal);
            }
        }
    }

    /// <summary>The same, but for those that the server refuses.</summary>
    public async Task JoinWhereAllowedAsync(string[] roles, CancellationToken cancellationToken)
    {
        foreach (var role in await Membership.LackingAsync(target, roles, cancellationToken))
        {
            await JoinAsync(role, cancellationToken);
        }
    }

    public async Task<bool> AreThereAsync(CancellationToken cancellationToken) =>
        (await TargetLedger.ReadMarksAsync(target, Mark, cancellationToken)).Length > 0;

    /// <summary>Gives them back; the last thing to do before the ledger goes, since every step up to then acts for the owners.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        foreach (var mark in await TargetLedger.ReadMarksAsync(target, Mark, cancellationToken))
        {
            await TargetLedger.TakeBackAsync(target, mark, Membership.Leave(Read(mark[Mark.Length..])), cancellationToken);
        }
    }

    /// <summary>Notes them in the ledger of another database, which gives them back when it is done. Noted twice does no harm.</summary>
    public async Task HandOverAsync(NpgsqlConnection other, CancellationToken cancellationToken)
    {
        var marks = await TargetLedger.ReadMarksAsync(target, Mark, cancellationToken);
        await TargetLedger.RecordEntriesAsync(other, marks, cancellationToken);
        await using var batch = new NpgsqlBatch(target) { BatchCommands = { TargetLedger.ForgetEntriesCommand(marks) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A ledger of an earlier version has the role's name alone.</summary>
    private static BorrowedMembership Read(string noted) =>
        noted.StartsWith('{') ? JsonSerializer.Deserialize(noted, EdgeJsonContext.Default.BorrowedMembership)! : new BorrowedMembership(noted);

    /// <returns>Why the server refuses; null when it does not.</returns>
    private async Task<PostgresException?> JoinAsync(string role, CancellationToken cancellationToken)
    {
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        var (borrowed, refusal) = await Membership.JoinAsync(target, role, cancellationToken);
        if (borrowed is not null)
        {
            await TargetLedger.RecordEntriesAsync(
                target,
                [Mark + JsonSerializer.Serialize(borrowed, EdgeJsonContext.Default.BorrowedMembership)],
                cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return refusal;
    }

    /// <summary>The plan sees owners of relations only; here are those of schemas, functions and all else.</summary>
    private async Task RefuseWithoutInheritAsync(string[] roles, CancellationToken cancellationToken)
    {
        if (Membership.HasOptions(target))
        {
            return;
        }

        var powerless = await target.QueryAsync(WithoutInherit, row => row.GetString(0), cancellationToken, [roles]);
        if (!powerless.IsEmpty)
        {
            throw new StepFailedException(HandlerDiagnostics.InheritMissing(subject, target.UserName ?? "", powerless[0]), FailureClass.Permanent);
        }
    }
}
