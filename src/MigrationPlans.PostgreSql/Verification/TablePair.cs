using System.Collections.Immutable;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>A table of the source and the one of its name on the target.</summary>
/// <param name="Target">Null when it is missing.</param>
internal sealed record TablePair(VerifiedTable Source, VerifiedTable? Target)
{
    /// <summary>Why one of the sides can't be read; null when both can.</summary>
    public string? Unreadable =>
        Source.Unreadable is { } source ? $"on the source, {source}" : Target?.Unreadable is { } target ? $"on the target, {target}" : null;

    /// <summary>Columns that both sides have, in the source's order.</summary>
    public ImmutableArray<RowHashColumn> Columns { get; } = Target is null ? Source.Columns : [.. Shared(Source.Columns, Target.Columns)];

    /// <summary>Columns that only one side has. Those of an extension's table belong to its version.</summary>
    public ImmutableArray<string> LoneColumns { get; } = Target is null || Source.Extension is not null
        ? []
        : [.. Lone(Source, Target), .. Lone(Target, Source)];

    public ImmutableArray<RowHashColumn> ShortenedColumns => [.. RowHash.Shortened(Columns)];

    /// <summary>What tells rows apart on both sides; empty when nothing does.</summary>
    public ImmutableArray<string> Key => Source.Key.All(HasColumn) ? Source.Key : [];

    /// <summary>Types of one's own have other object ids over there; those are hashed by their text in any case.</summary>
    private static IEnumerable<RowHashColumn> Shared(ImmutableArray<RowHashColumn> source, ImmutableArray<RowHashColumn> target)
    {
        var types = target.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        return source.Where(column => types.ContainsKey(column.Name)).Select(column => column with
        {
            Type = types[column.Name] == column.Type ? column.Type : 0,
        });
    }

    private static IEnumerable<string> Lone(VerifiedTable here, VerifiedTable there) =>
        here.Columns.Select(column => column.Name).Except(there.Columns.Select(column => column.Name), StringComparer.Ordinal);

    private bool HasColumn(string name) => Target is not null && Target.Columns.Any(column => column.Name == name);
}
