using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Ledger;
using MigrationPlans.PostgreSql.Rows;
using MigrationPlans.PostgreSql.Schema;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Compares a mapping's two sides by asking both servers; trusts nothing that the copy recorded. Memory does not grow with rows.
/// </summary>
public sealed class PostgresVerifier(PostgresConnector connector) : IDatabaseVerifier
{
    // Not by pg_seclabels, which finds the name of each labelled thing first.
    private const string ProvidersSql = "SELECT l.provider FROM pg_catalog.pg_seclabel l UNION SELECT s.provider FROM pg_catalog.pg_shseclabel s";

    public Task<VerificationReport> VerifyAsync(
        MigrationManifest manifest,
        DatabaseMapping mapping,
        VerificationLevel level,
        int parallelism,
        Action<StepProgress> report,
        Action<LongWait>? tell,
        CancellationToken cancellationToken) =>
        connector.Watch.RunAsync(token => CompareAsync(manifest, mapping, level, parallelism, report, token), tell, cancellationToken);

    private async Task<VerificationReport> CompareAsync(
        MigrationManifest manifest,
        DatabaseMapping mapping,
        VerificationLevel level,
        int parallelism,
        Action<StepProgress> report,
        CancellationToken cancellationToken)
    {
        var verified = new VerificationReport { Database = mapping.Address, From = mapping.From, To = mapping.To, Level = level };
        if (level == VerificationLevel.None)
        {
            return verified;
        }

        var sides = new Openers(connector, manifest, mapping);
        try
        {
            var source = await sides.OpenSourceAsync(cancellationToken);
            await using var fromSource = new Parting(source);
            var target = await sides.OpenTargetAsync(cancellationToken);
            await using var fromTarget = new Parting(target);
            var snapshots = await Task.WhenAll(
                SharedSnapshot.TakeAsync(source, sides.OpenSourceAsync, mapping.From.ToString(), cancellationToken),
                SharedSnapshot.TakeAsync(target, sides.OpenTargetAsync, mapping.To.ToString(), cancellationToken));
            var listings = await Task.WhenAll(
                snapshots[0].ReadAsync(connection => ListSourceAsync(connection, mapping, cancellationToken), cancellationToken),
                snapshots[1].ReadAsync(connection => VerifiedTable.ListAsync(connection, cancellationToken), cancellationToken));
            if (await TargetLedger.ExistsAsync(target, cancellationToken))
            {
                listings = [.. listings.Select(tables => tables.Select(table => table.WhileJobsSleep()).ToImmutableArray())];
            }

            if (mapping.Strategy == Strategy.Archive)
            {
                listings = [.. listings.Select(tables => tables.Select(table => table.WithXmlAsPutOut()).ToImmutableArray())];
            }

            var missingProviders = await MissingProvidersAsync(snapshots[0], sides, cancellationToken);
            var between = RowHash.Between(source, target);
            var objects = new ObjectComparison(snapshots[0], snapshots[1], between, missingProviders, mapping).CompareAsync(cancellationToken);
            if (parallelism == 1)
            {
                // One after the other, in the same two sessions: other databases' work is going on meanwhile, or there are few connections.
                // Rows last, as they are read at the snapshots' moment whenever that is.
                await objects;
            }

            var hash = level == VerificationLevel.Checksums ? between : null;
            var comparer = new TableComparer(snapshots[0], snapshots[1], sides.ReadSettingsAsync, mapping, hash, parallelism, report);
            var rows = CompareRowsAsync(comparer, snapshots, listings, mapping, hash is not null, cancellationToken);
            await Task.WhenAll(objects, rows);
            var compared = await rows;
            var (differences, leftOut, unread) = await objects;
            return verified with
            {
                Tables = compared.Tables,
                NotCompared = [.. compared.NotCompared, .. unread],
                Differences = differences,
                LeftOut = [.. compared.LeftOut, .. leftOut],
            };
        }
        catch (NpgsqlException exception)
        {
            throw PostgresErrors.Translate(exception, $"{mapping.From} → {mapping.To}");
        }
    }

    private static async Task<RowsCompared> CompareRowsAsync(
        TableComparer comparer,
        SharedSnapshot[] snapshots,
        ImmutableArray<VerifiedTable>[] listings,
        DatabaseMapping mapping,
        bool byHash,
        CancellationToken cancellationToken)
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
    private static async Task<ImmutableArray<VerifiedTable>> ListSourceAsync(
        NpgsqlConnection source, DatabaseMapping mapping, CancellationToken cancellationToken)
    {
        var left = await LeftBehind.ReadAsync(source, mapping, cancellationToken);
        return [.. (await VerifiedTable.ListAsync(source, cancellationToken)).Where(table => !(table.IsMaterializedView && left.IncludesRowsOf(table)))];
    }

    /// <summary>The target can't have labels of these. Asked in a session of its own: a refusal ends its transaction.</summary>
    private static async Task<ImmutableHashSet<string>> MissingProvidersAsync(SharedSnapshot source, Openers sides, CancellationToken cancellationToken)
    {
        var providers = await source.ReadAsync(
            connection => connection.QueryAsync(ProvidersSql, row => row.GetString(0), cancellationToken), cancellationToken);
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

        public async Task<ComputingSettings> ReadSettingsAsync(CancellationToken cancellationToken)
        {
            await using var target = await OpenTargetAsync(cancellationToken);
            return await ComputingSettings.ReadAsync(Connector, Manifest, Mapping, target, cancellationToken);
        }

        // Read-only on the target too: verifying changes nothing.
        public Task<NpgsqlConnection> OpenTargetAsync(CancellationToken cancellationToken) =>
            Connector.OpenAsync(Manifest.FindTarget(Mapping.To.Endpoint)!, Mapping.To.Database, SessionKind.SourceRead, cancellationToken);
    }
}
