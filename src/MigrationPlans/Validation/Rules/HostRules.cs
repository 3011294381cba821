using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.Validation.Rules;

/// <summary>
/// A host is what the driver, the data path and PostgreSQL's programs all take for the same one: none of their lists,
/// patterns and short forms.
/// </summary>
internal sealed partial class HostRules : ManifestRule
{
    private const int LongestName = 255;

    /// <summary>The address of a socket has 107 bytes, of which <c>/.s.PGSQL.65535</c> takes the last.</summary>
    private const int LongestDirectory = 92;

    public HostRules() => ForEach(input => input.Endpoints, (input, endpoint, report) =>
    {
        Check(input, $"{endpoint.Path}.postgres.host", endpoint.Postgres?.Host, report);
        Check(input, $"{endpoint.Path}.connect.host", endpoint.Connect?.Host, report);
    });

    /// <param name="host">Empty where the schema has said what is wrong.</param>
    private static void Check(RuleInput input, string path, string? host, Action<string, Diagnostic> report)
    {
        if (!string.IsNullOrEmpty(host) && Fault(host) is { } fault)
        {
            report(path, EndpointDiagnostics.NotHost(input.Value(path), host, fault));
        }
    }

    private static string? Fault(string host)
    {
        var isDirectory = host.StartsWith('/');
        if (host.Contains(',', StringComparison.Ordinal))
        {
            return "one server, not a list";
        }

        if (HostAndPort().IsMatch(host))
        {
            return "the port has a property of its own: `port`";
        }

        if (isDirectory ? Encoding.UTF8.GetByteCount(host) > LongestDirectory : host.Length > LongestName)
        {
            return $"longer than {(isDirectory ? $"the {LongestDirectory} bytes of a socket's directory" : $"{LongestName} characters")}";
        }

        return (isDirectory ? Directory().IsMatch(host) : Name().IsMatch(host) || IsVersion6(host))
            ? null
            : "neither a host name nor an IP address nor an absolute directory";
    }

    /// <summary>The parser also takes brackets and ports, which others don't.</summary>
    private static bool IsVersion6(string host) =>
        !host.Contains('[', StringComparison.Ordinal) && IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    [GeneratedRegex("^([^:]+|\\[.*\\]):[0-9]+\\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex HostAndPort();

    [GeneratedRegex("^[A-Za-z0-9._-]+\\z", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Name();

    [GeneratedRegex("^/[^:\\p{Cc}]*\\z", RegexOptions.CultureInvariant, 60_000)]
    private static partial Regex Directory();
}
