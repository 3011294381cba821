using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary>No two mappings fill one database, and none fills a database that it or another one reads.</summary>
internal sealed class TargetRules : ManifestRule
{
    public TargetRules()
    {
        ForAll(CheckDuplicates);
        ForAll(CheckReaders);
    }

    private static void CheckDuplicates(RuleInput input, Action<string, Diagnostic> report)
    {
        var seen = new Dictionary<(string Server, string Database), DatabaseMapping>();
        foreach (var mapping in input.Manifest.Databases.Where(mapping => mapping.To != MappingBinder.NoAddress))
        {
            var place = Filled(input, mapping);
            if (!seen.TryAdd(place, mapping))
            {
                var first = seen[place];
                report(
                    $"{mapping.Path}.to",
                    AddressDiagnostics.DuplicateTarget(input.Value($"{mapping.Path}.to"), mapping.Address, input.Value($"{first.Path}.to")));
            }
        }
    }

    private static void CheckReaders(RuleInput input, Action<string, Diagnostic> report)
    {
        var readers = input.Manifest.Databases.Where(mapping => mapping.From != MappingBinder.NoAddress).ToLookup(mapping => Read(input, mapping));
        foreach (var mapping in input.Manifest.Databases.Where(mapping => mapping.To != MappingBinder.NoAddress))
        {
            var path = $"{mapping.Path}.to";
            var others = readers[Filled(input, mapping)].ToList();
            if (others.Contains(mapping))
            {
                report(path, AddressDiagnostics.SourceIsTarget(input.Value(path), mapping.To.Database));
            }
            else if (others is [var reader, ..])
            {
                report(path, AddressDiagnostics.TargetIsRead(input.Value(path), mapping.Address, input.Value($"{reader.Path}.from")));
            }
        }
    }

    /// <summary>Two endpoints may be one server under two names; one that does not say enough is only itself.</summary>
    private static (string Server, string Database) Filled(RuleInput input, DatabaseMapping mapping) =>
        (Server(input.Target(mapping.To.Endpoint)) ?? $"target:{mapping.To.Endpoint}", mapping.To.Database);

    private static (string Server, string Database) Read(RuleInput input, DatabaseMapping mapping) =>
        (Server(input.Source(mapping.From.Endpoint)) ?? $"source:{mapping.From.Endpoint}", mapping.From.Database);

    /// <summary>What tells servers apart; null when the endpoint does not say enough.</summary>
    private static string? Server(Endpoint? endpoint) => endpoint switch
    {
        { Rds: { Instance.Length: > 0, Region.Length: > 0 } rds } =>
            // Instance identifiers are unique per account and region, and not case-sensitive.
            $"rds:{(rds.RoleArn is { } role ? Arn.Role(role)?.Account : null)}:{rds.Region}:{rds.Instance.ToLowerInvariant()}",
        { Postgres: { Host.Length: > 0 } server } => $"postgres:{server.Host.ToLowerInvariant().TrimEnd('.')}:{server.Port}",
        _ => null,
    };
}
