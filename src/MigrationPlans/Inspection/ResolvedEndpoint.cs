using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>An endpoint with everything that a connection needs.</summary>
public sealed record ResolvedEndpoint
{
    public required string Name { get; init; }

    /// <summary>The server's own name: what TLS certificates are checked against.</summary>
    public required string Host { get; init; }

    /// <summary>Where to connect: the server itself, or the tunnel to it.</summary>
    public required NetworkAddress Address { get; init; }

    public required string Username { get; init; }

    /// <summary>Fetches the password anew each time: secrets rotate and tokens expire. Null: none is sent.</summary>
    public required Func<CancellationToken, ValueTask<Secret?>> Password { get; init; }

    /// <summary>
    /// To be told when the server refused the password: the next one is then fetched past every cache, because a secret may have
    /// rotated a moment ago. Null: asking again gives the same.
    /// </summary>
    public Action? PasswordRefused { get; init; }

    /// <summary>The server's major version; null until a first connection told it.</summary>
    public int? ServerMajor { get; init; }

    /// <summary>Null: the manifest names the server itself.</summary>
    public RdsFacts? Rds { get; init; }

    /// <summary>The root certificate's path is absolute here.</summary>
    public required TlsSettings Tls { get; init; }
}
