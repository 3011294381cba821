using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Manifest.Yaml;

namespace MigrationPlans.Validation.Rules;

/// <summary><c>from</c> and <c>to</c> name an endpoint that is there and a database that can be.</summary>
internal sealed class AddressRules : ManifestRule
{
    /// <summary>PostgreSQL cuts longer names silently: NAMEDATALEN is 64 with its closing zero.</summary>
    private const int LongestName = 63;

    public AddressRules() => ForEach(input => input.Manifest.Databases, (input, mapping, report) =>
    {
        Check(input, mapping, "from", mapping.From, input.Source, input.Target, report);
        Check(input, mapping, "to", mapping.To, input.Target, input.Source, report);
    });

    private static void Check(
        RuleInput input,
        DatabaseMapping mapping,
        string side,
        DatabaseAddress address,
        Func<string, Endpoint?> find,
        Func<string, Endpoint?> findOther,
        Action<string, Diagnostic> report)
    {
        var path = $"{mapping.Path}.{side}";
        var node = input.Node(mapping)?[side];
        if (node is ScalarNode { IsBroken: false } text && (text.Kind == ScalarKind.Text || text.IsFromVariable) && address == MappingBinder.NoAddress)
        {
            report(path, AddressDiagnostics.NotAddress(input.Value(path), text.Text));
            return;
        }

        if (address == MappingBinder.NoAddress)
        {
            return;
        }

        var holder = side == "from" ? "sources" : "targets";
        if (!input.IsBroken(holder) && find(address.Endpoint) is null && !input.IsBroken(ManifestPath.Property(holder, address.Endpoint)))
        {
            var endpoints = side == "from" ? input.Manifest.Sources : input.Manifest.Targets;
            var meant = DidYouMean.Find(address.Endpoint, endpoints.Select(endpoint => endpoint.Name));
            report(path, AddressDiagnostics.UnknownEndpoint(input.Value(path), address.Endpoint, holder, meant, findOther(address.Endpoint) is not null));
        }

        CheckName(input, path, address.Database, node is ScalarNode, report);
    }

    private static void CheckName(RuleInput input, string path, string name, bool isText, Action<string, Diagnostic> report)
    {
        if (Encoding.UTF8.GetByteCount(name) is > LongestName and var length)
        {
            report(path, AddressDiagnostics.NameTooLong(input.Value(path), length));
        }
        else if (name is "template0" or "template1" or "rdsadmin")
        {
            report(path, AddressDiagnostics.ReservedDatabase(input.Value(path), name));
        }
        else if (isText && name.Contains('*', StringComparison.Ordinal))
        {
            report(path, AddressDiagnostics.NoWildcards(input.Value(path)));
        }
        else if (name.Any(char.IsControl))
        {
            report(path, AddressDiagnostics.NameUnprintable(input.Value(path), name));
        }
    }
}
