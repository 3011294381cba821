using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Memberships;
using Npgsql;

namespace MigrationPlans.PostgreSql.Properties;

/// <summary>Finds and makes the changes that give a target database the properties of its source.</summary>
internal static class PropertyChanges
{
    /// <param name="late">True for those that are made last, when no session of the run has to get in any more; false for all others.</param>
    /// <param name="context">Of the mapping.</param>
    /// <param name="source">A session in the source database.</param>
    /// <param name="target">A session in the target database.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<ImmutableArray<DatabasePropertiesText.Change>> FindAsync(
        bool late, StepContext context, NpgsqlConnection source, NpgsqlConnection target, CancellationToken cancellationToken)
    {
        var onSource = await DatabaseProperties.ReadAsync(source, cancellationToken);
        var found = await DatabaseProperties.ReadAsync(target, cancellationToken);
        var roles = await target.QueryAsync("SELECT rolname::text FROM pg_catalog.pg_roles", row => row.GetString(0), cancellationToken);
        var wanted = onSource.ForTarget(context.Mapping, roles.ToHashSet(StringComparer.Ordinal), found.Owner);
        return [.. DatabasePropertiesText.Difference(context.Mapping.To.Database, wanted, found, target.UserName ?? "").Where(change => change.IsLate == late)];
    }

    /// <summary>To be called in a transaction. What is refused becomes a note.</summary>
    /// <param name="changes">In the order in which they are made.</param>
    /// <param name="owner">Whom the database belongs to in the end.</param>
    /// <param name="subject">The mapping, for messages.</param>
    /// <param name="target">A session in the target database.</param>
    /// <param name="beforeLeaving">More that only the owner may do.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    public static async Task<ImmutableArray<Diagnostic>> MakeAsync(
        ImmutableArray<DatabasePropertiesText.Change> changes,
        string owner,
        string subject,
        NpgsqlConnection target,
        Func<Task<Diagnostic?>>? beforeLeaving,
        CancellationToken cancellationToken)
    {
        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        var borrowed = await BorrowAsync(target, owner, cancellationToken);
        foreach (var change in changes)
        {
            if (await target.TryAsync(change.Statement, cancellationToken) is { } refused)
            {
                var isNear = change.Otherwise is { } otherwise && await target.TryAsync(otherwise, cancellationToken) is null;
                notes.Add(HandlerDiagnostics.AttributeLeft(
                    subject, $"{change.What} {(isNear ? "given in the owner's name" : "left out")}: {refused.MessageText}"));
            }
        }

        if (beforeLeaving is not null && await beforeLeaving() is { } note)
        {
            notes.Add(note);
        }

        if (borrowed is not null)
        {
            await target.ExecuteAsync(Membership.Leave(borrowed), cancellationToken);
        }

        return notes.ToImmutable();
    }

    /// <summary>Only a member may give something to a role, and only an owner may change it: joins the new owner until the end of the transaction.</summary>
    /// <returns>What to leave again; null when there was nothing to join, or the server refuses.</returns>
    private static async Task<BorrowedMembership?> BorrowAsync(NpgsqlConnection target, string owner, CancellationToken cancellationToken) =>
        await Membership.LackingAsync(target, [owner], cancellationToken) is [var lacking]
            ? (await Membership.JoinAsync(target, lacking, cancellationToken)).Borrowed
            : null;
}
