using System.Collections.Immutable;
using MigrationPlans.Diagnostics;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;

namespace MigrationPlans.Planning;

/// <summary>
/// Mappings that a run began, under a manifest that was changed since: whether they can be gone on with, and what of the change holds
/// for the steps that are left.
/// </summary>
/// <param name="done">Ids of steps that are done.</param>
internal sealed class ContinuedWork(MigrationManifest manifest, MigrationPlan before, ImmutableHashSet<string> done)
{
    private readonly ImmutableDictionary<string, DatabaseMapping> mappings = manifest.Databases.ToImmutableDictionary(
        mapping => mapping.Address, StringComparer.Ordinal);

    /// <summary>Its mapping as it is now; null where it has left the manifest.</summary>
    public DatabaseMapping? Find(PlannedDatabase database) => mappings.GetValueOrDefault(database.Address);

    /// <summary>Whether it asks for the same still.</summary>
    public bool IsSame(PlannedDatabase database) => Find(database) is { } mapping && WorkDigest.Of(manifest, mapping) == database.Digest;

    /// <returns>Null where what was begun is not what is asked for now.</returns>
    public PlannedDatabase? GoOn(PlannedDatabase database)
    {
        if (!IsSame(database))
        {
            return null;
        }

        var mapping = mappings[database.Address];
        return mapping.Fence != database.Fence || IsDumpedElsewhere(mapping) ? null : database with { Verify = mapping.Verify };
    }

    /// <summary>What says only how a step does its work is taken from the mapping as it is now.</summary>
    public Step GoOn(Step step) => done.Contains(step.Id) || !mappings.TryGetValue(step.Database, out var mapping) ? step : step switch
    {
        // Only what the mapping asks for now is dropped.
        CreateDatabaseStep create => create with { Replaces = create.Replaces && mapping.OnExisting == OnExisting.Replace },
        VerifyStep verify => verify with { Level = mapping.Verify },
        RestoreArchiveStep restore => restore with { Keeps = mapping.Archive.Keep },
        DumpArchiveStep dump => dump with { Format = mapping.Archive.Format, Compression = mapping.Archive.Compression, Directory = mapping.Archive.Directory },
        _ => step,
    };

    public Diagnostic Refuse(string address) => StateDiagnostics.BegunChanged(
        address,
        isThere: mappings.ContainsKey(address) || before.Steps.OfType<InstanceStep>().Any(step => step.Database == address));

    /// <summary>The archive that is to be restored lies where the mapping said.</summary>
    private bool IsDumpedElsewhere(DatabaseMapping mapping) =>
        before.Steps
            .OfType<DumpArchiveStep>()
            .Any(dump => dump.Database == mapping.Address && done.Contains(dump.Id) && dump.Directory != mapping.Archive.Directory);
}
