using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>What is said of the schema <c>public</c>, with which every database begins.</summary>
public sealed record PublicSchemaFacts
{
    /// <summary>What PUBLIC may do below 15 where nobody ever changed it.</summary>
    private const string OldDefault = "CREATE, USAGE";

    private const string Everybody = "";

    public required string Owner { get; init; }

    /// <summary>It never changed hands: below 15 it is the superuser's that made the server, from 15 on the database's owner's.</summary>
    public required bool HasDefaultOwner { get; init; }

    /// <summary>It belongs to a superuser, and the login is neither one nor may act for that one.</summary>
    public bool IsFixed { get; init; }

    /// <summary>Null also where it is the one that every database has.</summary>
    public string? Comment { get; init; }

    /// <summary>Roles other than the owner, the empty one for everybody, with their privileges in one form: <c>CREATE, USAGE WITH GRANT OPTION</c>.</summary>
    public ImmutableSortedDictionary<string, string> Grants { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>As a new database below 15 has it, where nobody changed the server's template.</summary>
    /// <param name="superuser">The one that made the server, for whom the login may not act.</param>
    public static PublicSchemaFacts FixedInNewDatabase(string superuser) => new()
    {
        Owner = superuser,
        HasDefaultOwner = true,
        IsFixed = true,
        Grants = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal).Add(Everybody, OldDefault),
    };
}
