namespace MigrationPlans.Diagnostics;

/// <summary>Stage 2, second half: what a schema can't say about an endpoint and its login.</summary>
public static class EndpointDiagnostics
{
    private static readonly DiagnosticDescriptor LiteralPasswordDescriptor = new(
        "MP2111", Severity.Error, "a password is written out",
        """
        Manifests are committed, reviewed and logged; a password must not be in them, and one that was is best changed. Say where it is kept:

        ```yaml
        password: { env: NAME }            # an environment variable
        password: { file: path }           # a file, relative to the manifest
        password: { secretArn: "arn:…" }   # AWS Secrets Manager
        ```
        """);

    private static readonly DiagnosticDescriptor NeedsRdsDescriptor = new(
        "MP2113", Severity.Error, "a login that only RDS has is used for a plain PostgreSQL server",
        "`managedSecret` and `iam` ask the RDS API. A `postgres` endpoint logs in with `{ username, password }` or `{ secretArn }`.");

    private static readonly DiagnosticDescriptor UnusedEndpointDescriptor = new(
        "MP2114", Severity.Warning, "an endpoint is not used",
        "No mapping names it. Nothing will be done with it; perhaps a mapping was forgotten.");

    private static readonly DiagnosticDescriptor CredentialsMissingDescriptor = new(
        "MP2116", Severity.Error, "an endpoint has no credentials",
        "Neither the endpoint nor `defaults.endpoint` says how to log in: `{ secretArn }`, `{ managedSecret: true }`, `{ iam: { username } }` or `{ username, password }`.");

    private static readonly DiagnosticDescriptor RegionMissingDescriptor = new(
        "MP2117", Severity.Error, "an RDS endpoint has no region",
        "Neither the endpoint's `rds.region` nor `defaults.endpoint.region` says where the instance is. The region of your shell is not used: the same manifest must mean the same everywhere.");

    private static readonly DiagnosticDescriptor BadEndpointNameDescriptor = new(
        "MP2120", Severity.Error, "an endpoint's name can't be used",
        "An endpoint's name has 1 to 63 characters, no control characters, and no blanks at its ends.");

    private static readonly DiagnosticDescriptor CertificateUnusedDescriptor = new(
        "MP2125", Severity.Warning, "a root certificate is set but not checked",
        "The modes `disable`, `allow` and `prefer` do not check the server's certificate. Use `verify-full`, or `verify-ca` where the name can't match.");

    private static readonly DiagnosticDescriptor IamNeedsTlsDescriptor = new(
        "MP2126", Severity.Error, "an IAM login without TLS",
        "RDS accepts IAM tokens only over TLS, and a token must not travel in the clear. Use `verify-full`.");

    private static readonly DiagnosticDescriptor NotHostDescriptor = new(
        "MP2150", Severity.Error, "a host can't be used",
        """
        `host` is one host name (letters, digits, `.`, `-` and `_`, at most 255), one IP address, or the absolute directory of a Unix socket. Lists of hosts, ports and patterns are understood by some of the
        programs that connect and not by others, which would end a run half-way. An IPv6 address may stand in brackets; a name in another script is written in its ASCII form (`xn--…`).
        """);

    public static Diagnostic LiteralPassword(SourceSpan span, string place) => new()
    {
        Descriptor = LiteralPasswordDescriptor,
        Message = $"a password is written out in {(place.Length == 0 ? "the manifest" : Quoting.Plain(place))}",
        Span = span,
        Label = "not shown here",
        Help = "say where it is kept: `password: { env: NAME }`, `{ file: path }` or `{ secretArn: … }`; and change it, if this file was ever shared",
    };

    public static Diagnostic NeedsRds(SourceSpan span, string endpoint, string kind) => new()
    {
        Descriptor = NeedsRdsDescriptor,
        Message = $"`{kind}` needs an RDS instance, but endpoint `{Quoting.Plain(endpoint)}` is a plain PostgreSQL server",
        Span = span,
        Help = "use `{ username, password }` or `{ secretArn }`",
    };

    public static Diagnostic UnusedEndpoint(SourceSpan span, string endpoint) => new()
    {
        Descriptor = UnusedEndpointDescriptor,
        Message = $"no mapping uses endpoint `{Quoting.Plain(endpoint)}`",
        Span = span,
    };

    public static Diagnostic CredentialsMissing(SourceSpan span, string endpoint) => new()
    {
        Descriptor = CredentialsMissingDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` has no credentials",
        Span = span,
        Help = "add `credentials:` here or under `defaults.endpoint`",
    };

    public static Diagnostic RegionMissing(SourceSpan span, string endpoint) => new()
    {
        Descriptor = RegionMissingDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` has no region",
        Span = span,
        Help = "add `region:` here or under `defaults.endpoint`",
    };

    public static Diagnostic BadEndpointName(SourceSpan span) => new()
    {
        Descriptor = BadEndpointNameDescriptor,
        Message = "this can't name an endpoint",
        Span = span,
    };

    public static Diagnostic CertificateUnused(SourceSpan span, string endpoint, string mode) => new()
    {
        Descriptor = CertificateUnusedDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` has a root certificate, but the mode `{mode}` does not check it",
        Span = span,
        Help = "set `mode: verify-full`",
    };

    public static Diagnostic IamNeedsTls(SourceSpan span, string endpoint) => new()
    {
        Descriptor = IamNeedsTlsDescriptor,
        Message = $"endpoint `{Quoting.Plain(endpoint)}` logs in with an IAM token, which needs TLS",
        Span = span,
        Help = "set `mode: verify-full`",
    };

    public static Diagnostic NotHost(SourceSpan span, string host, string fault) => new()
    {
        Descriptor = NotHostDescriptor,
        Message = $"`{Quoting.Plain(host)}` is no host",
        Span = span,
        Label = fault,
        Help = "name one host, one IP address, or the absolute directory of a Unix socket",
    };
}
