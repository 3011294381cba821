using System.Text.Json.Serialization;

namespace MigrationPlans.Manifest;

/// <summary>How to log in; holds references only, never a secret.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(SecretCredentials), nameof(SecretCredentials))]
[JsonDerivedType(typeof(ManagedSecretCredentials), nameof(ManagedSecretCredentials))]
[JsonDerivedType(typeof(IamCredentials), nameof(IamCredentials))]
[JsonDerivedType(typeof(PasswordCredentials), nameof(PasswordCredentials))]
public abstract record Credentials;

/// <summary>A Secrets Manager secret with <c>username</c> and <c>password</c> keys.</summary>
public sealed record SecretCredentials(string SecretArn) : Credentials;

/// <summary>The instance's RDS-managed master user secret.</summary>
public sealed record ManagedSecretCredentials : Credentials;

/// <summary>An RDS IAM authentication token for the user.</summary>
public sealed record IamCredentials(string Username) : Credentials;

/// <summary>A user name and a reference to the password; no reference means no password is sent (trust, peer, .pgpass is not read).</summary>
public sealed record PasswordCredentials(string Username, PasswordReference? Password) : Credentials;

/// <summary>Where a password is kept. Exactly one is set.</summary>
public sealed record PasswordReference
{
    /// <summary>Name of an environment variable.</summary>
    public string? Env { get; init; }

    /// <summary>Path of a file, relative to the manifest; one trailing line break is dropped.</summary>
    public string? File { get; init; }

    /// <summary>A Secrets Manager secret: its <c>password</c> key, or the whole text when it is not JSON.</summary>
    public string? SecretArn { get; init; }
}
