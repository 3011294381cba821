using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// Gives multirange types the owners and privileges that they have on the source. pg_dump prints none for them: before 17 they do not follow
/// their range type, stay with the login that restored it, and may be used by everybody.
/// </summary>
internal static class MultirangeTypes
{
    /// <summary>In the ledger: they have what they can have.</summary>
    public const string Mark = "multirange-types";

    /// <summary>Range types have them.</summary>
    public static bool AreOf(SchemaArchive archive) =>
        archive.In(SchemaSection.PreData).Any(entry => entry.Kind == "TYPE" && entry.Sql.Contains(" AS RANGE ", StringComparison.Ordinal));

    /// <param name="source">Asked for owners and privileges.</param>
    /// <param name="target">Changed where a type of the same name has others; what is not there stays out of it.</param>
    /// <param name="mapping">Renames roles.</param>
    /// <param name="cancellationToken">Ends the statements.</param>
    /// <returns>What could not be given: to a role that the login may not act for, or that is not there because nothing else is of it.</returns>
    public static async Task<ImmutableArray<Diagnostic>> AlignAsync(
        NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var found = (await ReadAsync(target, cancellationToken)).ToDictionary(type => type.Name, StringComparer.Ordinal);
        if (found.Count == 0 || target.PostgreSqlVersion.Major >= 17)
        {
            return [];
        }

        var notes = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (var type in await ReadAsync(source, cancellationToken))
        {
            if (found.TryGetValue(type.Name, out var current))
            {
                foreach (var (what, statement) in Changes(type, current, mapping))
                {
                    try
                    {
                        await target.ExecuteAsync(statement, cancellationToken);
                    }
                    catch (PostgresException refusal) when (refusal.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedObject)
                    {
                        notes.Add(SchemaDiagnostics.MultirangeLeft(mapping.To.ToString(), what, refusal.MessageText));
                    }
                }
            }
        }

        return notes.ToImmutable();
    }

    private static IEnumerable<(string What, string Statement)> Changes(MultirangeType source, MultirangeType target, DatabaseMapping mapping)
    {
        var owner = Sides.MapRole(mapping, source.Owner);
        if (target.Owner != owner)
        {
            yield return ($"{source.Name} could not be given to {owner}", $"ALTER TYPE {source.Name} OWNER TO {SqlText.Identifier(owner)}");
        }

        var wanted = source.Grants
            .Select(grant => grant with { Role = grant.Role.Length == 0 ? "" : Sides.MapRole(mapping, grant.Role) })
            .Where(grant => grant.Role != owner)
            .ToHashSet();
        foreach (var grant in target.Grants.Where(grant => grant.Role != owner && !wanted.Contains(grant)))
        {
            yield return ($"USAGE of {source.Name} could not be taken from {Grantee(grant)}", $"REVOKE ALL ON TYPE {source.Name} FROM {Grantee(grant)}");
        }

        foreach (var grant in wanted.Except(target.Grants))
        {
            yield return (
                $"USAGE of {source.Name} could not be given to {Grantee(grant)}",
                $"GRANT USAGE ON TYPE {source.Name} TO {Grantee(grant)}{(grant.IsGrantable ? " WITH GRANT OPTION" : "")}");
        }
    }

    private static string Grantee(Grant grant) => grant.Role.Length == 0 ? "PUBLIC" : SqlText.Identifier(grant.Role);

    private static Task<ImmutableArray<MultirangeType>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            EmbeddedSql.Load("multirange-types.sql"),
            row => new MultirangeType(
                SqlText.Qualified(row.GetString(0), row.GetString(1)), row.GetString(2),
                [.. row.GetFieldValue<string[]>(3).Zip(row.GetFieldValue<bool[]>(4), (role, isGrantable) => new Grant(role, isGrantable))]),
            cancellationToken);

    /// <param name="Role">Empty for PUBLIC.</param>
    private sealed record Grant(string Role, bool IsGrantable);

    private sealed record MultirangeType(string Name, string Owner, ImmutableArray<Grant> Grants);
}
