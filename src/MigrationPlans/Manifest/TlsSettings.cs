using System.Text.Json.Serialization;
using MigrationPlans.Json;

namespace MigrationPlans.Manifest;

/// <summary>libpq's sslmode values, with libpq's meaning.</summary>
[JsonConverter(typeof(WordConverter<TlsMode>))]
public enum TlsMode
{
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// <param name="RootCertificate">Path of a PEM file, relative to the manifest; null means the system's store.</param>
public sealed record TlsSettings(TlsMode Mode, string? RootCertificate);
