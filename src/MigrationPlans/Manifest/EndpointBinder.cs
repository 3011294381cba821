using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest;

/// <summary>Binds what stands under <c>sources</c> and <c>targets</c>.</summary>
internal static class EndpointBinder
{
    private const int DefaultPort = 5432;

    public static Endpoint Bind(string name, EndpointRole role, string path, MappingNode node) => new()
    {
        Name = name,
        Role = role,
        Path = path,
        Rds = NodeValues.Mapping(node, "rds") is { } rds ? Rds(rds) : null,
        Postgres = NodeValues.Mapping(node, "postgres") is { } postgres
            ? new PostgresServer(Host(postgres), NodeValues.Integer(postgres, "port") ?? DefaultPort)
            : null,
        Credentials = Credentials(NodeValues.Mapping(node, "credentials")),
        Tls = Tls(NodeValues.Mapping(node, "tls"), node.Find("rds") is not null),
        Connect = NodeValues.Mapping(node, "connect") is { } connect
            ? new NetworkAddress(Host(connect), NodeValues.Integer(connect, "port") ?? DefaultPort)
            : null,
    };

    /// <summary>An IPv6 address may stand in brackets, as in a URL; only the driver would understand them.</summary>
    private static string Host(MappingNode node) => NodeValues.Text(node, "host") switch
    {
        ['[', .. var address, ']'] when address.Contains(':', StringComparison.Ordinal) => address,
        var host => host ?? "",
    };

    private static RdsInstance Rds(MappingNode node) => new()
    {
        Instance = NodeValues.Text(node, "instance") ?? "",
        Region = NodeValues.Text(node, "region") ?? "",
        RoleArn = NodeValues.Text(node, "roleArn"),
        ExternalId = NodeValues.Text(node, "externalId"),
    };

    private static Credentials Credentials(MappingNode? node)
    {
        if (NodeValues.Text(node, "secretArn") is { } secret)
        {
            return new SecretCredentials(secret);
        }

        if (NodeValues.Boolean(node, "managedSecret") == true)
        {
            return new ManagedSecretCredentials();
        }

        return NodeValues.Mapping(node, "iam") is { } iam
            ? new IamCredentials(NodeValues.Text(iam, "username") ?? "")
            : new PasswordCredentials(NodeValues.Text(node, "username") ?? "", Password(NodeValues.Mapping(node, "password")));
    }

    private static PasswordReference? Password(MappingNode? node) => node is null ? null : new PasswordReference
    {
        Env = NodeValues.Text(node, "env"),
        File = NodeValues.Text(node, "file"),
        SecretArn = NodeValues.Text(node, "secretArn"),
    };

    private static TlsSettings Tls(MappingNode? node, bool isRds) => new(
        NodeValues.Enumeration<TlsMode>(node, "mode") ?? (isRds ? TlsMode.VerifyFull : TlsMode.Prefer),
        NodeValues.Text(node, "rootCertificate"));
}
