using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>
/// Tells PostgreSQL's programs by environment where to connect, with the same session settings as our own connections, and by a
/// file without a name with which password. Good until it is disposed of; so long, the sessions of the program are watched.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/current/libpq-envars.html</remarks>
internal sealed class ToolConnection : IDisposable
{
    private static readonly string[] SystemCertificates =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    /// <summary>
    /// A path that never exists. libpq checks the server's certificate in every mode once there is a root certificate, by default
    /// ~/.postgresql/root.crt: the account's own would make it refuse, or go on without encryption, where our own connections don't.
    /// </summary>
    private const string NoCertificate = "/dev/null/none";

    /// <summary>Variables of the caller's own environment that would change where or how we connect.</summary>
    private static readonly string[] Foreign =
    [
        "PGSERVICE",
        "PGHOSTADDR",
        "PGTARGETSESSIONATTRS",
        "PGLOADBALANCEHOSTS",
        "PGSSLNEGOTIATION",
        "PGREQUIREAUTH",
        "PGCLIENTENCODING",
        "PGTZ",
        "PGDATESTYLE",
        "PGGEQO",
    ];

    private readonly FetchedPassword password;
    private readonly PassFile? passFile;
    private readonly ToolSessions sessions;

    private ToolConnection(ImmutableDictionary<string, string?> environment, ToolSessions sessions, FetchedPassword password, PassFile? passFile)
    {
        Environment = environment;
        this.sessions = sessions;
        this.password = password;
        this.passFile = passFile;
    }

    public ImmutableDictionary<string, string?> Environment { get; }

    /// <summary>Asks for the password anew.</summary>
    /// <param name="resolved">Where the endpoint is.</param>
    /// <param name="application">What the name of the program's sessions begins with.</param>
    public static async Task<ToolConnection> OpenAsync(
        Endpoint endpoint, ResolvedEndpoint resolved, string database, SessionKind kind, string application, CancellationToken cancellationToken)
    {
        var environment = (await DescribeAsync(resolved, database, kind, cancellationToken)).ToBuilder();
        var password = await FetchedPassword.OfAsync(resolved, cancellationToken);
        var sessions = ToolSessions.Watch(endpoint, database, application);
        environment["PGAPPNAME"] = sessions.ApplicationName;
        if (password.OrNone is not { } known)
        {
            return new ToolConnection(environment.ToImmutable(), sessions, password, passFile: null);
        }

        var passFile = PassFile.Create(known);
        if (passFile is not null)
        {
            environment["PGPASSFILE"] = passFile.Path;
        }
        else
        {
            environment["PGPASSWORD"] = known.Reveal();
        }

        return new ToolConnection(environment.ToImmutable(), sessions, password, passFile);
    }

    /// <summary>There is a password, and another one.</summary>
    public bool HasNewerPasswordThan(ToolConnection other) => password.OrNone?.Reveal() is { } own && own != other.password.OrNone?.Reveal();

    /// <summary>Tells why there is no password, where the program failed because the server asked for one.</summary>
    /// <param name="said">What the program printed, or a message with it.</param>
    public void TellMissingPassword(string said)
    {
        if (ToolFailure.IsWithoutPassword(said))
        {
            password.Reveal();
        }
    }

    public void Dispose()
    {
        sessions.Dispose();
        passFile?.Dispose();
    }

    private static async Task<ImmutableDictionary<string, string?>> DescribeAsync(
        ResolvedEndpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        var environment = Foreign.ToImmutableDictionary(name => name, _ => (string?)null).ToBuilder();
        environment["PGHOST"] = endpoint.Host;
        environment["PGPORT"] = endpoint.Address.Port.ToString(CultureInfo.InvariantCulture);
        environment["PGUSER"] = endpoint.Username;
        environment["PGDATABASE"] = database;
        environment["PGPASSFILE"] = "/dev/null";
        environment["PGCONNECT_TIMEOUT"] = "15";
        environment["PGGSSENCMODE"] = "disable";
        environment["PGOPTIONS"] = SessionSettings.StartupOptions(kind, endpoint.ServerMajor);
        environment["PGSSLMODE"] = ToSslMode(endpoint.Tls.EffectiveMode());
        environment["PGSSLROOTCERT"] = RootCertificate(endpoint.Tls);
        if (endpoint.Address.Host != endpoint.Host)
        {
            // Through a tunnel: connect there, but check the certificate against the server's own name.
            environment["PGHOSTADDR"] = await ToAddressAsync(endpoint.Address.Host, cancellationToken);
        }

        return environment.ToImmutable();
    }

    private static string RootCertificate(TlsSettings settings) =>
        settings.ChecksCertificate() ? settings.RootCertificate ?? Array.Find(SystemCertificates, File.Exists) ?? "system" : NoCertificate;

    private static async Task<string> ToAddressAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out _))
        {
            return host;
        }

        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        return (addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0]).ToString();
    }

    private static string ToSslMode(TlsMode mode) => mode switch
    {
        TlsMode.Disable => "disable",
        TlsMode.Allow => "allow",
        TlsMode.Prefer => "prefer",
        TlsMode.Require => "require",
        TlsMode.VerifyCa => "verify-ca",
        _ => "verify-full",
    };
}
