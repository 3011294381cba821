namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3: RDS instances and secrets that an endpoint names, as they were found.</summary>
public static class RdsEndpointDiagnostics
{
    private static readonly DiagnosticDescriptor InstanceMissingDescriptor = new(
        "MP3510", Severity.Error, "an RDS instance is not there",
        "The account and region that the endpoint names have no instance of that identifier. Check identifier, `region` and `roleArn`: the role decides which account is looked into.");

    private static readonly DiagnosticDescriptor EngineUnsupportedDescriptor = new(
        "MP3511", Severity.Error, "an RDS instance runs another engine",
        """
        migplan works with RDS for PostgreSQL. Aurora keeps its data in a cluster volume with its own snapshots and endpoints,
        and other engines are not PostgreSQL. An Aurora PostgreSQL cluster can be used as a `postgres` endpoint: name its writer's host.
        """);

    private static readonly DiagnosticDescriptor InstanceNotUsableDescriptor = new(
        "MP3512", Severity.Error, "an RDS instance takes no connections",
        "The instance's status says that it can't be connected to. Wait, start it, or see in the RDS console what it needs.");

    private static readonly DiagnosticDescriptor NoManagedSecretDescriptor = new(
        "MP3513", Severity.Error, "an RDS instance has no managed master secret",
        "With `managedSecret: true` the login is the secret that RDS manages for the master user. The instance has none: turn it on (ManageMasterUserPassword), or name a `secretArn`.");

    private static readonly DiagnosticDescriptor IamNotEnabledDescriptor = new(
        "MP3514", Severity.Error, "IAM authentication is off on an RDS instance",
        "Tokens are taken only where IAM database authentication is on, from roles that are granted `rds_iam`.");

    private static readonly DiagnosticDescriptor IamNeedsTlsDescriptor = new(
        "MP3515", Severity.Error, "IAM authentication needs TLS",
        "RDS takes tokens only over an encrypted connection. Use `tls.mode` `require` or stricter; `verify-full` is the default.");

    private static readonly DiagnosticDescriptor SecretMissingDescriptor = new(
        "MP3520", Severity.Error, "a secret is not there",
        "Secrets Manager has no secret of that ARN in its region, or it is marked for deletion.");

    private static readonly DiagnosticDescriptor SecretMalformedDescriptor = new(
        "MP3521", Severity.Error, "a secret does not hold what a login needs",
        """
        A login secret is JSON as RDS writes it: `{"username": "…", "password": "…"}`; other keys are ignored. For `password.secretArn`
        the secret may also be the bare password.
        """);

    private static readonly DiagnosticDescriptor SecretUserChangedDescriptor = new(
        "MP3522", Severity.Error, "a secret names another user than before",
        "The secret was rotated to another user while migplan was running (the alternating-users strategy). Run the same command again: it starts over with the new user, and an `apply` resumes.");

    private static readonly DiagnosticDescriptor RootCertificateMissingDescriptor = new(
        "MP3530", Severity.Error, "the root certificate file is missing",
        """
        `tls.rootCertificate` names a file that is not there; the path is relative to the manifest. Amazon's roots for RDS are
        one file for all regions: https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem
        """);

    public static Diagnostic InstanceMissing(string endpoint, string instance, string account, string region, string seen) => new()
    {
        Descriptor = InstanceMissingDescriptor,
        Message = $"account {account} has no RDS instance `{instance}` in {region}",
        Detail = seen,
        Help = "check the identifier, `region` and `roleArn`",
        Subject = endpoint,
    };

    public static Diagnostic EngineUnsupported(string endpoint, string instance, string engine) => new()
    {
        Descriptor = EngineUnsupportedDescriptor,
        Message = $"RDS instance `{instance}` runs `{engine}`, not `postgres`",
        Help = engine.StartsWith("aurora-postgresql", StringComparison.Ordinal)
            ? "name the cluster's writer as a `postgres` endpoint instead"
            : "take it out of the manifest",
        Subject = endpoint,
    };

    public static Diagnostic InstanceNotUsable(string endpoint, string instance, string status) => new()
    {
        Descriptor = InstanceNotUsableDescriptor,
        Message = $"RDS instance `{instance}` is `{status}`",
        Help = status is "stopped" or "stopping"
            ? $"aws rds start-db-instance --db-instance-identifier {instance}"
            : "wait until it is `available`, then run the same command again",
        Subject = endpoint,
    };

    public static Diagnostic NoManagedSecret(string endpoint, string instance) => new()
    {
        Descriptor = NoManagedSecretDescriptor,
        Message = $"RDS instance `{instance}` has no master secret that RDS manages",
        Help = $"aws rds modify-db-instance --db-instance-identifier {instance} --manage-master-user-password --apply-immediately, or name a `secretArn`",
        Subject = endpoint,
    };

    public static Diagnostic IamNotEnabled(string endpoint, string instance) => new()
    {
        Descriptor = IamNotEnabledDescriptor,
        Message = $"RDS instance `{instance}` does not take IAM tokens",
        Help = $"aws rds modify-db-instance --db-instance-identifier {instance} --enable-iam-database-authentication --apply-immediately, and GRANT rds_iam to the user",
        Subject = endpoint,
    };

    public static Diagnostic IamNeedsTls(string endpoint, string mode) => new()
    {
        Descriptor = IamNeedsTlsDescriptor,
        Message = $"endpoint `{endpoint}` logs in with an IAM token, which needs TLS, but `tls.mode` is `{mode}`",
        Help = "say `tls: { mode: verify-full }`",
        Subject = endpoint,
    };

    public static Diagnostic SecretMissing(string endpoint, string secretArn, string reason) => new()
    {
        Descriptor = SecretMissingDescriptor,
        Message = $"the secret of endpoint `{endpoint}` can't be had: {reason}",
        Detail = secretArn,
        Help = "check the ARN: region, account, and the six characters after the name",
        Subject = endpoint,
    };

    public static Diagnostic SecretMalformed(string endpoint, string secretArn, string lack) => new()
    {
        Descriptor = SecretMalformedDescriptor,
        Message = $"the secret of endpoint `{endpoint}` {lack}",
        Detail = secretArn,
        Help = """it should be JSON with the keys "username" and "password" """.TrimEnd(),
        Subject = endpoint,
    };

    public static Diagnostic SecretUserChanged(string endpoint, string secretArn, string before, string now) => new()
    {
        Descriptor = SecretUserChangedDescriptor,
        Message = $"the secret of endpoint `{endpoint}` now names user `{now}`, not `{before}`",
        Detail = secretArn,
        Help = "run the same command again",
        Subject = endpoint,
    };

    public static Diagnostic RootCertificateMissing(string endpoint, string path) => new()
    {
        Descriptor = RootCertificateMissingDescriptor,
        Message = $"the root certificate of endpoint `{endpoint}` is not at `{path}`",
        Help = "download https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem there",
        Subject = endpoint,
    };
}
