using MigrationPlans.Execution;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>A partition that is a foreign table is somebody else's: a copy neither fills nor empties it.</summary>
public sealed class CopyForeignPartitionTests
{
    private const string Archived = "SELECT string_agg(k || v, ' ' ORDER BY v) FROM old";

    [Test]
    public async Task Beginning_anew_empties_the_partitions_that_are_here_and_not_those_of_a_third_server()
    {
        await using var archive = await ArchiveAsync("CREATE TABLE old (k text, v int); INSERT INTO old VALUES ('x', 1), ('y', 2)");
        await using var copy = await CopyHarness.CreateAsync(
            $"""
            {Server(archive)}
            CREATE TABLE ev (k text COLLATE "und-x-icu", v int) PARTITION BY RANGE (k);
            CREATE TABLE ev_new PARTITION OF ev FOR VALUES FROM ('a') TO ('m');
            CREATE FOREIGN TABLE ev_old PARTITION OF ev FOR VALUES FROM ('m') TO (MAXVALUE) SERVER archive OPTIONS (table_name 'old');
            """);
        await copy.OnSourceAsync("INSERT INTO ev SELECT 'b' || i, i FROM generate_series(1, 100) i");
        await copy.OnTargetAsync("BEGIN; INSERT INTO ev_new SELECT 'b' || i, i FROM generate_series(1, 50) i; ROLLBACK");

        await copy.CopyAsync();

        Assert.That(await archive.SourceAsync<string>(Archived), Is.EqualTo("x1 y2"));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM ev_new"), Is.EqualTo(100));
        await copy.OnTargetAsync("DELETE FROM migplan_ledger.chunk; DROP USER MAPPING FOR CURRENT_USER SERVER archive");
        await copy.CopyAsync();
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM ev_new"), Is.EqualTo(100));
    }

    [Test]
    public async Task Rows_that_would_move_to_a_third_server_are_refused_until_a_partition_is_here_for_them()
    {
        await using var archive = await ArchiveAsync("CREATE TABLE old (k text, v int)");
        await using var copy = await CopyHarness.CreateAsync(Server(archive));
        var labels = string.Join(", ", Enumerable.Range(0, 60).Select(label => $"'x{label}'"));
        // The labels get other oids on each server, so that some of the first partition's hash into the second one over there.
        await copy.OnTargetAsync("CREATE TYPE filler AS ENUM ('a', 'b', 'c')");
        foreach (var create in new Func<string, Task>[] { copy.OnSourceAsync, copy.OnTargetAsync })
        {
            await create(
                $"""
                CREATE TYPE label AS ENUM ({labels});
                CREATE TABLE ev (k label, v int) PARTITION BY HASH (k);
                CREATE TABLE ev_0 PARTITION OF ev FOR VALUES WITH (MODULUS 3, REMAINDER 0);
                CREATE TABLE ev_1 PARTITION OF ev FOR VALUES WITH (MODULUS 3, REMAINDER 1);
                CREATE FOREIGN TABLE ev_2 PARTITION OF ev FOR VALUES WITH (MODULUS 3, REMAINDER 2) SERVER archive OPTIONS (table_name 'old');
                """);
        }

        await copy.OnSourceAsync(
            "INSERT INTO ev SELECT k, 1 FROM unnest(enum_range(NULL::label)) k WHERE NOT satisfies_hash_partition('ev'::regclass, 3, 2, k)");

        var failure = Assert.ThrowsAsync<StepFailedException>(() => copy.CopyAsync());

        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6109"));
        Assert.That(failure.FailureClass, Is.EqualTo(FailureClass.Permanent));
        Assert.That(await archive.SourceAsync<long>("SELECT count(*) FROM old"), Is.Zero);
        await copy.OnTargetAsync("DROP FOREIGN TABLE ev_2; CREATE TABLE ev_2 PARTITION OF ev FOR VALUES WITH (MODULUS 3, REMAINDER 2)");
        await copy.CopyAsync();
        Assert.That(
            await copy.TargetAsync<long>("SELECT count(*) FROM ev"),
            Is.EqualTo(await copy.SourceAsync<long>("SELECT count(*) FROM ONLY ev_0") + await copy.SourceAsync<long>("SELECT count(*) FROM ONLY ev_1")));
    }

    private static Task<CopyHarness> ArchiveAsync(string schema) => CopyHarness.CreateAsync(schema);

    private static string Server(CopyHarness archive) =>
        $"""
        CREATE EXTENSION postgres_fdw;
        CREATE SERVER archive FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{LocalCluster.Host}', port '{archive.Source.Port}', dbname '{archive.Database}');
        CREATE USER MAPPING FOR CURRENT_USER SERVER archive OPTIONS (user '{LocalCluster.Superuser}', password '{archive.Source.Password}');
        """;
}
