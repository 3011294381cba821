using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.PostgreSql.Connections;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Extensions that only the target has, with the schemas that it has for them alone: somebody created them there, before a run or after it,
/// and nothing of the source's needs them. So do schemas that hold nothing else than what extensions bring, where there are any:
/// the plan takes a target with these for empty. A user's object in such a schema is a difference as any other.
/// </summary>
internal sealed class LoneExtensions
{
    private const string Kind = "extension";

    // Of what extensions bring, verify-objects.sql lists privileges on these, by these names.
    private const string Sql =
        """
        SELECT NULL::text, n.nspname::text FROM pg_catalog.pg_namespace n
         WHERE EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname OPERATOR(pg_catalog.<>) 'plpgsql')
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                            WHERE d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid OPERATOR(pg_catalog.=) n.oid AND d.deptype OPERATOR(pg_catalog.=) 'n'
                              AND d.classid OPERATOR(pg_catalog.<>) 'pg_catalog.pg_extension'::pg_catalog.regclass
                              AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid OPERATOR(pg_catalog.=) d.classid AND e.objid OPERATOR(pg_catalog.=) d.objid AND e.deptype IN ('e', 'i')))
        UNION ALL
        SELECT e.extname::text, o.name
          FROM (SELECT l.tableoid, l.oid, 'language ' || l.lanname FROM pg_catalog.pg_language l UNION ALL SELECT w.tableoid, w.oid, 'foreign-data wrapper ' || w.fdwname FROM pg_catalog.pg_foreign_data_wrapper w
                UNION ALL SELECT s.tableoid, s.oid, 'server ' || s.srvname FROM pg_catalog.pg_foreign_server s) o (class, oid, name)
          JOIN pg_catalog.pg_depend d ON d.classid OPERATOR(pg_catalog.=) o.class AND d.objid OPERATOR(pg_catalog.=) o.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'
          JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
        """;

    private readonly ImmutableHashSet<string> schemas;

    private readonly ImmutableHashSet<string> bare;

    private readonly ImmutableArray<string> members;

    /// <param name="members">What extensions bring; no extension: a schema that holds nothing else.</param>
    private LoneExtensions(ImmutableArray<ObjectDifference> differences, ImmutableArray<(string? Extension, string Name)> members)
    {
        var lone = differences.Where(IsOne).ToDictionary(extension => extension.Name, extension => extension.Target!["in ".Length..], StringComparer.Ordinal);
        var only = differences.Where(difference => difference is { Kind: "schema", Source: null })
            .Select(schema => schema.Name)
            .ToImmutableHashSet(StringComparer.Ordinal);
        schemas = only.Intersect(lone.Values);
        bare = only.Intersect(members.Where(member => member.Extension is null).Select(member => member.Name));
        this.members = [.. members.Where(member => member.Extension is { } extension && lone.ContainsKey(extension)).Select(member => member.Name)];
    }

    /// <param name="differences">All of both sides' definitions.</param>
    public static async Task<LoneExtensions> ReadAsync(
        NpgsqlConnection target, ImmutableArray<ObjectDifference> differences, CancellationToken cancellationToken) =>
        new(differences, await target.QueryAsync(Sql, row => (row.IsDBNull(0) ? null : row.GetString(0), row.GetString(1)), cancellationToken));

    /// <summary>Why the difference is none; null where it is one.</summary>
    public string? Explain(ObjectDifference difference) => difference switch
    {
        { Source: not null } => null,
        _ when IsOne(difference) || schemas.Any(schema => ListedSchema.IsAbout(schema, difference)) || IsOfMember(difference) =>
            "only the target has the extension",
        _ when bare.Any(schema => ListedSchema.IsAbout(schema, difference)) => "only the target has the schema, and nothing is in it but what extensions bring",
        _ => null,
    };

    private bool IsOfMember(ObjectDifference difference) =>
        difference.Kind == "grant" && members.Any(member => difference.Name.StartsWith($"{member} to ", StringComparison.Ordinal));

    private static bool IsOne(ObjectDifference difference) => difference is { Kind: Kind, Source: null, Target: not null };
}
