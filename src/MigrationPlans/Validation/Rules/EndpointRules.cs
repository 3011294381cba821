using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary>What makes an endpoint reachable: login, region, TLS.</summary>
internal sealed class EndpointRules : ManifestRule
{
    public EndpointRules()
    {
        ForEach(input => input.Endpoints, CheckCredentials);
        ForEach(input => input.Endpoints, CheckRegion);
        ForEach(input => input.Endpoints, CheckTls);
    }

    private static void CheckCredentials(RuleInput input, Endpoint endpoint, Action<string, Diagnostic> report)
    {
        var path = $"{endpoint.Path}.credentials";
        var node = Node(input, endpoint);
        if (node?.Find("credentials") is null)
        {
            report(path, EndpointDiagnostics.CredentialsMissing(input.Key(endpoint.Path), endpoint.Name));
            return;
        }

        if (node["credentials"] is MappingNode credentials && credentials.Find("password") is { } password)
        {
            CheckPassword(input, credentials, password, path, report);
        }

        if (endpoint is { Postgres: not null, Credentials: ManagedSecretCredentials or IamCredentials })
        {
            var kind = endpoint.Credentials is IamCredentials ? "iam" : "managedSecret";
            report($"{path}.{kind}", EndpointDiagnostics.NeedsRds(input.Key($"{path}.{kind}"), endpoint.Name, kind));
        }
    }

    /// <summary>The schema takes a password alone, because the defaults may have the username.</summary>
    private static void CheckPassword(RuleInput input, MappingNode credentials, ManifestProperty password, string path, Action<string, Diagnostic> report)
    {
        if (credentials.Properties.FirstOrDefault(property => property.Key is "secretArn" or "managedSecret" or "iam") is { } other)
        {
            report(path, ManifestSchemaDiagnostics.SeveralAlternatives(password.KeySpan, path, [other.Key, "password"]));
        }
        else if (credentials.Find("username") is null && !input.IsBroken($"{path}.username"))
        {
            report(path, ManifestSchemaDiagnostics.MissingProperty(input.Key(path), "username", path, "a password"));
        }
    }

    private static void CheckRegion(RuleInput input, Endpoint endpoint, Action<string, Diagnostic> report)
    {
        if (endpoint.Rds is { Region: "" } && (Node(input, endpoint)?["rds"] as MappingNode)?.Find("region") is null)
        {
            report($"{endpoint.Path}.rds.region", EndpointDiagnostics.RegionMissing(input.Key($"{endpoint.Path}.rds"), endpoint.Name));
        }
    }

    private static void CheckTls(RuleInput input, Endpoint endpoint, Action<string, Diagnostic> report)
    {
        var path = $"{endpoint.Path}.tls";
        if (endpoint is { Credentials: IamCredentials, Rds: not null, Tls.Mode: TlsMode.Disable or TlsMode.Allow or TlsMode.Prefer })
        {
            report($"{path}.mode", EndpointDiagnostics.IamNeedsTls(input.Value($"{path}.mode"), endpoint.Name));
        }
        else if (endpoint.Tls is { Mode: TlsMode.Disable or TlsMode.Allow or TlsMode.Prefer, RootCertificate: not null })
        {
            report(
                $"{path}.rootCertificate",
                EndpointDiagnostics.CertificateUnused(input.Key($"{path}.rootCertificate"), endpoint.Name, NodeValues.Kebab(endpoint.Tls.Mode.ToString())));
        }
    }

    private static MappingNode? Node(RuleInput input, Endpoint endpoint) =>
        (input.Root[endpoint.Role == EndpointRole.Source ? "sources" : "targets"] as MappingNode)?[endpoint.Name] as MappingNode;
}
