using MigrationPlans.Inspection;
using MigrationPlans.Manifest;

namespace MigrationPlans.Planning;

/// <summary>A target database that a plan of this state filled.</summary>
/// <param name="Endpoint">Its name in the manifest then.</param>
/// <param name="Location">Of the endpoint then; null where an older version recorded it.</param>
/// <param name="SystemIdentifier">Of the server then; null where it is not known.</param>
public sealed record FilledDatabase(string Endpoint, string? Location, string Database, string? SystemIdentifier = null)
{
    public override string ToString() => $"{Endpoint}/{Database}";

    /// <summary>
    /// Whether the address leads to it now. What is where it was counts as the same whatever its server calls itself, because a major upgrade gives it another
    /// identifier; elsewhere the identifier decides, and where nobody knows it, the endpoint's name.
    /// </summary>
    internal bool IsAt(DatabaseAddress address, string? location, ServerIdentity? server) =>
        Database == address.Database
        && ((Location is { } there && there == location)
            || (SystemIdentifier is { } was && server?.SystemIdentifier is { } now ? was == now : Endpoint == address.Endpoint));
}
