using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Manifest.Importing;

/// <summary>A mapping file as a manifest.</summary>
/// <param name="Yaml">The manifest's text; null when there is an error.</param>
/// <param name="Variables">The environment variables that it refers to for passwords, and what for.</param>
public sealed record ImportedManifest(string? Yaml, ImmutableArray<PasswordVariable> Variables, ImmutableArray<Diagnostic> Diagnostics);

/// <param name="Login">Whose password it holds: <c>user@host:port</c>.</param>
public sealed record PasswordVariable(string Name, string Login);

/// <summary>Turns a file of <c>old_url@@new_url</c> lines into a manifest without a password in it.</summary>
public static class MappingImport
{
    /// <summary>libpq's, from lax to strict; a line without one comes before all.</summary>
    private static readonly string[] TlsModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

    /// <param name="file">The name that findings show.</param>
    /// <param name="planName">Anything; made into a DNS label.</param>
    public static ImportedManifest Import(string file, string text, string planName)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var lines = Read(file, text, diagnostics);
        lines = CheckTargets(lines, diagnostics);
        if (lines.Count == 0 && diagnostics.Count == 0)
        {
            diagnostics.Add(ImportDiagnostics.NoLines(new SourceSpan(file, 1, 1, 1, 1)));
        }

        if (diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            return new ImportedManifest(null, [], diagnostics.ToImmutable());
        }

        var sources = Endpoints(lines, line => line.From, "SOURCE", diagnostics);
        var targets = Endpoints(lines, line => line.To, "TARGET", diagnostics);
        var yaml = ImportedYaml.Write(EndpointNames.Slug(planName), file, sources, targets, lines);
        ImmutableArray<PasswordVariable> variables =
        [
            .. sources.Concat(targets)
                .Where(endpoint => endpoint.PasswordVariable is not null)
                .Select(endpoint => new PasswordVariable(endpoint.PasswordVariable!, $"{endpoint.Login.User}@{endpoint.Login.Host}:{endpoint.Login.Port}")),
        ];
        return new ImportedManifest(yaml, variables, diagnostics.ToImmutable());
    }

    private static List<MappingLine> Read(string file, string text, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var lines = new List<MappingLine>();
        var number = 0;
        foreach (var content in SourceLines.Split(text))
        {
            number++;
            var (line, diagnostic) = MappingLine.Parse(content, new SourceSpan(file, number, 1, number, Math.Max(1, content.Length) + 1));
            if (line is not null)
            {
                lines.Add(line);
                diagnostics.AddRange(line.From.Ignored.Concat(line.To.Ignored).Distinct(StringComparer.Ordinal)
                    .Select(parameter => ImportDiagnostics.ParameterIgnored(line.Span, parameter)));
            }
            else if (diagnostic is not null)
            {
                diagnostics.Add(diagnostic);
            }
        }

        return lines;
    }

    /// <summary>Drops repeated lines and refuses what a manifest would refuse, while the line is still known.</summary>
    private static List<MappingLine> CheckTargets(List<MappingLine> lines, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var kept = new Dictionary<(string, int, string), MappingLine>();
        foreach (var line in lines)
        {
            var target = Place(line.To);
            if (Place(line.From) == target)
            {
                diagnostics.Add(ImportDiagnostics.SourceIsTarget(line.Span));
            }
            else if (kept.TryGetValue(target, out var first))
            {
                diagnostics.Add(Place(first.From) == Place(line.From)
                    ? ImportDiagnostics.LineRepeated(line.Span, first.Span.Line)
                    : ImportDiagnostics.TargetTaken(line.Span, first.Span.Line));
            }
            else
            {
                kept.Add(target, line);
            }
        }

        return [.. lines.Where(kept.ContainsValue)];
    }

    private static (string, int, string) Place(DatabaseUrl url) => (url.Host.ToLowerInvariant(), url.Port, url.Database);

    /// <summary>The URL says whose certificates it trusts, if only by asking for a check by those of the system.</summary>
    private static bool Trusts(DatabaseUrl url) => url is { RootCertificate: not null } or { TlsMode: "verify-ca" or "verify-full" };

    private static List<ImportedEndpoint> Endpoints(
        List<MappingLine> lines, Func<MappingLine, DatabaseUrl> side, string prefix, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var groups = lines.GroupBy(line => ServerLogin.Of(side(line))).ToList();
        var names = EndpointNames.Choose([.. groups.Select(group => group.Key)]);
        var endpoints = new List<ImportedEndpoint>();
        foreach (var group in groups)
        {
            var passwords = group.Where(line => side(line).Password is { Length: > 0 }).ToList();
            diagnostics.AddRange(passwords.Skip(1)
                .Where(line => side(line).Password != side(passwords[0]).Password)
                .Select(line => ImportDiagnostics.PasswordsDiffer(line.Span, $"{group.Key.User} of {group.Key.Host}", passwords[0].Span.Line)));
            var variable = $"{prefix}_{names[group.Key].Replace('-', '_').ToUpperInvariant()}_PASSWORD";
            var modes = group.Select(line => side(line).TlsMode).Distinct().ToList();
            var strictest = modes.MaxBy(mode => Array.IndexOf(TlsModes, mode));
            diagnostics.AddRange(group.Where(line => modes.Count > 1 && side(line).TlsMode != strictest)
                .Select(line => ImportDiagnostics.TlsModesDiffer(line.Span, strictest!)));
            var certified = group.FirstOrDefault(line => side(line).RootCertificate is not null);
            var certificate = certified is null ? null : side(certified).RootCertificate;
            diagnostics.AddRange(group.Where(line => certificate is not null && Trusts(side(line)) && side(line).RootCertificate != certificate)
                .Select(line => ImportDiagnostics.CertificatesDiffer(line.Span, certified!.Span.Line)));
            endpoints.Add(new ImportedEndpoint(names[group.Key], group.Key, passwords.Count == 0 ? null : variable, strictest, certificate));
        }

        return endpoints;
    }
}
