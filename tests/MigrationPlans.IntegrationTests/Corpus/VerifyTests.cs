using System.Text.Json;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What <c>verify</c> finds when a target was changed behind its back.</summary>
public sealed class VerifyTests
{
    private const string Source =
        """
        CREATE TABLE orders (region text, id int, amount numeric, note text, PRIMARY KEY (region, id));
        INSERT INTO orders SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, i, i / 7.0, 'order ' || i FROM generate_series(1, 20000) i;
        CREATE TABLE floats (id int PRIMARY KEY, f float8, a float8[], j json, b bytea, e int4range); INSERT INTO floats VALUES (1, '-0', '{NaN,-0}', '{"a":1,"a":2}', '\x00', '[1,2]'), (2, 0.1, NULL, '1.0', '', 'empty');
        CREATE TABLE keyless (v int); INSERT INTO keyless VALUES (1), (1), (2);
        CREATE TABLE same (id int PRIMARY KEY); INSERT INTO same VALUES (1);
        CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON FUNCTION f() IS 'one';
        COMMENT ON DATABASE corpus_verify IS 'a comment'; ALTER DATABASE corpus_verify SET work_mem = '8MB'; SELECT lo_from_bytea(4000001, 'large');
        CREATE ROLE corpus_verify_role; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO corpus_verify_role;
        """;

    private const string Changes =
        """
        UPDATE orders SET amount = amount + 1 WHERE region = 'a' AND id IN (10, 20000); DELETE FROM orders WHERE region = 'b' AND id = 777; INSERT INTO orders VALUES ('c', 5, 1, 'extra');
        UPDATE floats SET f = '0' WHERE id = 1; UPDATE floats SET j = '1.00' WHERE id = 2; UPDATE keyless SET v = 3 WHERE v = 2;
        COMMENT ON FUNCTION f() IS 'two'; COMMENT ON DATABASE corpus_verify IS NULL; ALTER DATABASE corpus_verify SET work_mem = '9MB'; SELECT lo_put(4000001, 0, 'LARGE');
        ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM corpus_verify_role;
        """;

    [Test]
    public async Task A_difference_is_narrowed_down_to_the_keys_of_its_rows()
    {
        await using var corpus = new CorpusMigration("corpus_verify", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_verify", Source);
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_verify", Changes);

        using var text = await corpus.RunAsync("verify");
        using var json = await corpus.RunAsync("verify", "", "--format", "json");

        Assert.That(text.ExitCode, Is.EqualTo(8), text.ToString());
        Assert.That(text.Output, Does.Contain("(region, id) missing (b, 777); extra (c, 5); changed (a, 10) (a, 20000)"));
        Assert.That(text.Output, Does.Contain("(id) changed 1 2"));
        Assert.That(text.Output, Does.Contain("same count, other content"));
        Assert.That(text.Output, Does.Not.Contain("public.same"));
        foreach (var difference in new[] { "comment function public.f()", "database comment", "database setting work_mem", "pg_catalog.pg_largeobject", "default privileges for tables" })
        {
            Assert.That(text.Output, Does.Contain(difference), text.ToString());
        }

        var tables = JsonDocument.Parse(json.Output).RootElement.GetProperty("databases")[0].GetProperty("tables").EnumerateArray();
        var orders = tables.Single(table => table.GetProperty("name").GetString() == "orders").GetProperty("rows");
        Assert.That(orders.GetProperty("isComplete").GetBoolean(), Is.True);
        Assert.That(orders.GetProperty("missing")[0].EnumerateArray().Select(value => value.GetString()), Is.EqualTo(new[] { "b", "777" }));
        Assert.That(orders.GetProperty("changed").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task Large_tables_are_read_in_chunks_and_rows_longer_than_a_text_by_their_digests()
    {
        await using var corpus = new CorpusMigration("corpus_long", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_long", """
            CREATE TABLE chunked (id int PRIMARY KEY, filler text); ALTER TABLE chunked ALTER filler SET STORAGE PLAIN; INSERT INTO chunked SELECT i, repeat(chr(65 + i % 26), 4000) FROM generate_series(1, 40000) i;
            CREATE TABLE long (id int PRIMARY KEY, a text COMPRESSION lz4, b text COMPRESSION lz4); INSERT INTO long VALUES (1, repeat('a', 300000000), repeat(E'\\', 400000000)), (2, 'x', 'y');
            """);
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_long", "UPDATE chunked SET filler = filler || 'x' WHERE id = 39999; UPDATE long SET a = 'z' WHERE id = 2");

        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("(id) changed 39999"));
        Assert.That(verify.Output, Does.Contain("(id) changed 2"));
    }
}
