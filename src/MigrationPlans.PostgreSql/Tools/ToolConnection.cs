using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;

namespace MigrationPlans.PostgreSql.Tools;

/// <summary>Tells PostgreSQL's programs by environment where to connect, with the same session settings as our own connections.</summary>
/// <remarks>https://www.postgresql.org/docs/current/libpq-envars.html</remarks>
internal static class ToolConnection
{
    private static readonly string[] SystemCertificates =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ];

    /// <summary>Variables of the caller's own environment that would change where or how we connect.</summary>
    private static readonly string[] Foreign = ["PGSERVICE", "PGHOSTADDR", "PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS", "PGSSLNEGOTIATION", "PGSSLROOTCERT", "PGREQUIREAUTH", "PGPASSWORD", "PGCLIENTENCODING", "PGTZ", "PGDATESTYLE", "PGGEQO"];

    public static async Task<ImmutableDictionary<string, string?>> EnvironmentAsync(ResolvedEndpoint endpoint, string database, SessionKind kind, CancellationToken cancellationToken)
    {
        var environment = Foreign.ToImmutableDictionary(name => name, _ => (string?)null).ToBuilder();
        environment["PGHOST"] = endpoint.Host;
        environment["PGPORT"] = endpoint.Address.Port.ToString(CultureInfo.InvariantCulture);
        environment["PGUSER"] = endpoint.Username;
        environment["PGDATABASE"] = database;
        environment["PGPASSFILE"] = "/dev/null";
        environment["PGAPPNAME"] = "migplan";
        environment["PGCONNECT_TIMEOUT"] = "15";
        environment["PGGSSENCMODE"] = "disable";
        environment["PGOPTIONS"] = SessionSettings.StartupOptions(kind);
        environment["PGSSLMODE"] = ToSslMode(endpoint.Tls.Mode);
        if (endpoint.Address.Host != endpoint.Host)
        {
            // Through a tunnel: connect there, but check the certificate against the server's own name.
            environment["PGHOSTADDR"] = await ToAddressAsync(endpoint.Address.Host, cancellationToken);
        }

        if (endpoint.Tls.Mode is TlsMode.VerifyCa or TlsMode.VerifyFull)
        {
            environment["PGSSLROOTCERT"] = endpoint.Tls.RootCertificate ?? Array.Find(SystemCertificates, File.Exists) ?? "system";
        }

        if (await endpoint.Password(cancellationToken) is { } password)
        {
            environment["PGPASSWORD"] = password.Reveal();
        }

        return environment.ToImmutable();
    }

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
