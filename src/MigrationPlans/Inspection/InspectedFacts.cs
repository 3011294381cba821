using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;

namespace MigrationPlans.Inspection;

/// <summary>All that was seen for one manifest, and what went wrong while looking.</summary>
public sealed record InspectedFacts
{
    public ImmutableArray<EndpointFacts> Endpoints { get; init; } = [];

    /// <summary>Every database that a mapping names, on both sides; those that are absent too.</summary>
    public ImmutableArray<DatabaseFacts> Databases { get; init; } = [];

    /// <summary>The instances that the manifest's moves pick.</summary>
    public ImmutableArray<InstanceFacts> Instances { get; init; } = [];

    /// <summary>Of the state that is planned for, with which its earlier runs have marked what they made; null where there was none.</summary>
    public string? Lineage { get; init; }

    /// <summary>Programs of this machine that dump a schema and read it back, newest first; null where nobody looked for them.</summary>
    public ImmutableArray<ToolFacts>? DumpTools { get; init; }

    /// <summary>Findings: endpoints that can't be reached, logins that fail, databases that are missing.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; init; } = [];

    public EndpointFacts? FindEndpoint(EndpointRole role, string name) =>
        Endpoints.FirstOrDefault(facts => facts.Role == role && facts.Name == name);

    public DatabaseFacts? FindSource(DatabaseMapping mapping) => Find(EndpointRole.Source, mapping.From);

    public DatabaseFacts? FindTarget(DatabaseMapping mapping) => Find(EndpointRole.Target, mapping.To);

    private DatabaseFacts? Find(EndpointRole role, DatabaseAddress address) =>
        Databases.FirstOrDefault(facts => facts.Role == role && facts.Address == address);
}
