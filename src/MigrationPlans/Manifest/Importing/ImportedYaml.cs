using System.Globalization;
using System.Text;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest.Importing;

/// <summary>Writes the manifest of an import the way that a person would.</summary>
internal static class ImportedYaml
{
    public static string Write(string name, string file, List<ImportedEndpoint> sources, List<ImportedEndpoint> targets, List<MappingLine> lines)
    {
        var yaml = new StringBuilder();
        yaml.Append($"# Imported from {SingleLine(Path.GetFileName(file))}. Passwords stay where they are: each is read from the environment variable that its endpoint names.\n");
        yaml.Append($"apiVersion: migrationplans.dev/v1\nkind: MigrationPlan\nmetadata:\n  name: {YamlText.Scalar(name)}\n");
        Append(yaml, "sources", sources);
        Append(yaml, "targets", targets);
        yaml.Append("databases:\n");
        foreach (var line in lines)
        {
            yaml.Append($"  - {{ from: {Address(line.From, sources)}, to: {Address(line.To, targets)} }}\n");
        }

        return yaml.ToString();
    }

    private static void Append(StringBuilder yaml, string property, List<ImportedEndpoint> endpoints)
    {
        yaml.Append(property).Append(":\n");
        foreach (var endpoint in endpoints)
        {
            var login = endpoint.Login;
            var password = endpoint.PasswordVariable is { } variable ? $", password: {{ env: {variable} }}" : "";
            yaml.Append($"  {YamlText.Scalar(endpoint.Name)}:\n");
            yaml.Append($"    postgres: {{ host: {YamlText.Scalar(login.Host)}, port: {login.Port.ToString(CultureInfo.InvariantCulture)} }}\n");
            yaml.Append($"    credentials: {{ username: {YamlText.Scalar(login.User)}{password} }}\n");
            if (endpoint is not { TlsMode: null, RootCertificate: null })
            {
                yaml.Append($"    tls: {{ {Tls(endpoint)} }}\n");
            }
        }
    }

    private static string Tls(ImportedEndpoint endpoint)
    {
        // libpq itself treats `require` with a certificate as verify-ca; the manifest says what is meant.
        var mode = endpoint is { TlsMode: "require", RootCertificate: not null } ? "verify-ca" : endpoint.TlsMode;
        return string.Join(", ", new[]
        {
            mode is null ? null : $"mode: {mode}",
            endpoint.RootCertificate is null ? null : $"rootCertificate: {YamlText.Scalar(endpoint.RootCertificate)}",
        }.OfType<string>());
    }

    private static string Address(DatabaseUrl url, List<ImportedEndpoint> endpoints)
    {
        var endpoint = endpoints.Single(candidate => candidate.Login == ServerLogin.Of(url)).Name;
        return url.Database.AsSpan().ContainsAny('/', '*')
            ? $"{{ endpoint: {YamlText.Scalar(endpoint)}, database: {YamlText.Scalar(url.Database)} }}"
            : YamlText.Scalar($"{endpoint}/{url.Database}");
    }

    private static string SingleLine(string text) => new([.. text.Where(c => !char.IsControl(c))]);
}
