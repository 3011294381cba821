using System.Text.Json.Serialization;
using MigrationPlans.Json;

namespace MigrationPlans.Manifest;

[JsonConverter(typeof(WordConverter<EndpointRole>))]
public enum EndpointRole
{
    Source,
    Target,
}

/// <summary>A server that databases come from or go to. Exactly one of <see cref="Rds"/> and <see cref="Postgres"/> is set.</summary>
public sealed record Endpoint
{
    public required string Name { get; init; }

    public required EndpointRole Role { get; init; }

    /// <summary>Where the manifest declares it: <c>sources.account-a</c>. Key into <see cref="SourceMap"/>.</summary>
    public required string Path { get; init; }

    public RdsInstance? Rds { get; init; }

    public PostgresServer? Postgres { get; init; }

    public required Credentials Credentials { get; init; }

    public required TlsSettings Tls { get; init; }

    /// <summary>A tunnel to the endpoint: connect here, but check TLS names against the endpoint itself.</summary>
    public NetworkAddress? Connect { get; init; }
}

/// <summary>An Amazon RDS instance, found through the AWS API.</summary>
public sealed record RdsInstance
{
    public required string Instance { get; init; }

    public required string Region { get; init; }

    public string? RoleArn { get; init; }

    public string? ExternalId { get; init; }
}

/// <summary>A plain PostgreSQL server.</summary>
/// <param name="Port">1 to 65535; 5432 when the manifest does not say.</param>
public sealed record PostgresServer(string Host, int Port);

/// <param name="Host">A name, an IP address, or the directory of a Unix socket.</param>
/// <param name="Port">1 to 65535; a Unix socket has it in its name.</param>
public sealed record NetworkAddress(string Host, int Port)
{
    /// <summary>As libpq tells them apart. Such a connection is never encrypted, whatever the mode says.</summary>
    public bool IsSocketDirectory => Host.StartsWith('/');
}
