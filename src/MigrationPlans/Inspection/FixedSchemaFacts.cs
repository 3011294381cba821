using System.Collections.Immutable;

namespace MigrationPlans.Inspection;

/// <summary>
/// A schema of a target that somebody made beforehand, with an extension, or <c>public</c> where a superuser keeps it. The login neither
/// owns it nor can act for its owner, and so can say nothing of it: owner, privileges and comment stay as they are.
/// </summary>
/// <param name="Creators">Roles that may create in it.</param>
/// <param name="IsOpen">Everybody may, also roles that are still to come.</param>
/// <param name="HoldsExtension">An extension is in it that somebody else created, too.</param>
public sealed record FixedSchemaFacts(string Name, string Owner, ImmutableArray<string> Creators, bool IsOpen, bool HoldsExtension)
{
    public bool Admits(string role) => IsOpen || Creators.Contains(role);
}
