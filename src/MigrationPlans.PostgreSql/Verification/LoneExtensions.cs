using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Extensions that only the target has, with the schemas that it has for them alone: somebody created them there, before a run or after it, and nothing of the source's needs them. A user's
/// object in such a schema is a difference as any other.
/// </summary>
internal sealed class LoneExtensions
{
    private const string Kind = "extension";

    private readonly ImmutableHashSet<string> schemas;

    /// <param name="differences">All of both sides' definitions.</param>
    public LoneExtensions(ImmutableArray<ObjectDifference> differences) => schemas =
        [.. differences.Where(IsOne).Select(extension => extension.Target!["in ".Length..]).Intersect(differences.Where(difference => difference is { Kind: "schema", Source: null }).Select(schema => schema.Name))];

    /// <summary>Such an extension, or something that is said of a schema of one.</summary>
    public bool Explain(ObjectDifference difference) => IsOne(difference) || (difference.Source is null && schemas.Any(schema => ListedSchema.IsAbout(schema, difference)));

    private static bool IsOne(ObjectDifference difference) => difference is { Kind: Kind, Source: null, Target: not null };
}
