using System.Text.Json;
using MigrationPlans.PostgreSql.Clusters;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What <c>verify</c> finds changed of definitions, each property by itself.</summary>
public sealed class VerifyDefinitionsTests
{
    private const string Source =
        """
        CREATE SCHEMA a; CREATE SCHEMA "a.b"; CREATE VIEW a."b.c" AS SELECT 1 x; CREATE VIEW "a.b".c AS SELECT 1 x; CREATE ROLE "PUBLIC";
        CREATE TABLE a.t (x int); CREATE TABLE a."t.x" (y int); COMMENT ON COLUMN a.t.x IS 'one'; COMMENT ON TABLE a."t.x" IS 'two'; GRANT SELECT ON a.t TO "PUBLIC"; GRANT CREATE ON DATABASE corpus_definitions TO "PUBLIC"; CREATE ROLE def_owner; CREATE ROLE def_reader;
        CREATE TABLE guarded (id int DEFAULT 1, owner text); CREATE POLICY plain ON guarded USING (owner = CURRENT_USER) WITH CHECK (owner = CURRENT_USER);
        CREATE POLICY asking ON guarded USING (owner IN (SELECT g.owner FROM guarded g)) WITH CHECK (owner = CURRENT_USER);
        CREATE SCHEMA s1; CREATE SCHEMA "S 2"; CREATE COLLATION s1.de (provider = icu, locale = 'de'); CREATE COLLATION "S 2".de (provider = icu, locale = 'de');
        CREATE TABLE holder (id serial PRIMARY KEY, other int, de text COLLATE s1.de); CREATE INDEX holder_other ON holder (other); ALTER TABLE holder CLUSTER ON holder_other; ALTER TABLE holder SET (fillfactor = 70, autovacuum_enabled = off);
        CREATE TYPE s1.pair AS (a int, b text COLLATE s1.de); CREATE TABLE typed OF s1.pair; CREATE DOMAIN s1.word AS text COLLATE s1.de; CREATE TYPE s1.span AS RANGE (SUBTYPE = int);
        CREATE AGGREGATE s1.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0', PARALLEL = SAFE, SSPACE = 64); CREATE STATISTICS s1.st ON id, other FROM holder;
        CREATE FUNCTION s1.one(s1.pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.b'; CREATE FUNCTION s1.two(s1.pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1.b'; CREATE CAST (s1.pair AS text) WITH FUNCTION s1.one(s1.pair);
        CREATE FUNCTION s1.same(s1.pair, s1.pair) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE OPERATOR s1.=== (FUNCTION = s1.same, LEFTARG = s1.pair, RIGHTARG = s1.pair, COMMUTATOR = OPERATOR(s1.===));
        CREATE TEXT SEARCH DICTIONARY s1.dict (TEMPLATE = simple); CREATE CONVERSION s1.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE FOREIGN DATA WRAPPER fdw; CREATE FOREIGN DATA WRAPPER fdw2; CREATE SERVER srv FOREIGN DATA WRAPPER fdw; CREATE EXTENSION pg_trgm SCHEMA s1;
        CREATE TABLE main (id int PRIMARY KEY); CREATE TABLE ref (id int CONSTRAINT to_main REFERENCES main); ALTER TABLE ref DISABLE TRIGGER ALL; CREATE TABLE ref2 (id int CONSTRAINT to_main2 REFERENCES main); CREATE TABLE ordered (a int, b text);
        SELECT lo_from_bytea(4000001, 'large'); COMMENT ON LARGE OBJECT 4000001 IS 'one';
        SELECT lo_create(4000002), lo_create(4000003), lo_create(4000004); ALTER LARGE OBJECT 4000002 OWNER TO def_owner; GRANT SELECT ON LARGE OBJECT 4000003 TO def_reader, PUBLIC;
        CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION few FOR TABLE main, ordered; CREATE PUBLICATION owned FOR TABLE main; ALTER PUBLICATION owned OWNER TO def_owner;
        /*below 15*/ ALTER SCHEMA public OWNER TO def_reader; /*end*/
        COMMENT ON TABLE main IS '((a AND b) AND c)'; COMMENT ON EXTENSION pg_trgm IS 'ours'; COMMENT ON PUBLICATION owned IS 'one';
        CREATE TABLE parent (a int, CONSTRAINT positive CHECK (a > 0)); CREATE TABLE child () INHERITS (parent);
        CREATE TABLE late (a int CONSTRAINT once UNIQUE DEFERRABLE);
        CREATE DOMAIN s1.email AS text CONSTRAINT has_at CHECK (VALUE ~ '@'); CREATE TYPE s1.labels AS ENUM ('a,b');
        CREATE TYPE s1.words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_ops);
        CREATE FUNCTION s1.again(a int DEFAULT 1) RETURNS int LANGUAGE plpgsql AS $$DECLARE n int; a integer DEFAULT 1; BEGIN RETURN a; END$$;
        CREATE PROCEDURE s1.tell(stock int) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'keep (IN stock), IN order'; END$$;
        CREATE FUNCTION s1.add(int, VARIADIC int[]) RETURNS int LANGUAGE sql AS 'SELECT $1';
        CREATE AGGREGATE s1.sums(VARIADIC int[]) (SFUNC = s1.add, STYPE = int);
        CREATE CONVERSION s1.of_latin FOR 'LATIN2' TO 'UTF8' FROM iso8859_to_utf8; CREATE SERVER typed TYPE 'x' FOREIGN DATA WRAPPER fdw;
        CREATE TEXT SEARCH PARSER s1.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
        CREATE TEXT SEARCH TEMPLATE s1.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        CREATE TEXT SEARCH PARSER "S 2".words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
        CREATE TEXT SEARCH TEMPLATE "S 2".plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
        CREATE TEXT SEARCH CONFIGURATION s1.by_words (PARSER = s1.words); CREATE TEXT SEARCH DICTIONARY s1.by_plain (TEMPLATE = s1.plain);
        CREATE OPERATOR FAMILY s1.one USING hash; CREATE OPERATOR FAMILY s1.two USING hash;
        CREATE OPERATOR CLASS s1.ops FOR TYPE int USING hash FAMILY s1.one AS OPERATOR 1 =, FUNCTION 1 hashint4(int);
        /*from 14*/ CREATE FUNCTION s1.parsed(a int) RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT a; END;
        /*end*/ /*from 18*/ CREATE TABLE named (a int NOT NULL); CREATE TABLE plain (a int NOT NULL); CREATE TABLE again (LIKE plain); /*end*/
        /*from 14*/ CREATE TYPE s1.spread AS RANGE (SUBTYPE = int, MULTIRANGE_TYPE_NAME = s1.spreads); CREATE TYPE s1.reach AS RANGE (SUBTYPE = int, MULTIRANGE_TYPE_NAME = s1.reaches); /*end*/
        /*from 15*/ CREATE PUBLICATION of_schema FOR TABLES IN SCHEMA s1; CREATE PUBLICATION part FOR TABLE ordered (a) WHERE (a > 1); /*end*/
        """;

    private const string Mapping = ", publications: copy";

    private static readonly (string Sql, string[] Found)[] Changes =
    [
        ("DROP VIEW a.\"b.c\"", ["view a.b.c:"]),
        (
            "COMMENT ON COLUMN a.t.x IS 'two'; COMMENT ON TABLE a.\"t.x\" IS 'one'",
            ["comment a.t.x: one on the source, two on the target", "comment a.t.x: two on the source, one on the target"]),
        (
            "REVOKE SELECT ON a.t FROM \"PUBLIC\"; GRANT SELECT ON a.t TO PUBLIC",
            ["grant a.t to \"PUBLIC\": SELECT on the source, absent on the target", "grant a.t to PUBLIC: absent on the source, SELECT on the target"]),
        ("ALTER TABLE guarded ALTER id SET DEFAULT 999", ["default public.guarded.id: 1 on the source, 999 on the target"]),
        ("ALTER POLICY plain ON guarded USING (true) WITH CHECK (true)", ["policy condition public.guarded.plain:", "policy check public.guarded.plain:"]),
        ("ALTER POLICY asking ON guarded USING (true) WITH CHECK (true)", ["policy condition public.guarded.asking:", "policy check public.guarded.asking:"]),
        (
            "ALTER SEQUENCE holder_id_seq OWNED BY holder.other",
            ["sequence options public.holder_id_seq: integer 1 1 1 2147483647 1 f of public.holder.id on the source, integer 1 1 1 2147483647 1 f of public.holder.other on the target"]),
        (
            "ALTER TABLE holder ALTER de TYPE text COLLATE \"S 2\".de",
            ["column public.holder.de: text collate s1.de on the source, text collate S 2.de on the target"]),
        ("ALTER TABLE holder SET WITHOUT CLUSTER", ["table public.holder: replica identity d cluster on holder_other"]),
        ("ALTER TABLE typed NOT OF", ["table public.typed: replica identity d of type s1.pair on the source"]),
        ("DROP DOMAIN s1.word; CREATE DOMAIN s1.word AS text COLLATE \"S 2\".de", ["type s1.word: d text collate s1.de"]),
        ("DROP TYPE s1.span; CREATE TYPE s1.span AS RANGE (SUBTYPE = date)", ["type s1.span: r integer"]),
        (
            "DROP AGGREGATE s1.total(int); CREATE AGGREGATE s1.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0')",
            ["function s1.total(integer): aggregate int4pl"]),
        ("DROP STATISTICS s1.st; CREATE STATISTICS s1.st ON id, de FROM holder", ["statistics object s1.st:"]),
        (
            "DROP CAST (s1.pair AS text); CREATE CAST (s1.pair AS text) WITH FUNCTION s1.two(s1.pair)",
            ["cast (s1.pair AS pg_catalog.text): e f s1.one(s1.pair) on the source"]),
        (
            "DROP OPERATOR s1.=== (s1.pair, s1.pair); CREATE OPERATOR s1.=== (FUNCTION = s1.same, LEFTARG = s1.pair, RIGHTARG = s1.pair)",
            ["operator s1.===(s1.pair,s1.pair):"]),
        (
            "DROP TEXT SEARCH DICTIONARY s1.dict; CREATE TEXT SEARCH DICTIONARY s1.dict (TEMPLATE = pg_catalog.synonym, SYNONYMS = synonym_sample)",
            ["text search dictionary s1.dict: simple"]),
        ("DROP CONVERSION s1.conv; CREATE DEFAULT CONVERSION s1.conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
            ["conversion s1.conv: iso8859_1_to_utf8 f LATIN1 to UTF8 on the source, iso8859_1_to_utf8 t"]),
        ("DROP SERVER srv; CREATE SERVER srv FOREIGN DATA WRAPPER fdw2", ["server srv: fdw on the source, fdw2 on the target"]),
        (
            "ALTER FOREIGN DATA WRAPPER fdw VALIDATOR postgresql_fdw_validator",
            ["foreign-data wrapper fdw: - - on the source, - postgresql_fdw_validator on the target"]),
        ("ALTER EXTENSION pg_trgm SET SCHEMA a", ["extension pg_trgm: in s1 on the source, in a on the target"]),
        (
            "ALTER TABLE ref2 DISABLE TRIGGER ALL; ALTER TABLE ref2 ENABLE TRIGGER USER",
            ["disabled foreign key public.ref2.to_main2: absent on the source, disabled on the target"]),
        ("COMMENT ON LARGE OBJECT 4000001 IS 'two'", ["large object comment 4000001: one on the source, two on the target"]),
        (
            "ALTER LARGE OBJECT 4000002 OWNER TO def_reader",
            ["large objects of def_owner: 1 (hash of their oids", "large objects of def_reader: absent on the source, 1 (hash of their oids"]),
        (
            "REVOKE SELECT ON LARGE OBJECT 4000003 FROM PUBLIC",
            ["large objects of migplan for PUBLIC:SELECT, def_reader:SELECT: 1 (hash of their oids", "large objects of migplan for def_reader:SELECT: absent on the source"]),
        ("ALTER PUBLICATION owned OWNER TO def_reader", ["owner publication owned: def_owner on the source, def_reader on the target"]),
        (
            "REVOKE CREATE ON DATABASE corpus_definitions FROM \"PUBLIC\"; GRANT CREATE ON DATABASE corpus_definitions TO PUBLIC",
            ["database privileges of \"PUBLIC\": CREATE on the source, absent on the target", "database privileges of PUBLIC:"]),
        ("DROP PUBLICATION everything", ["publication everything: all tables t t t t false on the source, absent on the target"]),
        (
            "DROP PUBLICATION few; CREATE PUBLICATION few FOR TABLE ordered WITH (publish = 'insert')",
            ["publication few: t t t t false on the source, t f f f false on the target", "published table few of public.main:"]),
        (
            "ALTER TABLE ordered RENAME a TO c; ALTER TABLE ordered RENAME b TO a; ALTER TABLE ordered RENAME c TO b; ALTER TABLE ordered ALTER a TYPE int USING 1, ALTER b TYPE text",
            ["column order public.ordered: a, b on the source, b, a on the target"]),
        ("COMMENT ON TABLE main IS '(a AND b AND c)'", ["comment public.main: ((a AND b) AND c) on the source, (a AND b AND c) on the target"]),
        ("COMMENT ON EXTENSION pg_trgm IS 'theirs'", ["comment extension pg_trgm: ours on the source, theirs on the target"]),
        ("COMMENT ON PUBLICATION owned IS 'two'", ["comment publication owned: one on the source, two on the target"]),
        ("ALTER SCHEMA public OWNER TO def_owner", ["owner schema public: "]),
        ("ALTER TABLE child NO INHERIT parent; ALTER TABLE child INHERIT parent",
            ["column public.child.a: integer inherited on the source, integer on the target",
             "constraint public.child.positive: CHECK ((a > 0)) inherited on the source"]),
        ("ALTER TABLE late DISABLE TRIGGER ALL", ["disabled constraint public.late.once: absent on the source, disabled on the target"]),
        ("ALTER DOMAIN s1.email RENAME CONSTRAINT has_at TO holds_at", ["type s1.email: d text has_at CHECK"]),
        ("DROP TYPE s1.labels; CREATE TYPE s1.labels AS ENUM ('a', 'b')", ["type s1.labels: e 'a,b' on the source, e 'a','b' on the target"]),
        ("DROP TYPE s1.words; CREATE TYPE s1.words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops)", ["type s1.words: r text"]),
        ("CREATE OR REPLACE FUNCTION s1.again(a int DEFAULT 1) RETURNS int LANGUAGE plpgsql AS $$DECLARE n int; a integer; BEGIN RETURN a; END$$",
            ["function s1.again(integer): "]),
        ("CREATE OR REPLACE PROCEDURE s1.tell(stock int) LANGUAGE plpgsql AS $$BEGIN RAISE NOTICE 'keep (stock), order'; END$$",
            ["function s1.tell(integer): "]),
        ("DROP AGGREGATE s1.sums(VARIADIC int[]); CREATE AGGREGATE s1.sums(n int[]) (SFUNC = s1.add, STYPE = int)", ["function s1.sums(integer[]): "]),
        ("DROP CONVERSION s1.of_latin; CREATE CONVERSION s1.of_latin FOR 'LATIN3' TO 'UTF8' FROM iso8859_to_utf8",
            ["conversion s1.of_latin: iso8859_to_utf8 f LATIN2"]),
        ("DROP SERVER typed; CREATE SERVER typed VERSION 'x' FOREIGN DATA WRAPPER fdw",
            ["server typed: fdw type x on the source, fdw version x on the target"]),
        ("DROP TEXT SEARCH CONFIGURATION s1.by_words; CREATE TEXT SEARCH CONFIGURATION s1.by_words (PARSER = \"S 2\".words)",
            ["text search configuration s1.by_words: s1.words on the source, S 2.words on the target"]),
        ("DROP TEXT SEARCH DICTIONARY s1.by_plain; CREATE TEXT SEARCH DICTIONARY s1.by_plain (TEMPLATE = \"S 2\".plain)",
            ["text search dictionary s1.by_plain: s1.plain on the source, S 2.plain on the target"]),
        ("DROP OPERATOR CLASS s1.ops USING hash; "
            + "CREATE OPERATOR CLASS s1.ops FOR TYPE int USING hash FAMILY s1.two AS OPERATOR 1 =, FUNCTION 1 hashint4(int)",
            ["operator class s1.ops USING hash: f integer s1.one on the source, f integer s1.two on the target"]),
    ];

    private static readonly (string Sql, string[] Found)[] ChangesFrom14 =
    [
        ("ALTER FUNCTION s1.parsed SECURITY DEFINER VOLATILE STRICT; ALTER FUNCTION s1.parsed SET search_path = evil", ["function s1.parsed(integer): "]),
    ];

    private static readonly (string Sql, string[] Found)[] ChangesFrom15 =
    [
        (
            "ALTER PUBLICATION of_schema SET TABLES IN SCHEMA a",
            ["published schema s1 in publication of_schema:", "published schema a in publication of_schema:"]),
        ("ALTER PUBLICATION part SET TABLE ordered", ["published table part of public.ordered: t t t t false where (a > 1) columns a on the source"]),
    ];

    private static readonly (string Sql, string[] Found)[] ChangesFrom14Below17 =
    [
        ("REVOKE USAGE ON TYPE s1.spreads FROM PUBLIC", ["grant multirange type of s1.spread to PUBLIC: USAGE on the source, absent on the target"]),
        ("ALTER TYPE s1.reaches OWNER TO def_reader", ["owner multirange type of s1.reach: migplan on the source, def_reader on the target"]),
    ];

    [Test]
    public async Task Each_property_of_a_definition_is_compared()
    {
        await using var corpus = new CorpusMigration("corpus_definitions", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_definitions", CorpusText.Of(corpus.Source.MajorVersion, Source));
        using var apply = await corpus.RunAsync("apply", Mapping, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        using var equal = await corpus.RunAsync("verify", Mapping);
        Assert.That(equal.ExitCode, Is.Zero, equal.ToString());

        var changes = (corpus.Source.MajorVersion >= 15 ? ChangesFrom15 : [])
            .Concat(corpus.Source.MajorVersion >= 14 ? ChangesFrom14 : [])
            .Concat(new[] { corpus.Source.MajorVersion, corpus.Target.MajorVersion }.All(major => major is >= 14 and < 17) ? ChangesFrom14Below17 : [])
            .Concat(Changes)
            .ToList();
        await corpus.PsqlAsync(corpus.Target, "corpus_definitions", "ALTER TABLE holder RESET (fillfactor); ALTER TABLE holder SET (fillfactor = 70)");
        await corpus.PsqlAsync(corpus.Target, "corpus_definitions", string.Join("; ", changes.Select(change => change.Sql)));
        // The text shows the first fifty.
        using var verify = await corpus.RunAsync("verify", Mapping, "--format", "json");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        var lines = JsonDocument.Parse(verify.Output).RootElement.GetProperty("databases")[0].GetProperty("differences").EnumerateArray().Select(Line).ToList();
        var missing = changes.SelectMany(change => change.Found).Where(found => !lines.Exists(line => line.StartsWith(found, StringComparison.Ordinal)));
        Assert.That(missing, Is.Empty, string.Join('\n', lines));
    }

    private static string Line(JsonElement difference)
    {
        return $"{Of("kind")} {Of("name")}: {Side("source")} on the source, {Side("target")} on the target";
        string? Of(string property) => difference.TryGetProperty(property, out var value) ? value.GetString() : null;
        string Side(string property) => Of(property) switch { null => "absent", "" => "present", var value => value };
    }

    [Test]
    public async Task Positions_of_sequences_that_are_not_picked_and_roles_that_a_mapping_renames_are_no_difference()
    {
        await using var corpus = new CorpusMigration("corpus_positions", isManaged: false) { HasOwnRoles = true };
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_positions", """
            CREATE ROLE r_old; CREATE SCHEMA a; CREATE SCHEMA b; CREATE SEQUENCE b.s; SELECT nextval('b.s') FROM generate_series(1, 5); CREATE SEQUENCE a.s; CREATE TABLE a.t (id int); ALTER TABLE a.t OWNER TO r_old;
            CREATE TABLE b.t (id serial); INSERT INTO b.t VALUES (DEFAULT);
            """);
        await corpus.PsqlAsync(corpus.Target, "postgres", "CREATE ROLE r_new");
        const string Pick = ", exclude: { schemas: [b] }, roles: { map: { r_old: r_new } }";
        using var apply = await corpus.RunAsync("apply", Pick, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        await corpus.PsqlAsync(corpus.Target, "corpus_positions", "CREATE SCHEMA b; CREATE SEQUENCE b.s; CREATE TABLE b.t (id serial)");
        using var equal = await corpus.RunAsync("verify", Pick);
        Assert.That(equal.ExitCode, Is.Zero, equal.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_positions", $"SELECT nextval('a.s'); ALTER TABLE a.t OWNER TO {LocalCluster.Superuser}");
        using var verify = await corpus.RunAsync("verify", Pick);

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("sequence position a.s: 1 (not called) on the source, 1 on the target")
                .And.Contain("owner a.t: r_new (r_old there) on the source")
                .And.Not.Contain(" b."),
            verify.ToString());
    }
}
