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
        foreach (var difference in new[]
        {
            "comment function public.f()",
            "database comment",
            "database setting work_mem",
            "pg_catalog.pg_largeobject",
            "default privileges for tables",
        })
        {
            Assert.That(text.Output, Does.Contain(difference), text.ToString());
        }

        var tables = JsonDocument.Parse(json.Output).RootElement.GetProperty("databases")[0].GetProperty("tables").EnumerateArray();
        var orders = tables.Single(table => table.GetProperty("name").GetString() == "orders").GetProperty("rows");
        Assert.That(orders.GetProperty("isComplete").GetBoolean(), Is.True);
        Assert.That(orders.GetProperty("missing")[0].EnumerateArray().Select(value => value.GetString()), Is.EqualTo(new[] { "b", "777" }));
        Assert.That(orders.GetProperty("changed").GetArrayLength(), Is.EqualTo(2));
    }

    /// <summary>The plan of a query that opens one object after the other depends on what is known of the catalog.</summary>
    [Test]
    public async Task Large_objects_are_compared_to_their_ends()
    {
        await using var corpus = new CorpusMigration("corpus_long", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_long",
            "SELECT lo_from_bytea(4000001, 'short'), lo_from_bytea(4000002, convert_to(repeat('x', 3000000), 'UTF8'))");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_long", "SELECT lo_put(4000002, 2500000, 'CHANGED')");

        using var changed = await corpus.RunAsync("verify");
        await corpus.PsqlAsync(corpus.Target, "corpus_long", "SELECT lo_put(4000002, 2500000, 'xxxxxxx')");
        await corpus.PsqlAsync(corpus.Source, "corpus_long", "ANALYZE pg_largeobject_metadata");
        using var equal = await corpus.RunAsync("verify");

        Assert.That(changed.ExitCode, Is.EqualTo(8), changed.ToString());
        Assert.That(changed.Output, Does.Contain("pg_catalog.pg_largeobject"), changed.ToString());
        Assert.That(equal.ExitCode, Is.Zero, equal.ToString());
    }

    /// <summary>Names aside, which follow from what else is there.</summary>
    [Test]
    public async Task A_column_that_may_hold_null_after_all_is_a_difference()
    {
        await using var corpus = new CorpusMigration("corpus_null", isManaged: false);
        await corpus.StartAsync();
        Assume.That(Math.Min(corpus.Source.MajorVersion, corpus.Target.MajorVersion), Is.GreaterThanOrEqualTo(18));
        await corpus.PsqlAsync(corpus.Source, "corpus_null", """
            CREATE TABLE t (a int CONSTRAINT mine NOT NULL, b int CONSTRAINT ours NOT NULL NO INHERIT, c int); ALTER TABLE t ADD CONSTRAINT later NOT NULL c NOT VALID;
            CREATE TABLE child (d int NOT NULL) INHERITS (t); CREATE TABLE p (a int NOT NULL) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
            """);
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_null", "ALTER TABLE t DROP CONSTRAINT mine; ALTER TABLE t ADD CONSTRAINT mine NOT NULL a NOT VALID");

        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("column public.t.a: integer not null on the source, integer not null not valid on the target"),
            verify.ToString());
    }

    /// <summary>Computed when it is read, maybe from what is another on each server, and maybe in vain.</summary>
    [Test]
    public async Task A_virtual_column_holds_nothing_to_compare()
    {
        await using var corpus = new CorpusMigration("corpus_virtual", isManaged: false);
        await corpus.StartAsync();
        Assume.That(Math.Min(corpus.Source.MajorVersion, corpus.Target.MajorVersion), Is.GreaterThanOrEqualTo(18));
        await corpus.PsqlAsync(corpus.Source, "corpus_virtual", """
            CREATE TABLE t (a int, here int GENERATED ALWAYS AS (tableoid::int) VIRTUAL, share int GENERATED ALWAYS AS (1 / a)); INSERT INTO t VALUES (0), (1);
            CREATE TABLE h (a int, here int GENERATED ALWAYS AS (tableoid::int)) PARTITION BY HASH (a); CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 1, REMAINDER 0); INSERT INTO h VALUES (1);
            """);
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_virtual", "ALTER TABLE t ALTER share SET EXPRESSION AS (2 / a); UPDATE h SET a = 2");

        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("public.t.share").And.Contain("public.h"), verify.ToString());
    }

    [Test]
    public async Task A_collation_with_other_rules_is_a_difference()
    {
        await using var corpus = new CorpusMigration("corpus_rules", isManaged: false);
        await corpus.StartAsync();
        Assume.That(corpus.Source.MajorVersion, Is.GreaterThanOrEqualTo(16));
        await corpus.PsqlAsync(corpus.Source, "corpus_rules", "CREATE COLLATION ruled (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W')");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_rules", "DROP COLLATION ruled; CREATE COLLATION ruled (PROVIDER = icu, LOCALE = 'und')");

        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("collation public.ruled"), verify.ToString());
    }

    [Test]
    public async Task Positions_of_sequences_that_a_login_may_not_read_are_listed()
    {
        await using var corpus = new CorpusMigration("corpus_positions", isManaged: true);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_positions", """
            CREATE ROLE corpus_counter; CREATE SCHEMA app AUTHORIZATION master_src; GRANT USAGE, CREATE ON SCHEMA app TO corpus_counter;
            CREATE SEQUENCE app.theirs; SELECT nextval('app.theirs'); ALTER SEQUENCE app.theirs OWNER TO corpus_counter; CREATE SEQUENCE app.ours; ALTER SEQUENCE app.ours OWNER TO master_src;
            """);
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        using var verify = await corpus.RunAsync("verify");
        Assert.That(verify.ExitCode, Is.EqualTo(1), verify.ToString());
        Assert.That(verify.Output, Does.Contain("position of app.theirs not compared: on the target, the login may not read it").And.Not.Contain("app.ours"));

        await corpus.PsqlAsync(corpus.Target, "corpus_positions", "SELECT setval('app.ours', 7)");
        using var changed = await corpus.RunAsync("verify");
        Assert.That(changed.ExitCode, Is.EqualTo(8), changed.ToString());
        Assert.That(changed.Output, Does.Contain("sequence position app.ours: 1 (not called) on the source, 7 on the target"));
    }

    [Test]
    public async Task Members_that_were_added_to_an_extension_are_listed_as_left_out()
    {
        await using var corpus = new CorpusMigration("corpus_members", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_members",
            "CREATE EXTENSION hstore; CREATE TABLE mine (a int); INSERT INTO mine VALUES (1); ALTER EXTENSION hstore ADD TABLE mine; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER EXTENSION hstore ADD FUNCTION f()");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(
            apply.ToString(),
            Does.Contain("MP6241").And.Contain("2 members of extensions of new/corpus_members are not on the target: table public.mine of hstore"));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("extension member table public.mine left out: of hstore on the source, absent on the target").And.Contain("function public.f()"));
    }

    [Test]
    public async Task What_was_changed_of_an_extension_is_listed_as_left_out_and_its_functions_can_be_declared_immutable_on_the_target_too()
    {
        await using var corpus = new CorpusMigration("corpus_changed", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_changed", """
            CREATE EXTENSION unaccent; ALTER FUNCTION unaccent(text) IMMUTABLE; ALTER FUNCTION unaccent(regdictionary, text) COST 7; CREATE EXTENSION dict_int; ALTER TEXT SEARCH DICTIONARY intdict (MAXLEN = 9);
            CREATE TABLE word (w text); INSERT INTO word VALUES ('été'); CREATE INDEX ON word (unaccent(w));
            """);

        using var refused = await corpus.RunAsync("apply", "", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, "corpus_changed", "ALTER FUNCTION unaccent(text) IMMUTABLE");
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString());
        Assert.That(refused.ToString(), Does.Contain("MP6251").And.Contain("ALTER FUNCTION … IMMUTABLE on the target"));
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(apply.ToString(), Does.Contain("MP6250").And.Contain("2 changes of extensions of new/corpus_changed are not on the target"));
        Assert.That(verify.ExitCode, Is.Zero, verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("text search dictionary public.intdict")
                .And.Contain("function public.unaccent(regdictionary,text)")
                .And.Not.Contain("function public.unaccent(text)"),
            verify.ToString());
    }

    [Test]
    public async Task What_users_put_into_a_schema_that_an_extension_brings_is_compared()
    {
        await using var corpus = new CorpusMigration("corpus_inside", isManaged: false);
        await corpus.StartAsync();
        using var extension = await InstalledExtension.InstallAsync(corpus.Source, "inside", ("1.0", """
            CREATE SCHEMA geocoder; CREATE TABLE geocoder.edges (id int, name text);
            -- As the topology of PostGIS does it.
            DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET search_path = ' || (SELECT reset_val FROM pg_settings WHERE name = 'search_path') || ', geocoder'; END $$;
            """));
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_inside",
            $"CREATE EXTENSION {extension.Name}; CREATE TABLE geocoder.of_maine (CHECK (id > 0)) INHERITS (geocoder.edges); CREATE INDEX of_maine_id ON geocoder.of_maine (id); INSERT INTO geocoder.of_maine VALUES (1)");

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        await corpus.PsqlAsync(corpus.Target, "corpus_inside", "DROP INDEX geocoder.of_maine_id");
        using var verify = await corpus.RunAsync("verify");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("index geocoder.of_maine_id").And.Not.Contain("schema geocoder"), verify.ToString());
    }

    /// <summary>Beside everything that a pick leaves behind by design: what needs <c>other</c>, hangs on what does, or follows from a root there.</summary>
    private const string Split =
        """
        CREATE SCHEMA billing; CREATE SCHEMA other; CREATE ROLE corpus_app;
        CREATE TABLE other.customer (id int PRIMARY KEY, n int); INSERT INTO other.customer VALUES (1);
        CREATE FUNCTION billing.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TABLE billing.invoice (id serial PRIMARY KEY, amount numeric, customer int CONSTRAINT crossing REFERENCES other.customer); INSERT INTO billing.invoice VALUES (DEFAULT, 5);
        COMMENT ON CONSTRAINT crossing ON billing.invoice IS 'crossing';
        CREATE TABLE billing.line (id int CONSTRAINT line_pkey PRIMARY KEY, invoice int CONSTRAINT inside REFERENCES billing.invoice, n int DEFAULT 7 CONSTRAINT positive CHECK (n > 0));
        INSERT INTO billing.line SELECT i, 1, i FROM generate_series(1, 3) i; CREATE INDEX line_n ON billing.line (n); CREATE STATISTICS billing.line_st ON id, n FROM billing.line;
        CREATE TRIGGER touched BEFORE INSERT ON billing.line FOR EACH ROW EXECUTE FUNCTION billing.touch();
        CREATE RULE quiet AS ON DELETE TO billing.line DO ALSO NOTHING; CREATE POLICY mine ON billing.line USING (n > 1); COMMENT ON COLUMN billing.line.n IS 'number';
        GRANT SELECT ON billing.line TO corpus_app; GRANT USAGE ON SCHEMA billing TO corpus_app; GRANT UPDATE (n) ON billing.line TO corpus_app; ALTER DEFAULT PRIVILEGES IN SCHEMA billing GRANT SELECT ON TABLES TO corpus_app;
        CREATE VIEW billing.big AS SELECT * FROM billing.line WHERE n > 2; CREATE MATERIALIZED VIEW billing.sums AS SELECT sum(n) FROM billing.line;
        CREATE TYPE billing.mood AS ENUM ('x'); CREATE FUNCTION billing.f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE SEQUENCE billing.numbers;
        CREATE OPERATOR billing.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); CREATE OPERATOR FAMILY billing.fam USING btree; CREATE TEXT SEARCH CONFIGURATION billing.cfg (COPY = english);

        CREATE VIEW billing.foreign_one AS SELECT * FROM other.customer; GRANT SELECT ON billing.foreign_one TO corpus_app; CREATE POLICY theirs ON billing.line USING (EXISTS (SELECT FROM other.customer));
        CREATE FUNCTION billing.of_row(other.customer) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; COMMENT ON FUNCTION billing.of_row(other.customer) IS 'stays';
        CREATE FUNCTION billing.same(other.customer, other.customer) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR billing.<=> (LEFTARG = other.customer, RIGHTARG = other.customer, FUNCTION = billing.same);
        CREATE FUNCTION billing.looks(int) RETURNS bigint LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT count(*) FROM other.customer; END; CREATE INDEX line_looks ON billing.line (billing.looks(n)); CREATE STATISTICS billing.theirs ON id, n FROM other.customer;
        CREATE TABLE billing.keeper (id int DEFAULT 1); CREATE SEQUENCE billing.theirs_seq OWNED BY billing.keeper.id; CREATE SEQUENCE billing.shared_seq OWNED BY billing.keeper.id; ALTER TABLE billing.invoice ALTER customer SET DEFAULT nextval('billing.shared_seq');
        CREATE TABLE other.root (id int, line int CONSTRAINT by_root REFERENCES billing.line, CONSTRAINT checked CHECK (id > 0), PRIMARY KEY (id)) PARTITION BY RANGE (id);
        CREATE TRIGGER by_root BEFORE INSERT ON other.root FOR EACH ROW EXECUTE FUNCTION billing.touch();
        CREATE TABLE billing.part PARTITION OF other.root FOR VALUES FROM (1) TO (9); INSERT INTO other.root VALUES (1, 1);
        """;

    /// <summary>A statement for the target, and what is to be said of it.</summary>
    private static readonly (string Sql, string[] Found)[] Losses =
    [
        ("ALTER TABLE billing.invoice DROP COLUMN amount", ["column billing.invoice.amount: numeric on the source, absent", "on one side only: amount"]),
        ("ALTER TABLE billing.line DROP CONSTRAINT line_pkey CASCADE", ["constraint billing.line.line_pkey", "index billing.line_pkey"]),
        ("ALTER TABLE billing.line DROP CONSTRAINT inside", ["foreign key billing.line.inside"]),
        ("ALTER TABLE billing.line DROP CONSTRAINT positive", ["constraint billing.line.positive"]),
        ("DROP INDEX billing.line_n", ["index billing.line_n"]),
        ("DROP STATISTICS billing.line_st", ["statistics object billing.line_st"]),
        ("DROP TRIGGER touched ON billing.line", ["trigger billing.line.touched"]),
        ("DROP RULE quiet ON billing.line", ["rule billing.line.quiet"]),
        ("DROP POLICY mine ON billing.line", ["policy billing.line.mine", "policy condition billing.line.mine"]),
        ("COMMENT ON COLUMN billing.line.n IS NULL", ["comment billing.line.n"]),
        ("REVOKE SELECT ON billing.line FROM corpus_app", ["grant billing.line to corpus_app"]),
        ("REVOKE UPDATE (n) ON billing.line FROM corpus_app", ["grant billing.line.n to corpus_app"]),
        ("REVOKE USAGE ON SCHEMA billing FROM corpus_app", ["grant schema billing to corpus_app"]),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA billing REVOKE SELECT ON TABLES FROM corpus_app",
            ["default privileges for tables in billing of migplan to corpus_app"]),
        ("ALTER TABLE billing.line ALTER n DROP DEFAULT", ["default billing.line.n"]),
        ("DROP VIEW billing.big", ["view billing.big", "column billing.big.n", "owner billing.big", "definition billing.big"]),
        ("DROP MATERIALIZED VIEW billing.sums", ["materialized view billing.sums"]),
        ("DROP TYPE billing.mood", ["type billing.mood"]),
        ("DROP FUNCTION billing.f(int)", ["function billing.f(integer)"]),
        ("DROP SEQUENCE billing.numbers", ["sequence billing.numbers", "sequence options billing.numbers"]),
        ("DROP OPERATOR billing.=== (int, int)", ["operator billing.===("]),
        ("DROP OPERATOR FAMILY billing.fam USING btree", ["operator family billing.fam USING btree"]),
        ("DROP TEXT SEARCH CONFIGURATION billing.cfg", ["text search configuration billing.cfg"]),
        ("ALTER TABLE billing.line ADD extra int", ["column billing.line.extra: absent on the source", "on one side only: extra"]),
        ("GRANT INSERT ON billing.part TO corpus_app", ["grant billing.part to corpus_app: SELECT on the source, INSERT,SELECT on the target"]),
        ("CREATE INDEX extra_index ON billing.line (id)", ["index billing.extra_index: absent on the source"]),
        ("CREATE FUNCTION billing.extra() RETURNS int LANGUAGE sql AS 'SELECT 1'", ["function billing.extra(): absent on the source"]),
    ];

    [TestCase("include: { schemas: [billing] }")]
    [TestCase("exclude: { schemas: [other], tables: [billing.keeper] }")]
    [TestCase("exclude: { tableData: [other.customer] }")]
    public async Task Of_what_a_mapping_picks_nothing_is_missed_in_silence(string pick)
    {
        await using var corpus = new CorpusMigration("corpus_split", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_split", Split);
        using var apply = await corpus.RunAsync("apply", $", {pick}, crossBoundaryForeignKeys: drop", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        using var equal = await corpus.RunAsync("verify", $", {pick}");
        Assert.That(equal.ExitCode, Is.Zero, equal.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_split", string.Join("; ", Losses.Select(loss => loss.Sql)));
        using var verify = await corpus.RunAsync("verify", $", {pick}");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(Losses.SelectMany(loss => loss.Found).Where(line => !verify.Output.Contains(line, StringComparison.Ordinal)), Is.Empty, verify.ToString());
    }

    private const string Adorned =
        """
        CREATE ROLE corpus_app; CREATE EXTENSION postgres_fdw; CREATE SERVER near FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a'); CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
        CREATE TABLE parent (id int); CREATE TABLE second (n int); CREATE TABLE child (id int, n int) INHERITS (parent, second); CREATE TABLE orphan (id int) INHERITS (parent);
        CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text, c text); CREATE UNIQUE INDEX t_a ON t (a); CREATE UNIQUE INDEX t_other ON t (a, id); ALTER TABLE t REPLICA IDENTITY USING INDEX t_a;
        CREATE INDEX t_expression ON t ((a + id)); ALTER INDEX t_expression ALTER COLUMN 1 SET STATISTICS 77; COMMENT ON INDEX t_a IS 'one';
        ALTER TABLE t ALTER b SET STORAGE EXTERNAL; ALTER TABLE t ALTER b SET STATISTICS 50; ALTER TABLE t ALTER a SET (n_distinct = 5); /*from 14*/ ALTER TABLE t ALTER c SET COMPRESSION pglz; /*end*/ ALTER TABLE t SET (toast.autovacuum_enabled = off);
        GRANT SELECT, INSERT ON t TO corpus_app WITH GRANT OPTION; GRANT UPDATE (a) ON t TO corpus_app WITH GRANT OPTION;
        /*from 17*/ GRANT MAINTAIN ON t TO corpus_app; ALTER DEFAULT PRIVILEGES GRANT MAINTAIN ON TABLES TO corpus_app; /*end*/
        CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO corpus_app WITH GRANT OPTION; CREATE TYPE s.e AS ENUM ('x'); GRANT USAGE ON TYPE s.e TO corpus_app WITH GRANT OPTION;
        CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION s.f() TO corpus_app WITH GRANT OPTION;
        CREATE FUNCTION s.evt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE FUNCTION s.evt2() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER tagged ON ddl_command_end WHEN TAG IN ('CREATE AGGREGATE', 'DROP AGGREGATE') EXECUTE FUNCTION s.evt(); CREATE EVENT TRIGGER calls ON sql_drop WHEN TAG IN ('DROP AGGREGATE') EXECUTE FUNCTION s.evt();
        CREATE FOREIGN TABLE ft (id int OPTIONS (column_name 'x'), n int) SERVER near OPTIONS (table_name 'there'); CREATE FOREIGN TABLE ft2 (id int) SERVER near;
        GRANT USAGE ON FOREIGN SERVER near TO corpus_app; GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO corpus_app; REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
        CREATE TABLE p (id int, n int) PARTITION BY RANGE (id); CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (1) TO (9); CREATE INDEX p_n ON p (n); CREATE INDEX p_id ON p (id);
        """;

    private static readonly (string Sql, string[] Found)[] Changed =
    [
        ("ALTER TABLE orphan NO INHERIT parent", ["parent public.orphan of public.parent"]),
        ("ALTER TABLE child NO INHERIT parent; ALTER TABLE child INHERIT parent", ["parent public.child of public.parent: 1 on the source, 2 on the target"]),
        ("ALTER TABLE t REPLICA IDENTITY USING INDEX t_other", ["table public.t: replica identity i t_a"]),
        ("ALTER INDEX t_expression ALTER COLUMN 1 SET STATISTICS 78", ["index public.t_expression"]),
        ("COMMENT ON INDEX t_a IS 'two'", ["comment index public.t_a"]),
        ("ALTER TABLE t ALTER b SET STORAGE MAIN", ["column options public.t.b: storage e statistics 50 on the source, storage m statistics 50 on the target"]),
        (
            "ALTER TABLE t ALTER a RESET (n_distinct); ALTER TABLE t ALTER a SET STATISTICS 0",
            ["column options public.t.a: n_distinct=5 on the source, statistics 0 on the target"]),
        ("ALTER TABLE t RESET (toast.autovacuum_enabled)", ["toast {autovacuum_enabled=off}"]),
        ("REVOKE GRANT OPTION FOR INSERT ON t FROM corpus_app", ["grant public.t to corpus_app: INSERT*,"]),
        ("REVOKE GRANT OPTION FOR UPDATE (a) ON t FROM corpus_app", ["grant public.t.a to corpus_app: UPDATE* on the source, UPDATE on the target"]),
        ("REVOKE GRANT OPTION FOR USAGE ON SCHEMA s FROM corpus_app", ["grant schema s to corpus_app: USAGE* on the source, USAGE on the target"]),
        ("REVOKE GRANT OPTION FOR USAGE ON TYPE s.e FROM corpus_app", ["grant type s.e to corpus_app: USAGE* on the source, USAGE on the target"]),
        ("REVOKE GRANT OPTION FOR EXECUTE ON FUNCTION s.f() FROM corpus_app", ["grant s.f() to corpus_app: EXECUTE* on the source, EXECUTE on the target"]),
        (
            "DROP EVENT TRIGGER tagged; CREATE EVENT TRIGGER tagged ON ddl_command_end WHEN TAG IN ('CREATE AGGREGATE') EXECUTE FUNCTION s.evt()",
            ["event trigger tagged: ddl_command_end s.evt CREATE AGGREGATE,DROP AGGREGATE O on the source, ddl_command_end s.evt CREATE AGGREGATE O on the target"]),
        (
            "DROP EVENT TRIGGER calls; CREATE EVENT TRIGGER calls ON sql_drop WHEN TAG IN ('DROP AGGREGATE') EXECUTE FUNCTION s.evt2()",
            ["event trigger calls: sql_drop s.evt "]),
        ("ALTER FOREIGN TABLE ft OPTIONS (SET table_name 'elsewhere')", ["foreign table public.ft: replica identity n server near "]),
        ("ALTER FOREIGN TABLE ft ALTER id OPTIONS (SET column_name 'y')", ["column options public.ft.id"]),
        (
            "DROP FOREIGN TABLE ft2; CREATE FOREIGN TABLE ft2 (id int) SERVER far",
            ["foreign table public.ft2: replica identity n server near on the source, replica identity n server far on the target"]),
        ("REVOKE USAGE ON FOREIGN SERVER near FROM corpus_app", ["grant server near to corpus_app"]),
        ("REVOKE USAGE ON FOREIGN DATA WRAPPER postgres_fdw FROM corpus_app", ["grant foreign-data wrapper postgres_fdw to corpus_app"]),
        ("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC", ["grant language plpgsql to PUBLIC: absent on the source"]),
        ("DROP INDEX p_n; CREATE INDEX p_n ON ONLY p (n); CREATE INDEX p_1_n_idx ON p_1 (n)", ["valid index public.p_n", "index partition public.p_1_n_idx"]),
    ];

    private static readonly (string Sql, string[] Found)[] ChangedFrom14 = [(
        "ALTER TABLE t ALTER c SET COMPRESSION default", ["column options public.t.c: compression p on the source"])];

    private static readonly (string Sql, string[] Found)[] ChangedFrom17 =
    [
        ("REVOKE MAINTAIN ON t FROM corpus_app", ["INSERT*,MAINTAIN,SELECT* on the source"]),
        (
            "ALTER DEFAULT PRIVILEGES REVOKE MAINTAIN ON TABLES FROM corpus_app",
            ["default privileges for tables of migplan to corpus_app: MAINTAIN on the source"]),
    ];

    [Test]
    public async Task What_is_set_for_an_object_is_compared_with_it()
    {
        await using var corpus = new CorpusMigration("corpus_adorned", isManaged: false);
        await corpus.StartAsync();
        var version = corpus.Source.MajorVersion;
        await corpus.PsqlAsync(corpus.Source, "corpus_adorned", CorpusText.Of(version, Adorned));
        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        var changes = Changed.Concat(version >= 14 ? ChangedFrom14 : []).Concat(version >= 17 ? ChangedFrom17 : []).ToList();
        await corpus.PsqlAsync(corpus.Target, "corpus_adorned", string.Join("; ", changes.Select(change => change.Sql)));
        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            changes.SelectMany(change => change.Found).Where(line => !verify.Output.Contains(line, StringComparison.Ordinal)),
            Is.Empty,
            verify.ToString());
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
        await corpus.PsqlAsync(
            corpus.Target,
            "corpus_long",
            "UPDATE chunked SET filler = filler || 'x' WHERE id = 39999; UPDATE long SET a = 'z' WHERE id = 2");

        using var verify = await corpus.RunAsync("verify");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("(id) changed 39999"));
        Assert.That(verify.Output, Does.Contain("(id) changed 2"));
    }
}
