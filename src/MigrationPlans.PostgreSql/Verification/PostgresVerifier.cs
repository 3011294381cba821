using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Steps;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Compares a mapping's two sides by asking both servers; trusts nothing that the copy recorded. Memory does not grow with rows.
/// </summary>
public sealed class PostgresVerifier(PostgresConnector connector) : IDatabaseVerifier
{
    private const int FirstWithMaintain = 17;

    public async Task<VerificationReport> VerifyAsync(
        MigrationManifest manifest, DatabaseMapping mapping, VerificationLevel level, int parallelism, CancellationToken cancellationToken)
    {
        var report = new VerificationReport { Database = mapping.Address, From = mapping.From, To = mapping.To, Level = level };
        if (level == VerificationLevel.None)
        {
            return report;
        }

        var sides = new Openers(connector, manifest, mapping);
        try
        {
            await using var source = await sides.OpenSourceAsync(cancellationToken);
            await using var target = await sides.OpenTargetAsync(cancellationToken);
            var snapshots = await Task.WhenAll(
                SharedSnapshot.TakeAsync(source, sides.OpenSourceAsync, cancellationToken), SharedSnapshot.TakeAsync(target, sides.OpenTargetAsync, cancellationToken));
            var left = await LeftBehind.ReadAsync(source, mapping, cancellationToken);
            var listings = await Task.WhenAll(ListSourceAsync(source, left, cancellationToken), VerifiedTable.ListAsync(target, cancellationToken));
            // Objects by these two connections, rows by others, at the same time; both as the snapshots have them.
            var objects = CompareObjectsAsync(source, target, await MissingProvidersAsync(source, sides, cancellationToken), left, mapping, cancellationToken);
            var hash = level == VerificationLevel.Checksums ? RowHash.Between(source, target) : null;
            var comparer = new TableComparer(snapshots[0], snapshots[1], mapping, hash, parallelism);
            var rows = CompareRowsAsync(comparer, snapshots, listings, mapping, hash is not null, cancellationToken);
            await Task.WhenAll(objects, rows);
            var compared = await rows;
            var (differences, leftOut, unread) = await objects;
            return report with
            {
                Tables = compared.Tables,
                NotCompared = [.. compared.NotCompared, .. unread],
                Differences = differences,
                LeftOut = [.. compared.LeftOut, .. leftOut],
            };
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, mapping.Address);
        }
    }

    private static async Task<RowsCompared> CompareRowsAsync(
        TableComparer comparer, SharedSnapshot[] snapshots, ImmutableArray<VerifiedTable>[] listings, DatabaseMapping mapping, bool byHash, CancellationToken cancellationToken)
    {
        var compared = await comparer.CompareAsync(listings[0], listings[1], cancellationToken);
        if (!byHash || !SelectionFilter.For(mapping).IsEverything)
        {
            return compared;
        }

        var (objects, unread) = await LargeObjectSums.CompareAsync(snapshots[0], snapshots[1], cancellationToken);
        return compared with
        {
            Tables = objects is null ? compared.Tables : compared.Tables.Add(objects),
            NotCompared = unread is null ? compared.NotCompared : compared.NotCompared.Add(unread),
        };
    }

    /// <summary>Without materialized views that stay behind or show rows which do.</summary>
    private static async Task<ImmutableArray<VerifiedTable>> ListSourceAsync(NpgsqlConnection source, LeftBehind left, CancellationToken cancellationToken) =>
        [.. (await VerifiedTable.ListAsync(source, cancellationToken)).Where(table => !(table.IsMaterializedView && left.IncludesRowsOf(table)))];

    private static async Task<(ImmutableArray<ObjectDifference> Differences, ImmutableArray<LeftOutDifference> LeftOut, ImmutableArray<UncomparedRows> Unread)> CompareObjectsAsync(
        NpgsqlConnection source, NpgsqlConnection target, ImmutableHashSet<string> missingProviders, LeftBehind left, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var withMaintain = Math.Min(source.PostgreSqlVersion.Major, target.PostgreSqlVersion.Major) >= FirstWithMaintain;
        var withSystemGrants = target.PostgresParameters.GetValueOrDefault("is_superuser") == "on";
        var reads = await Task.WhenAll(new[] { source, target }.Select(side => ObjectListing.ReadAsync(side, withMaintain, withSystemGrants, mapping.SkipExtensions, cancellationToken)));
        var sameVersion = source.PostgreSqlVersion.Major == target.PostgreSqlVersion.Major;
        var isUnfinished = await TargetLedger.ExistsAsync(target, cancellationToken);
        var fixedPublic = await PublicSchemaLook.ReadAsync(target, cancellationToken) is { IsFixed: true } there ? there : null;
        var objects = new ObjectComparer(mapping, left, sameVersion).Compare(reads[0], reads[1])
            .Where(difference => fixedPublic is null || !PublicSchema.IsAbout((difference.Kind, difference.Name)))
            .Where(difference => !(isUnfinished && IsOnlyAsleep(difference)))
            .Where(difference => difference.Kind != "security label" || !missingProviders.Any(provider => difference.Name.EndsWith($" of {provider}", StringComparison.Ordinal)));
        var (positions, unread) = await SequenceComparison.CompareAsync(source, target, cancellationToken);
        return (
            [
                .. objects,
                .. positions,
                .. await SubscriptionComparison.CompareAsync(source, target, mapping, cancellationToken),
                .. await DatabasePropertyComparison.CompareAsync(source, target, missingProviders, mapping, cancellationToken),
            ],
            [
                .. fixedPublic is null ? [] : LeftOutOf(await PublicSchemaLook.ReadAsync(source, cancellationToken), fixedPublic, mapping),
                .. await ExtensionMemberComparison.CompareAsync(source, target, mapping, cancellationToken),
            ],
            unread);
    }

    /// <summary>As <see cref="EventTriggers"/> are until a run has ended: the same but for the last letter, which says when it fires.</summary>
    private static bool IsOnlyAsleep(ObjectDifference difference) =>
        difference is { Kind: "event trigger", Source: { } source, Target: { } target } && target.EndsWith('D') && source[..^1] == target[..^1];

    /// <summary>What is said of the schema public and could not be carried over.</summary>
    private static ImmutableArray<LeftOutDifference> LeftOutOf(PublicSchemaFacts? source, PublicSchemaFacts target, DatabaseMapping mapping)
    {
        var filter = SelectionFilter.For(mapping);
        return (source is null ? filter.IsEverything : filter.PicksSchema("public"))
            ? [.. PublicSchemaDifference.Find(source, target, role => Sides.MapRole(mapping, role)).Select(difference => new LeftOutDifference(
                difference.Kind, difference.Name, difference.Source, difference.Target, $"the schema belongs to the superuser {target.Owner} there, and the login may not change it"))]
            : [];
    }

    /// <summary>The target can't have labels of these. Asked in a session of its own: a refusal ends the transaction that holds the snapshot.</summary>
    private static async Task<ImmutableHashSet<string>> MissingProvidersAsync(NpgsqlConnection source, Openers sides, CancellationToken cancellationToken)
    {
        var providers = await source.QueryAsync("SELECT DISTINCT l.provider FROM pg_catalog.pg_seclabels l", row => row.GetString(0), cancellationToken);
        if (providers.IsEmpty)
        {
            return [];
        }

        await using var target = await sides.OpenTargetAsync(cancellationToken);
        return await LabelProviders.FindMissingAsync(target, providers, cancellationToken);
    }

    private sealed record Openers(PostgresConnector Connector, MigrationManifest Manifest, DatabaseMapping Mapping)
    {
        public Task<NpgsqlConnection> OpenSourceAsync(CancellationToken cancellationToken) =>
            Connector.OpenAsync(Manifest.FindSource(Mapping.From.Endpoint)!, Mapping.From.Database, SessionKind.SourceRead, cancellationToken);

        // Read-only on the target too: verifying changes nothing.
        public Task<NpgsqlConnection> OpenTargetAsync(CancellationToken cancellationToken) =>
            Connector.OpenAsync(Manifest.FindTarget(Mapping.To.Endpoint)!, Mapping.To.Database, SessionKind.SourceRead, cancellationToken);
    }
}
