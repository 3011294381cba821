namespace MigrationPlans.Planning;

/// <summary>A target database that a plan of this state filled.</summary>
/// <param name="Endpoint">Its name in the manifest then.</param>
/// <param name="Location">Of the endpoint then; null where an older version recorded it.</param>
public sealed record FilledDatabase(string Endpoint, string? Location, string Database);
