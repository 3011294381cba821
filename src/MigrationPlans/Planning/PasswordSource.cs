namespace MigrationPlans.Planning;

/// <summary>Whose password a role gets that several sources have.</summary>
/// <param name="Endpoint">The source.</param>
/// <param name="Role">Its name there.</param>
public sealed record PasswordSource(string Endpoint, string Role);
