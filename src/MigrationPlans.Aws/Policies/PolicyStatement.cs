using System.Collections.Immutable;

namespace MigrationPlans.Aws.Policies;

/// <summary>What is allowed on what.</summary>
/// <param name="Purpose">Becomes the statement's Sid: letters and digits only.</param>
public sealed record PolicyStatement(string Purpose, ImmutableArray<string> Actions, ImmutableArray<string> Resources)
{
    /// <summary>Operator to (key to values); empty: no condition.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, ImmutableArray<string>>> Conditions { get; init; } =
        ImmutableSortedDictionary.Create<string, ImmutableSortedDictionary<string, ImmutableArray<string>>>(StringComparer.Ordinal);
}
