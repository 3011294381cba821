using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MigrationPlans.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using Npgsql;

namespace MigrationPlans.PostgreSql.Connections;

/// <summary>The driver's settings for an endpoint; TLS modes mean what they mean to libpq.</summary>
internal static class EndpointDataSource
{
    /// <summary>
    /// For a login, without fetching the password; for each attempt at one of a name's addresses, and for a cancel
    /// request, the driver sees to it.
    /// </summary>
    public const int ConnectSeconds = 15;

    /// <param name="password">Asked only when the server asks.</param>
    /// <exception cref="StepFailedException">The root certificate can't be read.</exception>
    public static NpgsqlDataSource Build(ResolvedEndpoint endpoint, string database, SessionKind kind, FetchedPassword password)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = endpoint.Address.Host,
            Port = endpoint.Address.Port,
            Database = database,
            Username = endpoint.Username,
            ApplicationName = "migplan",
            Options = SessionSettings.StartupOptions(kind, endpoint.ServerMajor),
            SslMode = ToSslMode(endpoint),
            // GSS encryption would outrank TLS, and asking for it costs a round trip.
            GssEncryptionMode = GssEncryptionMode.Disable,
            ClientEncoding = "UTF8",
            // What is set after the start of a session does not outlast its return to the pool.
            Pooling = kind is SessionKind.SourceRead or SessionKind.Target && endpoint.ServerMajor is not null,
            // The steps of a database follow each other at once; whoever waits longer than this is not needed now.
            ConnectionIdleLifetime = 2,
            ConnectionPruningInterval = 1,
            // Workers are limited elsewhere: nobody may wait here for another's connection.
            MaxPoolSize = 1024,
            Timeout = ConnectSeconds,
            CommandTimeout = 0,
            KeepAlive = 30,
            // The driver's own are sent between statements only.
            TcpKeepAliveTime = endpoint.Address.IsSocketDirectory ? 0 : KeepAlive.Seconds,
            TcpKeepAliveInterval = endpoint.Address.IsSocketDirectory ? 0 : KeepAlive.SecondsBetween,
            MaxAutoPrepare = 0,
            IncludeErrorDetail = true,
        };
        // The full builder prepares for every type that there is, which costs each start of the program a tenth of a second.
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableArrays();
        // Only built-in types are read as values; rows are relayed unparsed. Loading a database's types costs a query per connect.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        builder.UsePasswordProvider(
            _ => throw new NotSupportedException("connections are opened asynchronously"),
            (_, _) => ValueTask.FromResult(password.Reveal()));

        builder.UseSslClientAuthenticationOptionsCallback(options => Adjust(options, endpoint));
        if (endpoint.Tls is { RootCertificate: { } path, Mode: not TlsMode.Disable })
        {
            CheckReadable(endpoint.Name, path);
        }

        return builder.Build();
    }

    private static void Adjust(SslClientAuthenticationOptions options, ResolvedEndpoint endpoint)
    {
        // Through a tunnel the certificate is still the server's.
        options.TargetHost = endpoint.Host;
        if (endpoint.Tls.ChecksCertificate())
        {
            // The driver would put PGSSLROOTCERT or the account's ~/.postgresql/root.crt in the place of the system's store, and does not say what is wrong.
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => endpoint.Accepts(certificate, chain, errors);
        }
    }

    private static void CheckReadable(string endpoint, string path)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            if (certificates.Count == 0)
            {
                throw new CryptographicException("it holds no PEM certificate");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            var reason = Directory.Exists(path) ? "it is a directory" : exception.Message;
            throw new StepFailedException(ConnectionDiagnostics.RootCertificateUnreadable(endpoint, path, reason), FailureClass.Permanent, exception);
        }
    }

    private static SslMode ToSslMode(ResolvedEndpoint endpoint) => endpoint.Tls.Mode switch
    {
        // As libpq: a Unix socket needs no encryption and gets none.
        _ when endpoint.Address.IsSocketDirectory => SslMode.Disable,
        TlsMode.Disable => SslMode.Disable,
        TlsMode.Allow => SslMode.Allow,
        TlsMode.Prefer => SslMode.Prefer,
        // In the modes that check, the driver lets nobody else do it.
        _ => SslMode.Require,
    };
}
