using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

public sealed class CopyContentTests
{
    [Test]
    public async Task A_table_whose_check_looks_into_another_goes_after_it_however_large_it_is()
    {
        await using var copy = await CopyHarness.CreateAsync(
            """
            CREATE TABLE known (id int);
            CREATE FUNCTION is_known(int) RETURNS boolean LANGUAGE sql AS 'SELECT EXISTS (SELECT FROM public.known WHERE id = $1)';
            CREATE TABLE asking (id int CHECK (public.is_known(id)), v text);
            CREATE DOMAIN known_id AS int CHECK (public.is_known(VALUE));
            CREATE TABLE typed (id known_id, v text);
            CREATE TABLE typed_lists (ids known_id[], v text);
            CREATE DOMAIN known_again AS known_id; CREATE DOMAIN known_deep AS known_again; CREATE TABLE deep (id known_deep, v text);
            CREATE TYPE holder AS (n int, id known_id); CREATE TABLE held (of holder[], v text);
            """);
        await copy.OnSourceAsync(
            """
            INSERT INTO known SELECT generate_series(1, 3); INSERT INTO asking SELECT 1 + i % 3, repeat('v', 500) FROM generate_series(1, 3000) i;
            INSERT INTO typed SELECT * FROM asking; INSERT INTO typed_lists SELECT ARRAY[id], v FROM asking;
            INSERT INTO deep SELECT * FROM asking; INSERT INTO held SELECT ARRAY[ROW(1, id)::holder], v FROM asking;
            """);

        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
    }

    [Test]
    public async Task Rows_of_every_built_in_type_arrive_as_they_are()
    {
        await using var copy = await CopyHarness.CreateAsync(
            """
            CREATE TYPE mood AS ENUM ('sad', 'ok');
            CREATE DOMAIN positive AS int CHECK (VALUE > 0);
            CREATE DOMAIN positives AS positive[];
            CREATE TYPE pair AS (a mood, b positive, c numeric);
            CREATE TYPE span AS RANGE (SUBTYPE = numeric);
            CREATE TABLE everything (
              a smallint, b int, c bigint, d numeric, e real, f double precision, g money, h text, i varchar(7), j char(5), k bytea,
              l timestamp, m timestamptz, n date, o time, p timetz, q interval, r boolean, s mood, t point, u line, v lseg, w box, x path,
              y polygon, z circle, aa cidr, ab inet, ac macaddr, ad macaddr8, ae bit(3), af varbit, ag tsvector, ah tsquery, ai uuid,
              ak json, al jsonb, am int[], an text[][], ao mood[], ap pair, aq pair[], ar int4range, as_ nummultirange, at span, au positive,
              av positives, aw oid, ax pg_lsn, ay name, az "char", ba jsonpath, bb daterange[], bc xid8, bd tid);
            CREATE TABLE documents (a xml, b everything);
            CREATE TABLE registered (a regclass, b regtype, c regprocedure, d regrole, e regclass[]);
            """);
        await copy.OnSourceAsync(
            """
            INSERT INTO everything VALUES (
              -32768, 2147483647, -9223372036854775808, 'NaN', '-Infinity', 1e-300, '-12.34', E'\\ back\n\t tab "q" é 🐘', 'v', 'c', '\x00ff5c0a',
              '-infinity', '2024-03-04 05:06:07.123456+05', 'infinity', '24:00:00', '01:02:03.5-12:30', '-1 mon +2 days -03:04:05', NULL, 'ok',
              '(1,2)', '{1,2,3}', '[(1,2),(3,4)]', '(1,2),(3,4)', '[(1,2),(3,4)]', '((1,2),(3,4),(5,6))', '<(1,2),3>', '10.0.0.0/8', '::1/64',
              '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', B'101', B'', 'a:1A b:2', 'a & !b', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
              '{"a" : 1}', '{"a": [1, null]}', '[-1:1]={1,NULL,3}', '{{a,"b c"},{"",NULL}}', '{sad,ok}',
              ROW('sad', 1, 'Infinity'), ARRAY[ROW('ok', 2, 1.50)::pair, NULL], 'empty', '{[1,2),(5,)}', '(,1.5]', 7, '{1,2}', 4294967295,
              'FFFFFFFF/1', 'a name', 'x', '$.a[*]', '{"[2020-01-01,2021-01-01)",NULL}', '18446744073709551615', '(0,1)');
            INSERT INTO everything SELECT e.* FROM everything e, generate_series(1, 20);
            INSERT INTO everything (a) VALUES (1);
            INSERT INTO documents SELECT '<?xml version="1.0" encoding="latin1"?><a>é</a>', whole FROM everything whole;
            CREATE TABLE public.only_here (a int);
            INSERT INTO registered SELECT 'pg_class'::regclass, 'everything'::regtype, 'abs(int)'::regprocedure, current_user::regrole, ARRAY['registered'::regclass];
            DROP TABLE only_here;
            """);

        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
        Assert.That(target, Does.Contain("public.everything 22 "));
    }

    [Test]
    public async Task Tables_of_unusual_shape_arrive_as_they_are()
    {
        await using var copy = await CopyHarness.CreateAsync(
            """
            CREATE TABLE nothing ();
            CREATE TABLE only_generated (a int GENERATED ALWAYS AS (1 + 1) STORED);
            CREATE TABLE "sp ace ""🐘"" ü" ("a b" int, "c""d" text, dropped int, "SELECT" int);
            ALTER TABLE "sp ace ""🐘"" ü" DROP COLUMN dropped;
            CREATE TABLE generated (id int GENERATED ALWAYS AS IDENTITY, b int, twice int GENERATED ALWAYS AS (b * 2) STORED, c int GENERATED BY DEFAULT AS IDENTITY);
            CREATE TABLE parent (a int);
            CREATE TABLE child (b int) INHERITS (parent);
            CREATE UNLOGGED TABLE unlogged (a int);
            CREATE TABLE secured (a int);
            ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
            ALTER TABLE secured FORCE ROW LEVEL SECURITY;
            CREATE SCHEMA "other.schema";
            CREATE TABLE "other.schema".t (a int);
            """);
        await copy.OnSourceAsync(
            """
            INSERT INTO nothing SELECT FROM generate_series(1, 5);
            INSERT INTO only_generated DEFAULT VALUES;
            INSERT INTO "sp ace ""🐘"" ü" VALUES (1, E'a\tb\\', 2), (NULL, '', NULL), (NULL, '\N', 3);
            INSERT INTO generated (b) SELECT generate_series(1, 10);
            INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 3);
            INSERT INTO unlogged VALUES (1); INSERT INTO secured VALUES (1); INSERT INTO "other.schema".t VALUES (1);
            """);

        await copy.CopyAsync();

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM nothing"), Is.EqualTo(5));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM ONLY parent"), Is.EqualTo(1));
        Assert.That(await copy.TargetAsync<long>("SELECT sum(row_count)::int8 FROM migplan_ledger.chunk"), Is.EqualTo(5 + 1 + 3 + 10 + 2 + 3));
    }

    [Test]
    public async Task Partitions_arrive_in_their_leaves_and_those_hashed_by_an_enum_where_they_belong()
    {
        await using var copy = await CopyHarness.CreateAsync(
            """
            CREATE TABLE ranged (a int, b text) PARTITION BY RANGE (a);
            CREATE TABLE ranged_1 PARTITION OF ranged FOR VALUES FROM (0) TO (100);
            CREATE TABLE ranged_2 (b text, a int);
            ALTER TABLE ranged ATTACH PARTITION ranged_2 FOR VALUES FROM (100) TO (200);
            CREATE TYPE color AS ENUM ('red', 'green', 'blue', 'black', 'white', 'grey');
            """);
        // The enum's labels get other oids on each server, so its hash sends them to other leaves.
        await copy.OnTargetAsync(
            "CREATE TYPE filler AS ENUM ('a', 'b', 'c', 'd', 'e'); DROP TYPE color; CREATE TYPE color AS ENUM ('red', 'green', 'blue', 'black', 'white', 'grey')");
        foreach (var create in new Func<string, Task>[] { copy.OnSourceAsync, copy.OnTargetAsync })
        {
            await create(
                """
                CREATE TABLE hashed (c color, n int) PARTITION BY HASH (c);
                CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 0);
                CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 1);
                CREATE TABLE hashed_2 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 2);
                """);
        }

        await copy.OnSourceAsync(
            """
            INSERT INTO ranged SELECT i, 'row ' || i FROM generate_series(0, 199) i;
            INSERT INTO hashed SELECT (enum_range(NULL::color))[1 + i % 6], i FROM generate_series(1, 600) i;
            """);

        await copy.CopyAsync();

        const string Sum = "SELECT count(*) || ' ' || sum(hashtext(t::text)::int8) FROM {0} t";
        foreach (var table in new[] { "ranged", "ranged_1", "ranged_2", "hashed" })
        {
            var sql = Sum.Replace("{0}", table, StringComparison.Ordinal);
            Assert.That(await copy.TargetAsync<string>(sql), Is.EqualTo(await copy.SourceAsync<string>(sql)), table);
        }
    }

    [Test]
    public async Task Two_thousand_tiny_tables_and_their_indexes_arrive_together()
    {
        await using var copy = await CopyHarness.CreateAsync("SELECT 1");
        const string Create = "DO $$ BEGIN FOR i IN 1..2000 LOOP EXECUTE format('CREATE TABLE t%s (id int NOT NULL, v text)', i); {0} END LOOP; END $$";
        await copy.OnTargetAsync(Create.Replace("{0}", "", StringComparison.Ordinal));
        await copy.OnSourceAsync(Create.Replace(
            "{0}",
            "IF i % 2 = 0 THEN EXECUTE format('INSERT INTO t%s SELECT g, ''v'' || g FROM generate_series(1, 20) g', i); END IF;",
            StringComparison.Ordinal));
        for (var table = 1; table <= 2000; table++)
        {
            copy.AddEntry(
                "CONSTRAINT",
                "public",
                $"t{table}",
                $"t{table} t{table}_pkey",
                $"ALTER TABLE ONLY public.t{table} ADD CONSTRAINT t{table}_pkey PRIMARY KEY (id);");
        }

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var result = await copy.CopyAsync();
        await TestContext.Out.WriteLineAsync($"{result.Summary} in {watch.Elapsed}");

        var (source, target) = await copy.ContentsAsync();
        Assert.That(target, Is.EqualTo(source));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND conname LIKE 't%pkey'"), Is.EqualTo(2000));
    }

    /// <summary>A predicate that looks at the setting tells what each index was built with: one that lets no row in leaves its index empty.</summary>
    [Test]
    public async Task A_sort_gets_as_much_memory_as_it_needs_and_other_builds_all_that_there_is()
    {
        await using var copy = await CopyHarness.CreateAsync(
            """
            CREATE TABLE t (id int NOT NULL, tags text[], filler text);
            CREATE FUNCTION memory() RETURNS bigint IMMUTABLE LANGUAGE sql AS $$ SELECT pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) $$;
            """);
        await copy.OnSourceAsync("INSERT INTO t SELECT i, ARRAY['a' || i], repeat('x', 200) FROM generate_series(1, 20000) i");
        copy.AddEntry(
            "INDEX", "public", "t", "sorted", """CREATE INDEX "sorted" ON "public"."t" USING "btree" ("id") WHERE public.memory() = 4 * 1024 * 1024;""");
        copy.AddEntry("INDEX", "public", "t", "unquoted", "CREATE INDEX unquoted ON public.t USING btree (id) WHERE public.memory() = 4 * 1024 * 1024;");
        copy.AddEntry(
            "INDEX", "public", "t", "gathered", """CREATE INDEX "gathered" ON "public"."t" USING "gin" ("tags") WHERE public.memory() >= 64 * 1024 * 1024;""");

        await copy.CopyAsync();

        Assert.That(
            await copy.TargetAsync<long>("SELECT min(pg_relation_size(indexrelid)) FROM pg_index WHERE indrelid = 't'::regclass"),
            Is.GreaterThan(50_000));
        Assert.That(await copy.TargetAsync<long>("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass"), Is.EqualTo(3));
    }
}
