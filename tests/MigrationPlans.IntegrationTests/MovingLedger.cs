using MigrationPlans.PostgreSql.Clusters;
using Npgsql;

namespace MigrationPlans.IntegrationTests;

/// <summary>
/// A bank whose books agree at every moment and never stand still: writers keep moving, adding and deleting rows, each transaction in
/// several tables at once. A copy whose tables come from two moments shows in <see cref="FindFaultsAsync"/>.
/// </summary>
internal sealed class MovingLedger(LocalCluster server, string database) : IAsyncDisposable
{
    private const string Schema =
        """
        CREATE SCHEMA bank;
        CREATE TABLE bank.account (id int PRIMARY KEY, opening bigint NOT NULL DEFAULT 1000, balance bigint NOT NULL DEFAULT 1000, holder text);
        CREATE TABLE bank.transfer (id bigserial PRIMARY KEY, payer int NOT NULL REFERENCES bank.account, payee int NOT NULL REFERENCES bank.account, amount bigint NOT NULL);
        CREATE TABLE bank.entry (transfer bigint NOT NULL REFERENCES bank.transfer ON DELETE CASCADE, account int NOT NULL REFERENCES bank.account, amount bigint NOT NULL, PRIMARY KEY (account, transfer)) PARTITION BY RANGE (account);
        CREATE TABLE bank.entry_low PARTITION OF bank.entry FOR VALUES FROM (0) TO (300);
        CREATE TABLE bank.entry_high PARTITION OF bank.entry FOR VALUES FROM (300) TO (2000) PARTITION BY HASH (transfer);
        CREATE TABLE bank.entry_high_0 PARTITION OF bank.entry_high FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE bank.entry_high_1 PARTITION OF bank.entry_high FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        CREATE TABLE bank.counter (name text PRIMARY KEY, n bigint NOT NULL);
        CREATE TABLE bank.vault (id bigserial PRIMARY KEY, coins bigint NOT NULL, label text NOT NULL);
        CREATE TABLE bank.scan (object oid PRIMARY KEY, digest text NOT NULL);
        CREATE TABLE bank.rate (id int, generation bigint);
        CREATE TABLE bank.keyless (note text);
        INSERT INTO bank.account (id, holder) SELECT i, 'holder ' || i FROM generate_series(1, 1000) i;
        INSERT INTO bank.vault (coins, label) SELECT 10, repeat('gold ', 130) || i FROM generate_series(1, 230000) i;
        INSERT INTO bank.counter VALUES ('transfers', 0), ('vaults', 230000), ('coins', 2300000), ('generation', 1), ('notes', 0);
        INSERT INTO bank.rate SELECT i, 1 FROM generate_series(1, 50) i;
        INSERT INTO bank.scan SELECT lo_from_bytea(6000000 + i, decode(repeat(md5(i::text), 200), 'hex')), md5(decode(repeat(md5(i::text), 200), 'hex')) FROM generate_series(1, 700) i;
        CREATE INDEX ON bank.vault (coins, id); CREATE INDEX ON bank.vault (label);
        """;

    private const string FaultsSql =
        """
        SELECT concat_ws('; ',
          (SELECT 'balances: ' || count(*) FROM bank.account a WHERE balance <> opening + COALESCE((SELECT sum(amount) FROM bank.entry e WHERE e.account = a.id), 0) HAVING count(*) > 0),
          (SELECT 'all balances: ' || sum(balance) FROM bank.account HAVING sum(balance) <> 1000000),
          (SELECT 'transfers and entries: ' || count(*) FROM bank.transfer t WHERE (SELECT count(*) || ' ' || sum(amount) FROM bank.entry e WHERE e.transfer = t.id) <> '2 0' HAVING count(*) > 0),
          (SELECT 'entries without transfer: ' || count(*) FROM bank.entry e WHERE NOT EXISTS (SELECT FROM bank.transfer t WHERE t.id = e.transfer) HAVING count(*) > 0),
          (SELECT 'transfers: ' || n FROM bank.counter WHERE name = 'transfers' AND n <> (SELECT count(*) FROM bank.transfer)),
          (SELECT 'vaults: ' || n FROM bank.counter WHERE name = 'vaults' AND n <> (SELECT count(*) FROM bank.vault)),
          (SELECT 'vaults twice' FROM bank.vault HAVING count(*) <> count(DISTINCT id)),
          (SELECT 'coins: ' || n FROM bank.counter WHERE name = 'coins' AND n <> (SELECT sum(coins) FROM bank.vault)),
          (SELECT 'rates: ' || count(*) || ' of ' || min(generation) FROM bank.rate HAVING count(*) <> 50 OR min(generation) <> max(generation) OR min(generation) <> (SELECT n FROM bank.counter WHERE name = 'generation')),
          (SELECT 'notes: ' || n FROM bank.counter WHERE name = 'notes' AND n <> (SELECT count(*) FROM bank.keyless)),
          (SELECT 'scans: ' || count(*) FROM bank.scan WHERE digest IS DISTINCT FROM (SELECT md5(lo_get(m.oid)) FROM pg_largeobject_metadata m WHERE m.oid = object) HAVING count(*) > 0),
          (SELECT 'objects: ' || count(*) FROM pg_largeobject_metadata HAVING count(*) <> (SELECT count(*) FROM bank.scan)),
          (SELECT 'a sequence is behind' FROM bank.transfer HAVING max(id) > (SELECT last_value FROM bank.transfer_id_seq)),
          (SELECT 'a sequence is behind' FROM bank.vault HAVING max(id) > (SELECT last_value FROM bank.vault_id_seq)),
          (SELECT 'not validated: ' || string_agg(conname, ', ') FROM pg_constraint WHERE NOT convalidated),
          (SELECT 'keys: ' || count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 HAVING count(*) <> 4))
        """;

    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> writers = [];
    private long written;

    public long Written => Interlocked.Read(ref written);

    public async Task FillAsync()
    {
        await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {database}");
        await Sql.RunAsync(server, database, Schema);
    }

    /// <summary>What does not agree in a copy; empty when it is one moment of the books.</summary>
    public static Task<string> FindFaultsAsync(LocalCluster server, string database) => Sql.ScalarAsync<string>(server, database, FaultsSql);

    public void StartWriters(int seed)
    {
        writers.Add(WriteAsync(new Random(seed), [Transfer, Transfer, Settle]));
        writers.Add(WriteAsync(new Random(seed + 1), [Shift, Shift, Mint, Burn]));
        writers.Add(WriteAsync(new Random(seed + 2), [Rescan, NewScan, DropScan, Note, Rate]));
    }

    public async Task StopWritersAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(writers);
        writers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopWritersAsync();
        stopping.Dispose();
    }

    private static string Transfer(Random random)
    {
        var (payer, payee, amount) = (random.Next(1, 1001), random.Next(1, 1001), random.Next(1, 50));
        payee = payee == payer ? (payer % 1000) + 1 : payee;
        var (first, second) = (Math.Min(payer, payee), Math.Max(payer, payee));
        return $"""
            SELECT FROM bank.account WHERE id IN ({first}, {second}) ORDER BY id FOR UPDATE;
            WITH t AS (INSERT INTO bank.transfer (payer, payee, amount) VALUES ({payer}, {payee}, {amount}) RETURNING id)
            INSERT INTO bank.entry SELECT id, {payer}, -{amount} FROM t UNION ALL SELECT id, {payee}, {amount} FROM t;
            UPDATE bank.account SET balance = balance - {amount} WHERE id = {payer};
            UPDATE bank.account SET balance = balance + {amount} WHERE id = {payee};
            UPDATE bank.counter SET n = n + 1 WHERE name = 'transfers';
            """;
    }

    /// <summary>Takes an old transfer off the books.</summary>
    private static string Settle(Random random) =>
        """
        DO $$ DECLARE one bank.transfer; BEGIN
          DELETE FROM bank.transfer WHERE id = (SELECT min(id) FROM bank.transfer) RETURNING * INTO one;
          IF FOUND THEN
            UPDATE bank.account SET opening = opening - one.amount WHERE id = one.payer;
            UPDATE bank.account SET opening = opening + one.amount WHERE id = one.payee;
            UPDATE bank.counter SET n = n - 1 WHERE name = 'transfers';
          END IF;
        END $$
        """;

    /// <summary>Both rows move to other pages, far from each other.</summary>
    private static string Shift(Random random) =>
        $"""
        DO $$ DECLARE a bigint := {random.Next(1, 230000)}; b bigint := {random.Next(1, 230000)}; BEGIN
          IF a <> b AND (SELECT count(*) FROM bank.vault WHERE id IN (a, b)) = 2 THEN
            UPDATE bank.vault SET coins = coins + CASE id WHEN a THEN 1 ELSE -1 END, label = label || '.' WHERE id IN (a, b);
          END IF;
        END $$
        """;

    private static string Mint(Random random) =>
        $"INSERT INTO bank.vault (coins, label) SELECT 7, repeat('new ', {random.Next(1, 400)}) FROM generate_series(1, 20); UPDATE bank.counter SET n = n + CASE name WHEN 'vaults' THEN 20 ELSE 140 END WHERE name IN ('vaults', 'coins')";

    private static string Burn(Random random) =>
        $"""
        WITH gone AS (DELETE FROM bank.vault WHERE id BETWEEN {random.Next(1, 230000)} AND 0 + {random.Next(1, 230000)} AND id % 20000 = 7 RETURNING coins),
        sums AS (SELECT count(*) AS rows, COALESCE(sum(coins), 0) AS coins FROM gone)
        UPDATE bank.counter c SET n = n - CASE name WHEN 'vaults' THEN s.rows ELSE s.coins END FROM sums s WHERE name IN ('vaults', 'coins')
        """;

    private static string Rescan(Random random)
    {
        var oid = 6000000 + random.Next(1, 700);
        return $"SELECT lo_put(object, {random.Next(0, 3000)}, 'changed {random.Next()}') FROM bank.scan WHERE object = {oid}; UPDATE bank.scan SET digest = md5(lo_get(object)) WHERE object = {oid}";
    }

    private static string NewScan(Random random) =>
        $"INSERT INTO bank.scan SELECT lo_from_bytea(0, 'page {random.Next()}'), ''; UPDATE bank.scan SET digest = md5(lo_get(object)) WHERE digest = ''";

    private static string DropScan(Random random) =>
        $"WITH gone AS (DELETE FROM bank.scan WHERE object = {6000000 + random.Next(1, 700)} RETURNING object) SELECT lo_unlink(object) FROM gone";

    private static string Note(Random random) =>
        $"INSERT INTO bank.keyless VALUES (NULLIF('same', 'same')), ('same'), ('same'); UPDATE bank.counter SET n = n + 3 WHERE name = 'notes'";

    /// <summary>
    /// Now and then a TRUNCATE: to an older snapshot the table looks empty. It gives way to whoever reads the table now. At each turn it would come between
    /// a snapshot and the copy's lock as often as the copy is tried, on a busy machine.
    /// </summary>
    private static string Rate(Random random) =>
        $"""
        SET LOCAL lock_timeout = 200; UPDATE bank.counter SET n = n + 1 WHERE name = 'generation'; {(random.Next(5) == 0 ? "TRUNCATE" : "DELETE FROM")} bank.rate;
        INSERT INTO bank.rate SELECT i, (SELECT n FROM bank.counter WHERE name = 'generation') FROM generate_series(1, 50) i
        """;

    private async Task WriteAsync(Random random, Func<Random, string>[] kinds)
    {
        await using var connection = await Sql.OpenAsync(server, database);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Sql.RunAsync(connection, $"BEGIN; {kinds[random.Next(kinds.Length)](random)}; COMMIT");
                Interlocked.Increment(ref written);
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                await Sql.RunAsync(connection, "ROLLBACK");
            }

            await Task.Delay(random.Next(1, 15), CancellationToken.None);
        }
    }
}
