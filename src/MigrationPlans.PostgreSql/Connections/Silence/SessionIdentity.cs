namespace MigrationPlans.PostgreSql.Connections.Silence;

/// <summary>Process ids are used again, and by each server; these are not.</summary>
/// <param name="Server">When the server began.</param>
/// <param name="Start">When the session did.</param>
internal sealed record SessionIdentity(string Server, string Start);
