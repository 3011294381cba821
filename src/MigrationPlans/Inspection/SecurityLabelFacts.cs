namespace MigrationPlans.Inspection;

/// <summary>A security label of an object of a database, or of the database itself.</summary>
/// <param name="Provider">A library of the server that gives labels their meaning: <c>selinux</c>, <c>anon</c>.</param>
/// <param name="Schema">Null for what is in none.</param>
/// <param name="Relation">The table or view that is labelled or whose column is; null for all else.</param>
/// <param name="Name">Kind and name, as the server identifies it.</param>
public sealed record SecurityLabelFacts(string Provider, string? Schema, string? Relation, string Name);
