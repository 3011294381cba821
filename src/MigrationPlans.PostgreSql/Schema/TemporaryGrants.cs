using System.Collections.Immutable;
using System.Text.Json;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Memberships;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// What a login that is no superuser needs for giving objects to their owners: membership in the owners' roles, and for each
/// owner the right to create in the schema at that moment, which the source's own grants may never have given. Each is
/// recorded in the ledger by the transaction that grants it, and taken back later; what was there before stays.
/// </summary>
/// <param name="subject">The target database, for messages.</param>
/// <remarks>https://www.postgresql.org/docs/current/sql-altertable.html (OWNER TO)</remarks>
public sealed class TemporaryGrants(NpgsqlConnection target, string subject)
{
    private const string MemberMark = "temporary-member:";
    private const string CreateMark = "temporary-create:";

    private const string WithoutInherit =
        """
        SELECT r.rolname::pg_catalog.text
        FROM pg_catalog.pg_roles r
        JOIN pg_catalog.pg_roles l ON l.rolname OPERATOR(pg_catalog.=) current_user AND NOT l.rolinherit
        WHERE r.rolname OPERATOR(pg_catalog.=) ANY ($1) AND NOT pg_catalog.pg_has_role(r.oid, 'USAGE')
        ORDER BY 1
        """;

    /// <summary>Makes the login a member of the roles that the entries act for. Roles that do not exist are left to fail by name later.</summary>
    /// <exception cref="StepFailedException">The server refuses a membership, or it would give the login no rights.</exception>
    public async Task JoinOwnersAsync(IEnumerable<SchemaEntry> entries, CancellationToken cancellationToken)
    {
        var owners = Owners(entries);
        await RefuseWithoutInheritAsync(owners, cancellationToken);
        foreach (var role in await Membership.LackingAsync(target, owners, cancellationToken))
        {
            if (await JoinAsync(role, cancellationToken) is { } refusal)
            {
                throw new StepFailedException(SchemaDiagnostics.MembershipRefused(subject, target.UserName ?? "", role, refusal.MessageText), FailureClass.Permanent, refusal);
            }
        }
    }

    /// <summary>Makes the login a member of the roles, but of those that the server refuses.</summary>
    public async Task JoinWhereAllowedAsync(string[] roles, CancellationToken cancellationToken)
    {
        foreach (var role in await Membership.LackingAsync(target, roles, cancellationToken))
        {
            await JoinAsync(role, cancellationToken);
        }
    }

    /// <summary>The login may not act for some of the roles that the entries act for.</summary>
    public async Task<bool> LacksOwnersAsync(IEnumerable<SchemaEntry> entries, CancellationToken cancellationToken) =>
        (await Membership.LackingAsync(target, Owners(entries), cancellationToken)).Length > 0;

    /// <summary>Lets the owners create in the schemas of their objects; the schemas must be there.</summary>
    public async Task AllowCreationAsync(IEnumerable<SchemaEntry> entries, CancellationToken cancellationToken)
    {
        var pairs = entries
            .Select(entry => (Schema: EntryNames.Schema(entry), Owner: RolePlaces.Owner(entry)))
            .Where(pair => pair is { Schema: not null, Owner: not null })
            .Distinct()
            .ToList();
        var lacking = await target.QueryAsync(
            """
            SELECT p.schema_name, p.owner_name
            FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) AS p (schema_name, owner_name)
            JOIN pg_catalog.pg_namespace n ON n.nspname OPERATOR(pg_catalog.=) p.schema_name::pg_catalog.name
            JOIN pg_catalog.pg_roles r ON r.rolname OPERATOR(pg_catalog.=) p.owner_name::pg_catalog.name
            WHERE NOT pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')
            """,
            row => (Schema: row.GetString(0), Owner: row.GetString(1)),
            cancellationToken,
            pairs.Select(pair => pair.Schema!).ToArray(),
            pairs.Select(pair => pair.Owner!).ToArray());
        foreach (var (schema, owner) in lacking)
        {
            string[] names = [schema, owner];
            await GrantAsync($"GRANT CREATE ON SCHEMA {SqlText.Identifier(schema)} TO {SqlText.Identifier(owner)}", CreateMark + JsonSerializer.Serialize(names, EdgeJsonContext.Default.StringArray), cancellationToken);
        }
    }

    public async Task<bool> HasCreationAsync(CancellationToken cancellationToken) => (await ReadMarksAsync(CreateMark, cancellationToken)).Length > 0;

    /// <summary>Takes the rights to create in schemas back; to be called before the source's own grants are restored.</summary>
    public async Task EndCreationAsync(CancellationToken cancellationToken)
    {
        foreach (var mark in await ReadMarksAsync(CreateMark, cancellationToken))
        {
            var names = JsonSerializer.Deserialize(mark[CreateMark.Length..], EdgeJsonContext.Default.StringArray)!;
            await RevokeAsync($"REVOKE CREATE ON SCHEMA {SqlText.Identifier(names[0])} FROM {SqlText.Identifier(names[1])}", mark, cancellationToken);
        }
    }

    public async Task<bool> HasMembershipsAsync(CancellationToken cancellationToken) => (await ReadMarksAsync(MemberMark, cancellationToken)).Length > 0;

    /// <summary>Takes the memberships back; the last thing to do before the ledger goes, since every step up to then acts for the owners.</summary>
    public async Task LeaveOwnersAsync(CancellationToken cancellationToken)
    {
        foreach (var mark in await ReadMarksAsync(MemberMark, cancellationToken))
        {
            await RevokeAsync(Membership.Leave(JsonSerializer.Deserialize(mark[MemberMark.Length..], EdgeJsonContext.Default.BorrowedMembership)!), mark, cancellationToken);
        }
    }

    /// <summary>Notes the memberships in the ledger of another database, which takes them back when it is done. Noted twice does no harm.</summary>
    public async Task HandOverAsync(NpgsqlConnection other, CancellationToken cancellationToken)
    {
        var marks = await ReadMarksAsync(MemberMark, cancellationToken);
        await TargetLedger.RecordEntriesAsync(other, marks, cancellationToken);
        await using var batch = new NpgsqlBatch(target) { BatchCommands = { TargetLedger.ForgetEntriesCommand(marks) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string[] Owners(IEnumerable<SchemaEntry> entries) =>
        [.. entries.SelectMany(RolePlaces.Acting).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <returns>Why the server refuses; null when it does not.</returns>
    private async Task<PostgresException?> JoinAsync(string role, CancellationToken cancellationToken)
    {
        await using var transaction = await target.BeginTransactionAsync(cancellationToken);
        var (borrowed, refusal) = await Membership.JoinAsync(target, role, cancellationToken);
        if (borrowed is not null)
        {
            await TargetLedger.RecordEntriesAsync(target, [MemberMark + JsonSerializer.Serialize(borrowed, EdgeJsonContext.Default.BorrowedMembership)], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return refusal;
    }

    /// <summary>The plan sees owners of relations only; here are those of schemas, functions and all else.</summary>
    private async Task RefuseWithoutInheritAsync(string[] owners, CancellationToken cancellationToken)
    {
        if (Membership.HasOptions(target))
        {
            return;
        }

        var powerless = await target.QueryAsync(WithoutInherit, row => row.GetString(0), cancellationToken, [owners]);
        if (!powerless.IsEmpty)
        {
            throw new StepFailedException(HandlerDiagnostics.InheritMissing(subject, target.UserName ?? "", powerless[0]), FailureClass.Permanent);
        }
    }

    private Task<ImmutableArray<string>> ReadMarksAsync(string prefix, CancellationToken cancellationToken) =>
        target.QueryAsync("SELECT digest FROM migplan_ledger.entry WHERE pg_catalog.starts_with(digest, $1) ORDER BY 1", row => row.GetString(0), cancellationToken, prefix);

    private async Task GrantAsync(string grant, string mark, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(target) { BatchCommands = { new NpgsqlBatchCommand(grant), TargetLedger.RecordEntriesCommand([mark]) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task RevokeAsync(string revoke, string mark, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(target) { BatchCommands = { new NpgsqlBatchCommand(revoke), TargetLedger.ForgetEntriesCommand([mark]) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
