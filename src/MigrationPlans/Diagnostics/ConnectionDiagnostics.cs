namespace MigrationPlans.Diagnostics;

/// <summary>Stage 3: why a connection to an endpoint's database does not come about.</summary>
public static class ConnectionDiagnostics
{
    private static readonly DiagnosticDescriptor UnreachableDescriptor = new(
        "MP3003", Severity.Error, "a server can't be reached",
        "No connection came about: the name does not resolve, nothing listens on the port, or a firewall drops the packets. Check host and port in the manifest, the security group or pg_hba.conf, and whether a tunnel (`connect`) is up.");

    private static readonly DiagnosticDescriptor LoginRefusedDescriptor = new(
        "MP3004", Severity.Error, "a server refused the login",
        "The server is there but does not let this user in: wrong user name or password, a role without LOGIN, or no matching line in pg_hba.conf. PostgreSQL does not say which, on purpose; its log does.");

    private static readonly DiagnosticDescriptor PasswordMissingDescriptor = new(
        "MP3005", Severity.Error, "a server asks for a password and the manifest names none",
        "Without `password` in `credentials` no password is sent. Name the variable or file that holds it.");

    private static readonly DiagnosticDescriptor DatabaseMissingDescriptor = new(
        "MP3006", Severity.Error, "a database does not exist",
        "The mapping's `from` names a database that the server does not have (names are case-sensitive), or somebody has dropped or renamed a target database while the plan was being carried out.");

    private static readonly DiagnosticDescriptor ConnectDeniedDescriptor = new(
        "MP3007", Severity.Error, "the login may not connect to a database",
        "The login exists, but has no CONNECT right on the database, or the database accepts no connections (`ALLOW_CONNECTIONS false`).");

    private static readonly DiagnosticDescriptor TlsFailedDescriptor = new(
        "MP3008", Severity.Error, "an encrypted connection can't be made as the manifest asks",
        "The server offers no TLS, or its certificate does not pass `tls.mode`: `verify-ca` wants a chain up to `tls.rootCertificate`, `verify-full` also the endpoint's own host name in the certificate. Through a tunnel (`connect`) the endpoint's name is checked, not the tunnel's.");

    private static readonly DiagnosticDescriptor ServerBusyDescriptor = new(
        "MP3009", Severity.Error, "a server takes no connection now",
        "All connection slots are in use, or the server is starting, stopping or recovering. Trying again later helps.");

    private static readonly DiagnosticDescriptor RootCertificateUnreadableDescriptor = new(
        "MP3010", Severity.Error, "the root certificate can't be read",
        "`tls.rootCertificate` is a PEM file, relative to the manifest. It must exist and be readable for the user that runs migplan.");

    private static readonly DiagnosticDescriptor InspectionFailedDescriptor = new(
        "MP3011", Severity.Error, "a database could not be inspected",
        "The connection came about, but a statement that only reads catalogs failed. A lock that is held for long (10 s) on a table is one cause.");

    private static readonly DiagnosticDescriptor ServerTooOldDescriptor = new(
        "MP3012", Severity.Error, "a server is too old",
        "PostgreSQL 12 and newer can be read and written.");

    private static readonly DiagnosticDescriptor PasswordEmptyDescriptor = new(
        "MP3013", Severity.Error, "a server asks for a password and what should hold it is empty",
        "The variable, file or secret that `password` in `credentials` names is there, but nothing is in it, or nothing but a line break.");

    private static readonly DiagnosticDescriptor PoolerBetweenDescriptor = new(
        "MP3014", Severity.Error, "a connection pooler stands before the server",
        "A session of PgBouncer, RDS Proxy or another pooler is not a session of the server: it does not keep the settings, locks and snapshots that a migration stands on. Such a pooler refuses the settings that a session asks for when it starts, or drops them without a word. A login trigger that sets them anew shows in the same way.");

    private const string PoolerWayOut = "name the server's own host and port instead of the pooler's (PgBouncer, RDS Proxy)";

    public static Diagnostic Unreachable(string subject, string address, string reason) =>
        Make(
            UnreachableDescriptor,
            subject,
            $"{subject} can't be reached at {address}: {reason}",
            "check host, port and network path; if it needs a tunnel, open it and name it in `connect`");

    public static Diagnostic LoginRefused(string subject, string username, string sqlState, string message) =>
        Make(
            LoginRefusedDescriptor,
            subject,
            $"{subject} refuses the login of `{username}`: {message} (SQLSTATE {sqlState})",
            "check the user name and the password that `credentials` refers to, and the server's pg_hba.conf");

    public static Diagnostic PasswordMissing(string subject, string username) =>
        Make(
            PasswordMissingDescriptor,
            subject,
            $"{subject} asks for the password of `{username}`, and the manifest names none",
            "write `password: { env: NAME }` or `password: { file: PATH }` under `credentials`");

    public static Diagnostic PasswordEmpty(string subject, string username) =>
        Make(
            PasswordEmptyDescriptor,
            subject,
            $"{subject} asks for the password of `{username}`, and the one that `credentials` names is empty",
            "fill the variable, file or secret that `credentials` names");

    public static Diagnostic DatabaseMissing(string subject) =>
        Make(
            DatabaseMissingDescriptor,
            subject,
            $"the database {subject} does not exist",
            "check the name; `psql -l` lists the databases of a server. If it is a target that this plan made and somebody has dropped or renamed: "
            + "`migplan rollback MANIFEST --target ENDPOINT/DATABASE` lets go of it alone (with `--earlier` where a plan before the last one "
            + "had finished it), and `migplan apply` makes it anew");

    public static Diagnostic ConnectDenied(string subject, string username, string message) =>
        Make(
            ConnectDeniedDescriptor,
            subject,
            $"`{username}` may not connect to {subject}: {message}",
            $"as the database's owner: GRANT CONNECT ON DATABASE … TO {username}; one that takes no connections: ALTER DATABASE … ALLOW_CONNECTIONS true");

    public static Diagnostic TlsFailed(string subject, string mode, string reason) =>
        Make(
            TlsFailedDescriptor,
            subject,
            $"no TLS connection to {subject} with tls.mode {mode}: {reason}",
            "check `tls.mode`, `tls.rootCertificate` and the endpoint's host name");

    public static Diagnostic ServerBusy(string subject, string sqlState, string message) =>
        Make(
            ServerBusyDescriptor,
            subject,
            $"{subject} takes no connection now: {message} (SQLSTATE {sqlState})",
            "run the same command again later; a lower `parallelism` needs fewer connections");

    public static Diagnostic RootCertificateUnreadable(string endpoint, string path, string reason) =>
        Make(
            RootCertificateUnreadableDescriptor,
            endpoint,
            $"the root certificate `{path}` of endpoint `{endpoint}` can't be read: {reason}",
            "the path is relative to the manifest");

    public static Diagnostic InspectionFailed(string subject, string reason) =>
        Make(InspectionFailedDescriptor, subject, $"{subject} could not be inspected: {reason}", null);

    public static Diagnostic ServerTooOld(string subject, string version) =>
        Make(ServerTooOldDescriptor, subject, $"{subject} runs PostgreSQL {version}; 12 is the oldest that is supported", "upgrade the server first");

    public static Diagnostic PoolerBetween(string subject, string sqlState, string message) =>
        Make(
            PoolerBetweenDescriptor,
            subject,
            $"{subject} does not take the settings that a session starts with: {message} (SQLSTATE {sqlState})",
            PoolerWayOut);

    /// <param name="settings">Their names.</param>
    public static Diagnostic SettingsLost(string subject, IEnumerable<string> settings) =>
        Make(
            PoolerBetweenDescriptor,
            subject,
            $"a session of {subject} does not have the settings that it started with: {string.Join(", ", settings)}",
            PoolerWayOut);

    private static Diagnostic Make(DiagnosticDescriptor descriptor, string subject, string message, string? help) =>
        new() { Descriptor = descriptor, Message = message, Subject = subject, Help = help };
}
