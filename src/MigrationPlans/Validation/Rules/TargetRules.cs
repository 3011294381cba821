using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Validation.Rules;

/// <summary>No two mappings fill one database, and none fills the database that it reads.</summary>
internal sealed class TargetRules : ManifestRule
{
    public TargetRules()
    {
        ForAll(CheckDuplicates);
        ForEach(input => input.Manifest.Databases, CheckSelf);
    }

    private static void CheckDuplicates(RuleInput input, Action<string, Diagnostic> report)
    {
        var seen = new Dictionary<(string Server, string Database), DatabaseMapping>();
        foreach (var mapping in input.Manifest.Databases.Where(mapping => mapping.To != MappingBinder.NoAddress))
        {
            // Two endpoints may be one server under two names.
            var endpoint = input.Manifest.FindTarget(mapping.To.Endpoint);
            var server = (endpoint is null ? null : Server(endpoint)) ?? $"name:{mapping.To.Endpoint}";
            if (!seen.TryAdd((server, mapping.To.Database), mapping))
            {
                var first = seen[(server, mapping.To.Database)];
                report($"{mapping.Path}.to", AddressDiagnostics.DuplicateTarget(input.Value($"{mapping.Path}.to"), mapping.Address, input.Value($"{first.Path}.to")));
            }
        }
    }

    private static void CheckSelf(RuleInput input, DatabaseMapping mapping, Action<string, Diagnostic> report)
    {
        if (mapping.From.Database == mapping.To.Database
            && input.Manifest.FindSource(mapping.From.Endpoint) is { } source
            && input.Manifest.FindTarget(mapping.To.Endpoint) is { } target
            && Server(source) is { } server && server == Server(target))
        {
            report($"{mapping.Path}.to", AddressDiagnostics.SourceIsTarget(input.Value($"{mapping.Path}.to"), mapping.To.Database));
        }
    }

    /// <summary>What tells servers apart; null when the endpoint does not say enough.</summary>
    private static string? Server(Endpoint endpoint) => endpoint switch
    {
        { Rds: { Instance.Length: > 0, Region.Length: > 0 } rds } =>
            // Instance identifiers are unique per account and region, and not case-sensitive.
            $"rds:{(rds.RoleArn is { } role ? Arn.Role(role)?.Account : null)}:{rds.Region}:{rds.Instance.ToLowerInvariant()}",
        { Postgres: { Host.Length: > 0 } server } => $"postgres:{server.Host.ToLowerInvariant().TrimEnd('.')}:{server.Port}",
        _ => null,
    };
}
