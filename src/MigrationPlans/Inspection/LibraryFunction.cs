namespace MigrationPlans.Inspection;

/// <summary>A function in C: a name in a file of the server's machine.</summary>
/// <param name="Library">As <c>CREATE FUNCTION … AS</c> names it: a file, mostly with <c>$libdir</c>.</param>
/// <param name="Kind"><c>function</c> or <c>procedure</c>.</param>
/// <param name="Name">As the server identifies it, quoted.</param>
public sealed record LibraryFunction(string Library, string Kind, string Schema, string Name);
