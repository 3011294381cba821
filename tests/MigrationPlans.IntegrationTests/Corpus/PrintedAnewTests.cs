using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>What the server prints or names otherwise when it is created anew is no difference, or is put right.</summary>
public sealed class PrintedAnewTests
{
    private const string Names =
        """
        DROP EXTENSION plpgsql; CREATE EXTENSION plpgsql;
        CREATE TABLE t (a int, b text, big int8); INSERT INTO t VALUES (1, 'k', 1);
        CREATE VIEW v AS SELECT a FROM t WHERE b IN (SELECT 'foo' UNION SELECT 'bar') OR EXISTS (SELECT 'x' FROM t) OR b = (SELECT 'q') OR b = (SELECT 'x' COLLATE "C") OR b = (SELECT (SELECT 'z')) OR a = ANY (ARRAY(SELECT -1));
        CREATE VIEW w AS SELECT 1 AS a FROM t WHERE EXISTS (SELECT '1'::numeric(3,1), NULL, 'a'::"char" UNION ALL SELECT 1, 'b', 'c') AND EXISTS (SELECT '2020-01-01'::timestamp(3)::date UNION SELECT timestamp '2020-01-01' + '1 day' UNION SELECT NULL);
        CREATE VIEW rows AS SELECT 1 AS a, 2 AS b UNION ALL VALUES (3, 4), (5, 6);
        CREATE AGGREGATE ended(int) (SFUNC = int4pl, STYPE = int, FINALFUNC_MODIFY = READ_WRITE, FINALFUNC_EXTRA);
        CREATE AGGREGATE moving(int) (SFUNC = int4pl, STYPE = int, MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = int, MFINALFUNC_MODIFY = SHAREABLE, MFINALFUNC_EXTRA);
        CREATE MATERIALIZED VIEW m AS SELECT b FROM t WHERE b = ANY (ARRAY(SELECT 'k'));
        CREATE RULE r AS ON UPDATE TO t WHERE new.b IN (SELECT 'foo') DO ALSO INSERT INTO t (b) SELECT 'x';
        CREATE FUNCTION fd(b bool DEFAULT 'x'::varchar IN ('a', 'b'), c int DEFAULT 1) RETURNS int LANGUAGE sql AS 'select 1';
        CREATE TABLE geo (lat numeric CHECK (lat BETWEEN -90 AND 90 AND lat <> 7), lon numeric, near bool GENERATED ALWAYS AS (lat BETWEEN 1 AND 2 AND lon > 3) STORED, far bool DEFAULT (now() BETWEEN '2020-01-01' AND '2030-01-01' AND true));
        CREATE VIEW places AS SELECT 1 AS a FROM geo WHERE lat BETWEEN -90 AND 90 AND lon > 3 AND (lat, lon) = (1, 2) OR lat NOT BETWEEN 1 AND 2 OR lon > 5;
        CREATE INDEX geo_some ON geo (lat) WHERE lat IN (1, lon) OR lon = 3; CREATE INDEX geo_which ON geo ((lat BETWEEN 1 AND 2 AND lon > 3)); CREATE POLICY there ON geo USING ((lat, lon) = (1, 2) AND lon > 0);
        CREATE DOMAIN degrees AS numeric CHECK (VALUE BETWEEN -90 AND 90 AND VALUE <> 7);
        CREATE SEQUENCE numbers; CREATE DOMAIN numbered AS int DEFAULT nextval('numbers'); CREATE VIEW crossed AS SELECT a, lat FROM t NATURAL LEFT JOIN geo;
        CREATE TABLE zones (id int, at timestamptz, v varchar(9)) PARTITION BY RANGE ((at AT TIME ZONE 'UTC'), id);
        CREATE TABLE moments (id int, at timestamptz, v varchar(9), x xml CHECK (x IS DOCUMENT AND id > 0));
        CREATE FUNCTION ft(text[]) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT true'; ALTER TABLE moments ADD CHECK (ft(ARRAY[ARRAY[v, v], ARRAY[v, 'x']]));
        CREATE TABLE below (a int DEFAULT -1::int CHECK (a >= -1::integer), n numeric DEFAULT -1.5::numeric, g int GENERATED ALWAYS AS (COALESCE(a, -1::int)) STORED);
        CREATE INDEX below_some ON below (n) WHERE a > -1::int; CREATE DOMAIN cold AS int DEFAULT -1::int CHECK (VALUE <> -5::int);
        CREATE VIEW low AS SELECT a, CASE WHEN a > -1::int THEN -2::int ELSE abs(-3::int) END FROM below WHERE a - 1 > -7::int;
        CREATE INDEX moments_at ON moments ((at AT TIME ZONE 'UTC'));
        CREATE INDEX moments_last ON moments (id, (at AT TIME ZONE 'UTC') DESC NULLS LAST) WHERE v IN ('a', 'b');
        CREATE POLICY docs ON moments USING (x IS DOCUMENT);
        ALTER TABLE moments ADD s text GENERATED ALWAYS AS (xmlserialize(CONTENT x AS text)) STORED;
        ALTER TABLE moments ADD d bool DEFAULT (xmlparse(CONTENT '<a/>') IS DOCUMENT), ADD CHECK (x IS NOT DOCUMENT), ADD CHECK (x IS DOCUMENT);
        """;

    /// <summary>Statistics of expressions, from 14 on.</summary>
    private const string Statistics =
        "CREATE STATISTICS of_moments ON (at AT TIME ZONE 'UTC'), (v IN ('a', 'b')), (v IN ('a', v || 'x', lower(v))), "
        + "((at, at) OVERLAPS (at, at)), (xmlserialize(CONTENT x AS text)) FROM moments;";

    /// <summary>From 14 on.</summary>
    private const string Bodies =
        """
        CREATE FUNCTION g() RETURNS SETOF text BEGIN ATOMIC SELECT b FROM t UNION ALL SELECT 'none'; END;
        CREATE FUNCTION h(x int, y int) RETURNS SETOF int8 BEGIN ATOMIC SELECT big FROM t UNION ALL SELECT $2; END;
        """;

    /// <summary>Two keys whose names go crosswise, below one and two levels.</summary>
    private const string Keys =
        """
        CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1);
        CREATE TABLE l (pid int, d int, e int, CONSTRAINT l_pid_fkey FOREIGN KEY (pid) REFERENCES p, CONSTRAINT l_e_fkey FOREIGN KEY (e) REFERENCES p) PARTITION BY LIST (d);
        CREATE TABLE l1 (pid int, d int, e int, CONSTRAINT l_e_fkey FOREIGN KEY (pid) REFERENCES p, CONSTRAINT l_pid_fkey FOREIGN KEY (e) REFERENCES p) PARTITION BY LIST (e);
        CREATE TABLE l11 (pid int, d int, e int, CONSTRAINT "My key" FOREIGN KEY (pid) REFERENCES p); INSERT INTO l11 VALUES (1, 1, 1);
        ALTER TABLE l1 ATTACH PARTITION l11 FOR VALUES IN (1); ALTER TABLE l ATTACH PARTITION l1 FOR VALUES IN (1);
        """;

    private CorpusMigration corpus = null!;

    [SetUp]
    public async Task StartAsync()
    {
        corpus = new CorpusMigration("corpus_anew", isManaged: false);
        await corpus.StartAsync();
    }

    [TearDown]
    public async Task StopAsync() => await corpus.DisposeAsync();

    [Test]
    public async Task Names_and_lists_that_only_printing_adds_are_no_difference_and_other_ones_are()
    {
        var hasBodies = Math.Min(corpus.Source.MajorVersion, corpus.Target.MajorVersion) >= 14;
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", hasBodies ? Names + Bodies + Statistics : Names);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await corpus.PsqlAsync(
            corpus.Target,
            "corpus_anew",
            "CREATE OR REPLACE FUNCTION fd(b bool DEFAULT 'x'::varchar IN ('a', 'c'), c int DEFAULT 1) RETURNS int LANGUAGE sql AS 'select 1'");
        using var verify = await corpus.RunAsync("verify");
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("argument defaults public.fd(boolean, integer): ")
                .And.Contain("'c'::character varying")
                .And.Not.Contain("definition ")
                .And.Not.Contain("function public.fd"));
    }

    /// <summary>An operator that lost the one that had named it as its negator, and, below 16, a table that a rule made a view.</summary>
    [Test]
    public async Task What_a_server_keeps_and_nobody_can_say_is_no_difference()
    {
        await corpus.PsqlAsync(
            corpus.Source,
            "corpus_anew",
            "CREATE OPERATOR === (LEFTARG = bool, RIGHTARG = bool, FUNCTION = booleq, NEGATOR = !==); DROP OPERATOR === (bool, bool)");
        if (corpus.Source.MajorVersion < 16)
        {
            await corpus.PsqlAsync(
                corpus.Source,
                "corpus_anew",
                "CREATE TABLE was (a int NOT NULL, b text); CREATE RULE \"_RETURN\" AS ON SELECT TO was DO INSTEAD SELECT 1 AS a, NULL AS b");
        }

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    /// <summary>Each is in a copy as it was; only some servers have another word or order for it.</summary>
    [Test]
    public async Task What_other_versions_name_otherwise_is_no_difference()
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE FUNCTION fj(json, jsonb) RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMENT ON FUNCTION fj(json, jsonb) IS 'x'; CREATE TYPE pair AS (a int, b text);
            CREATE FUNCTION pair(json) RETURNS pair LANGUAGE sql AS 'SELECT NULL::public.pair'; CREATE CAST (json AS pair) WITH FUNCTION pair(json); COMMENT ON CAST (json AS pair) IS 'cast';
            CREATE FUNCTION ej(json, json) RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE OPERATOR === (LEFTARG = json, RIGHTARG = json, FUNCTION = ej);
            CREATE TRANSFORM FOR pair LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal)); COMMENT ON TRANSFORM FOR pair LANGUAGE sql IS 'transform';
            CREATE COLLATION accents (provider = icu, locale = 'und-u-ks-level1-kc-true', deterministic = false); CREATE COLLATION phones (provider = icu, locale = 'de-u-co-phonebook');
            """);
        if (corpus.Source.MajorVersion < 18)
        {
            await corpus.PsqlAsync(
                corpus.Source,
                "corpus_anew",
                "CREATE UNLOGGED TABLE up (a int) PARTITION BY LIST (a); CREATE UNLOGGED TABLE up1 PARTITION OF up FOR VALUES IN (1)");
        }

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
    }

    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task Sequences_of_identity_columns_keep_their_types(string mapping)
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('x'); CREATE TABLE later (LIKE t INCLUDING ALL); INSERT INTO later (v) VALUES ('y');
            CREATE TABLE small (id smallint GENERATED BY DEFAULT AS IDENTITY); ALTER SEQUENCE small_id_seq AS bigint MINVALUE -7; SELECT setval('small_id_seq', 4000000000);
            """);

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        const string Types = "SELECT string_agg(concat_ws(' ', sequencename, data_type, min_value, max_value, last_value), ', ' ORDER BY 1) FROM pg_sequences";
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_anew", Types),
            Is.EqualTo(await Sql.ScalarAsync<string>(corpus.Source, "corpus_anew", Types)).And.Contain("later_id_seq bigint 1 2147483647 1"));
    }

    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task A_multirange_type_may_be_used_by_those_who_may_on_the_source(string mapping)
    {
        Assume.That(corpus.Source.MajorVersion, Is.GreaterThanOrEqualTo(14));
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE ROLE corpus_user; ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO corpus_user WITH GRANT OPTION;
            CREATE TYPE r2 AS RANGE (SUBTYPE = int4, MULTIRANGE_TYPE_NAME = r2s);
            """);

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        const string Rights =
            "SELECT has_type_privilege('public', 'r2s', 'USAGE') || ' ' || has_type_privilege('corpus_user', 'r2s', 'USAGE WITH GRANT OPTION')";
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_anew", Rights), Is.EqualTo("false true"));
    }

    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task Keys_of_partitions_keep_the_names_that_they_had_before_they_were_attached(string mapping)
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", Keys);

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        const string KeyNames = "SELECT string_agg(conrelid::regclass || ' ' || conname || ' ' || conkey::text, ', ' ORDER BY conrelid::regclass::text, conname) FROM pg_constraint WHERE contype = 'f'";
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_anew", KeyNames),
            Is.EqualTo(await Sql.ScalarAsync<string>(corpus.Source, "corpus_anew", KeyNames)).And.Contain("l1 l_pid_fkey {3}"));
    }

    /// <summary>Of its own and by its table: whoever creates its own first, as pg_dump does, is left with one.</summary>
    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task A_key_that_a_partition_has_twice_is_one(string mapping)
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE l (pid int) PARTITION BY LIST (pid); CREATE TABLE l1 PARTITION OF l FOR VALUES IN (1);
            ALTER TABLE l ADD FOREIGN KEY (pid) REFERENCES p; ALTER TABLE l1 ADD FOREIGN KEY (pid) REFERENCES p; ALTER TABLE l1 ADD CONSTRAINT other FOREIGN KEY (pid) REFERENCES p ON DELETE CASCADE;
            """);
        var canBeInvalid = Math.Min(corpus.Source.MajorVersion, corpus.Target.MajorVersion) >= 18;
        if (canBeInvalid)
        {
            await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
                CREATE TABLE n (pid int) PARTITION BY LIST (pid); CREATE TABLE n1 PARTITION OF n FOR VALUES IN (1);
                ALTER TABLE n ADD CONSTRAINT n_key FOREIGN KEY (pid) REFERENCES p NOT VALID; ALTER TABLE n1 ADD FOREIGN KEY (pid) REFERENCES p;
                """);
        }

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_anew", "ALTER TABLE l1 DROP CONSTRAINT other");
        if (canBeInvalid)
        {
            await corpus.PsqlAsync(
                corpus.Target, "corpus_anew", "ALTER TABLE n DROP CONSTRAINT n_key; ALTER TABLE n ADD CONSTRAINT n_key FOREIGN KEY (pid) REFERENCES p NOT VALID");
        }

        using var verify = await corpus.RunAsync("verify", mapping);
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(verify.Output, Does.Contain("foreign key public.l1.other: ").And.Not.Contain("public.l1.l"));
        Assert.That(verify.Output, canBeInvalid ? Does.Contain("foreign key public.n1.n_key: ") : Does.Not.Contain("public.n"));
    }

    /// <summary>pg_restore, which creates them in the order of their names, fails.</summary>
    [Test]
    public async Task Keys_to_a_partitioned_table_leave_each_other_their_names()
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE TABLE pk (a int PRIMARY KEY) PARTITION BY RANGE (a); CREATE TABLE pk1 PARTITION OF pk FOR VALUES FROM (0) TO (9); INSERT INTO pk VALUES (1);
            CREATE TABLE fk (a int REFERENCES pk); ALTER TABLE fk ADD CONSTRAINT again FOREIGN KEY (a) REFERENCES pk ON UPDATE CASCADE; INSERT INTO fk VALUES (1);
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        const string KeyNames = "SELECT string_agg(conname || ' ' || confrelid::regclass, ', ' ORDER BY conname) FROM pg_constraint WHERE contype = 'f'";
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_anew", KeyNames),
            Is.EqualTo("again pk, fk_a_fkey pk, fk_a_fkey1 pk1, fk_a_fkey2 pk1"));
    }

    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task A_language_has_the_handler_that_an_extension_brings(string mapping)
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE TRUSTED LANGUAGE "My lang" HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator; COMMENT ON LANGUAGE "My lang" IS 'of mine';
            CREATE FUNCTION f() RETURNS text LANGUAGE "My lang" AS 'BEGIN RETURN ''called''; END';
            """);

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        const string Languages = "SELECT f() || string_agg(concat_ws(' ', lanname, lanpltrusted, lanplcallfoid::regproc, laninline::regproc, lanvalidator::regproc), ', ' ORDER BY lanname) FROM pg_language";
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_anew", Languages),
            Is.EqualTo(await Sql.ScalarAsync<string>(corpus.Source, "corpus_anew", Languages)));
    }

    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task A_child_table_computes_by_the_expression_that_it_was_given(string mapping)
    {
        Assume.That(Math.Min(corpus.Source.MajorVersion, corpus.Target.MajorVersion), Is.GreaterThanOrEqualTo(17));
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE FUNCTION twice(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1 * 2';
            CREATE TABLE parent (a int, b int GENERATED ALWAYS AS (a) STORED); CREATE TABLE "Child" (x text) INHERITS (parent); CREATE TABLE grand () INHERITS ("Child"); CREATE TABLE last () INHERITS (grand);
            ALTER TABLE "Child" ALTER b SET EXPRESSION AS (twice(a)); ALTER TABLE last ALTER b SET EXPRESSION AS (twice(a) + 1); INSERT INTO "Child" VALUES (1); INSERT INTO grand VALUES (2); INSERT INTO last VALUES (3);
            """);

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_anew", "SELECT string_agg(b::text, ' ' ORDER BY a) FROM parent"), Is.EqualTo("2 4 7"));
    }

    /// <summary>Each has less than its parent, which is what every new column has: pg_dump says it of neither.</summary>
    [TestCase("")]
    [TestCase(", strategy: archive")]
    public async Task A_child_tables_columns_have_what_the_type_has_though_the_parents_have_more(string mapping)
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE TABLE parent (a text, b int PRIMARY KEY, c bytea); CREATE TABLE "Child" (x text) INHERITS (parent); CREATE TABLE grand () INHERITS ("Child"); CREATE TABLE last () INHERITS (grand);
            ALTER TABLE ONLY parent ALTER a SET STORAGE external, ALTER c SET STORAGE main; ALTER TABLE ONLY last ALTER c SET STORAGE plain; INSERT INTO last VALUES ('a', 1, 'c');
            CREATE TABLE root (a text, b int) PARTITION BY LIST (b); CREATE TABLE part PARTITION OF root FOR VALUES IN (1); ALTER TABLE ONLY root ALTER a SET STORAGE external;
            """);
        if (corpus.Source.MajorVersion >= 14)
        {
            await corpus.PsqlAsync(corpus.Source, "corpus_anew", "ALTER TABLE ONLY parent ALTER a SET COMPRESSION pglz; ALTER TABLE ONLY root ALTER a SET COMPRESSION pglz");
        }

        if (corpus.Target.MajorVersion < 18)
        {
            await corpus.PsqlAsync(
                corpus.Source,
                "corpus_anew",
                "ALTER TABLE ONLY \"Child\" ALTER b DROP NOT NULL; ALTER TABLE ONLY last ALTER b DROP NOT NULL; "
                    + "INSERT INTO \"Child\" VALUES ('a', NULL); INSERT INTO last VALUES ('b', NULL)");
        }

        using var apply = await corpus.RunAsync("apply", mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        const string Columns = """
            SELECT string_agg(concat_ws(' ', attrelid::regclass, attname, attstorage, attnotnull), ', ' ORDER BY attrelid::regclass::text COLLATE "C", attname)
              FROM pg_attribute WHERE attrelid::regclass::text IN ('parent', '"Child"', 'grand', 'last', 'root', 'part') AND attnum > 0
            """;
        Assert.That(
            await Sql.ScalarAsync<string>(corpus.Target, "corpus_anew", Columns),
            Is.EqualTo(await Sql.ScalarAsync<string>(corpus.Source, "corpus_anew", Columns)).And.Contain("grand a x f").And.Contain("last c p f"));
    }

    /// <summary>Below 15 those of its partitions, on all levels, keep the name that it had.</summary>
    [Test]
    public async Task A_trigger_that_was_renamed_follows_from_its_tables_and_another_one_does_not()
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'; CREATE TABLE root (a int, k int) PARTITION BY LIST (k);
            CREATE TABLE part PARTITION OF root FOR VALUES IN (1) PARTITION BY LIST (a); CREATE TABLE leaf PARTITION OF part FOR VALUES IN (1);
            CREATE TRIGGER c AFTER INSERT ON root FOR EACH ROW EXECUTE FUNCTION f('CREATE TRIGGER c '); ALTER TRIGGER c ON root RENAME TO "New name"; CREATE TRIGGER own AFTER INSERT ON leaf FOR EACH ROW EXECUTE FUNCTION f();
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());

        await corpus.PsqlAsync(corpus.Target, "corpus_anew", "ALTER TRIGGER own ON leaf RENAME TO other; ALTER TABLE leaf DISABLE TRIGGER \"New name\"");
        using var verify = await corpus.RunAsync("verify");
        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.ToString());
        Assert.That(
            verify.Output,
            Does.Contain("trigger public.leaf.own: ")
                .And.Contain("trigger public.leaf.other: ")
                .And.Contain("trigger public.leaf.New name: ")
                .And.Not.Contain("public.part"));
    }

    /// <summary>Above 127, which is no character in UTF-8: below 15 the server prints the byte.</summary>
    [Test]
    public async Task A_char_that_no_dump_can_hold_is_named_before_anything_is_done()
    {
        await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
            CREATE TABLE t (a int, é "char" DEFAULT '\'::"char" CONSTRAINT other CHECK (é <> 'é'::"char")); COMMENT ON TABLE t IS 'né';
            INSERT INTO t VALUES (1, (-60)::"char"); CREATE VIEW v AS SELECT 1 AS a WHERE 'é'::"char" <> 'x';
            """);

        using var apply = await corpus.RunAsync("apply", "", "--auto-approve");
        if (corpus.Source.MajorVersion < 15)
        {
            Assert.That(apply.ExitCode, Is.EqualTo(1), apply.ToString());
            Assert.That(apply.ToString(), Does.Contain("MP4171").And.Contain("can hold: definition of constraint other of public.t, definition of view public.v\n"));
            await corpus.PsqlAsync(corpus.Source, "corpus_anew", """
                ALTER TABLE t DROP CONSTRAINT other; ALTER TABLE t ADD CONSTRAINT other CHECK (é <> (-62)::"char"), ALTER é SET DEFAULT (-61)::"char"; DROP VIEW v;
                """);
            using var again = await corpus.RunAsync("apply", "", "--auto-approve");
            Assert.That(again.ExitCode, Is.Zero, again.ToString());
        }
        else
        {
            Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        }
    }
}
