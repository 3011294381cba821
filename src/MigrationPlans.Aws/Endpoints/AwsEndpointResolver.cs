using MigrationPlans.Aws.Accounts;
using MigrationPlans.Aws.ThinClients.Rds;
using MigrationPlans.Diagnostics;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using ManifestEndpoint = MigrationPlans.Manifest.Endpoint;

namespace MigrationPlans.Aws.Endpoints;

/// <summary>
/// Resolves every endpoint of a manifest: <c>rds</c> ones through the AWS API, <c>postgres</c> ones as they stand; passwords come from
/// Secrets Manager, as RDS IAM tokens, from the environment or from files.
/// </summary>
/// <remarks>AWS is asked, and credentials are looked for, only when an endpoint needs it.</remarks>
/// <param name="baseDirectory">What relative paths in the manifest start from: the manifest's directory.</param>
/// <param name="session">Stays the caller's to dispose of.</param>
public sealed class AwsEndpointResolver(string baseDirectory, AwsSession session, TimeProvider clock) : IEndpointResolver
{
    private readonly LocalPasswords localPasswords = new(baseDirectory);
    private readonly SecretCache secrets = new(clock);

    public AwsEndpointResolver(string baseDirectory)
        : this(baseDirectory, new AwsSession(), TimeProvider.System)
    {
    }

    public async Task<ResolvedEndpoint> ResolveAsync(ManifestEndpoint endpoint, CancellationToken cancellationToken)
    {
        var tls = endpoint.Tls with { RootCertificate = RootCertificate(endpoint) };
        if (endpoint.Postgres is { } server)
        {
            return await LogInAsync(endpoint, new Found(server.Host, server.Port, Instance: null), tls, cancellationToken);
        }

        var rds = endpoint.Rds ?? throw new ArgumentException("an endpoint is either rds or postgres", nameof(endpoint));
        var instance = await RdsInstances.GetAsync(Open(endpoint, rds.Region), rds.Instance, cancellationToken);
        var (host, port) = InstanceChecks.Check(instance, endpoint);
        return await LogInAsync(endpoint, new Found(host, port, instance), tls, cancellationToken);
    }

    private async Task<ResolvedEndpoint> LogInAsync(ManifestEndpoint endpoint, Found found, TlsSettings tls, CancellationToken cancellationToken)
    {
        var login = endpoint.Credentials switch
        {
            SecretCredentials secret => await SecretLoginAsync(endpoint, secret.SecretArn, cancellationToken),
            ManagedSecretCredentials => await SecretLoginAsync(endpoint, ManagedSecret(endpoint, found.Instance), cancellationToken),
            IamCredentials iam => IamLogin(endpoint, found, iam),
            PasswordCredentials { Password: { SecretArn: { } arn } } password => PasswordInSecret(endpoint, password.Username, arn),
            PasswordCredentials password => new Login(password.Username, token => localPasswords.ReadAsync(endpoint, password.Password, token), Refused: null),
            _ => throw new ArgumentException("unknown kind of credentials", nameof(endpoint)),
        };
        return new ResolvedEndpoint
        {
            Name = endpoint.Name,
            Host = found.Host,
            Address = endpoint.Connect ?? new NetworkAddress(found.Host, found.Port),
            Username = login.Username,
            Password = login.Password,
            PasswordRefused = login.Refused,
            Rds = found.Instance is { } instance ? RdsInstances.Describe(instance, endpoint) : null,
            Tls = tls,
        };
    }

    /// <summary>User and password both from the secret. The user is settled here: a later secret must name the same.</summary>
    private async Task<Login> SecretLoginAsync(ManifestEndpoint endpoint, string arn, CancellationToken cancellationToken)
    {
        var account = OpenForSecret(endpoint, arn);
        var username = (await secrets.GetAsync(account, arn, cancellationToken)).Username
            ?? throw new DiagnosticException(RdsEndpointDiagnostics.SecretMalformed(endpoint.Name, arn, "has no `username`"));
        return new Login(username, ReadAsync, () => secrets.Forget(account, arn));

        async ValueTask<Secret?> ReadAsync(CancellationToken token)
        {
            var secret = await secrets.GetAsync(account, arn, token);
            return secret.Username == username
                ? secret.Password ?? throw new DiagnosticException(RdsEndpointDiagnostics.SecretMalformed(endpoint.Name, arn, "has no `password`"))
                : throw new DiagnosticException(RdsEndpointDiagnostics.SecretUserChanged(endpoint.Name, arn, username, secret.Username ?? "(none)"));
        }
    }

    private Login PasswordInSecret(ManifestEndpoint endpoint, string username, string arn)
    {
        var account = OpenForSecret(endpoint, arn);
        return new Login(username, ReadAsync, () => secrets.Forget(account, arn));

        async ValueTask<Secret?> ReadAsync(CancellationToken token) =>
            (await secrets.GetAsync(account, arn, token)).Password
            ?? throw new DiagnosticException(RdsEndpointDiagnostics.SecretMalformed(endpoint.Name, arn, "has no `password`"));
    }

    /// <summary>A token for each connection, made for the instance's own name even where a tunnel leads there.</summary>
    private Login IamLogin(ManifestEndpoint endpoint, Found found, IamCredentials iam)
    {
        if (endpoint.Rds is not { } rds || found.Instance is not { } instance)
        {
            throw new DiagnosticException(RdsEndpointDiagnostics.IamNotEnabled(endpoint.Name, found.Host));
        }

        InstanceChecks.CheckIam(instance, endpoint);
        var account = Open(endpoint, rds.Region);
        return new Login(iam.Username, ReadAsync, Refused: null);

        async ValueTask<Secret?> ReadAsync(CancellationToken token) => new Secret(await account.CallAsync(
            "rds-db:connect",
            "*",
            () => RDSAuthTokenGenerator.GenerateAuthTokenAsync(
                account.Credentials, Amazon.RegionEndpoint.GetBySystemName(rds.Region), found.Host, found.Port, iam.Username, token),
            token));
    }

    private static string ManagedSecret(ManifestEndpoint endpoint, DBInstance? instance) =>
        instance?.MasterUserSecret?.SecretArn
        ?? throw new DiagnosticException(RdsEndpointDiagnostics.NoManagedSecret(endpoint.Name, instance?.DBInstanceIdentifier ?? endpoint.Name));

    private AwsAccount Open(ManifestEndpoint endpoint, string region) =>
        session.Open(new AwsAccess(endpoint.Name, region, endpoint.Rds?.RoleArn, endpoint.Rds?.ExternalId));

    /// <summary>With the endpoint's own role, so that a secret can stay in the account it belongs to.</summary>
    private AwsAccount OpenForSecret(ManifestEndpoint endpoint, string arn) =>
        Open(endpoint, endpoint.Rds?.Region ?? Arn.Region(arn)
            ?? throw new DiagnosticException(RdsEndpointDiagnostics.SecretMissing(endpoint.Name, arn, "that is not an ARN")));

    private string? RootCertificate(ManifestEndpoint endpoint)
    {
        if (endpoint.Tls.RootCertificate is not { } path)
        {
            return null;
        }

        var full = Path.GetFullPath(path, baseDirectory);
        return endpoint.Tls.Mode == TlsMode.Disable || Path.Exists(full)
            ? full
            : throw new DiagnosticException(RdsEndpointDiagnostics.RootCertificateMissing(endpoint.Name, full));
    }

    private sealed record Found(string Host, int Port, DBInstance? Instance);

    private sealed record Login(string Username, Func<CancellationToken, ValueTask<Secret?>> Password, Action? Refused);
}
