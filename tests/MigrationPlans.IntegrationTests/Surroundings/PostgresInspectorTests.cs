using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Clusters;
using MigrationPlans.PostgreSql.Connections;
using MigrationPlans.PostgreSql.Inspection;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Surroundings;

public sealed class PostgresInspectorTests
{
    [Test]
    public async Task Facts_of_both_sides_are_seen_and_an_absent_target_is_a_fact()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_facts");
        await Sql.RunAsync(TestServers.Source, "surr_facts", """
            CREATE TABLE a (i int PRIMARY KEY); CREATE TABLE b (i int REFERENCES a); CREATE MATERIALIZED VIEW m AS SELECT 1 AS x WITH NO DATA;
            CREATE TABLE guarded (i int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; CREATE SEQUENCE s
            """);
        var facts = await InspectAsync(new Stage("surr_facts"));
        var (source, target) = (facts.Databases.Single(database => database.Exists), facts.Databases.Single(database => !database.Exists));
        Assert.That(facts.Diagnostics, Is.Empty);
        Assert.That(target.Address.ToString(), Is.EqualTo("t/surr_facts"));
        Assert.That(source.Relations.Select(relation => relation.Name), Is.EqualTo(new[] { "a", "b", "guarded", "m", "s" }));
        Assert.That(source.Relations.Single(relation => relation.Name == "m").IsPopulated, Is.False);
        Assert.That(source.Relations.Single(relation => relation.Name == "guarded").HidesRows, Is.False, "not for a superuser");
        Assert.That(source.ForeignKeys.Single().ReferencedTable, Is.EqualTo("a"));
        Assert.That(source.ReferencedRoles, Is.EqualTo(new[] { LocalCluster.Superuser }));
        Assert.That(source.IsEmpty, Is.False);
        Assert.That(facts.Endpoints.Select(endpoint => endpoint.Login.IsSuperuser), Is.All.True);
        Assert.That(facts.Endpoints[1].AvailableExtensions, Does.ContainKey("plpgsql"));
        Assert.That(facts.Endpoints[0].AvailableExtensions, Is.Empty, "takes long, and nobody asks for a source's");
        Assert.That(facts.Endpoints[0].Connections.Free, Is.GreaterThan(50));
    }

    /// <summary>pg_shdepend knows nothing of it.</summary>
    [TestCase("nothing", "SELECT 1", false)]
    [TestCase("temporary", "CREATE TEMPORARY TABLE x ()", false)]
    [TestCase("extension", "CREATE EXTENSION hstore", false)]
    [TestCase("table", "CREATE TABLE x ()", true)]
    [TestCase("operator", "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)", true)]
    [TestCase("publication", "CREATE PUBLICATION p", true)]
    [TestCase("wrapper", "CREATE FOREIGN DATA WRAPPER w", true)]
    [TestCase("grant", "GRANT SELECT ON t TO CURRENT_USER", true)]
    [TestCase("column", "GRANT SELECT (i) ON t TO CURRENT_USER", true)]
    [TestCase("public", "GRANT USAGE ON SCHEMA public TO migplan", true)]
    [TestCase("database", "GRANT CONNECT ON DATABASE surr_boss_database TO migplan", true)]
    [TestCase("defaults", "ALTER DEFAULT PRIVILEGES FOR ROLE migplan GRANT SELECT ON TABLES TO surr_bossed_defaults", true)]
    [TestCase("future", "ALTER DEFAULT PRIVILEGES FOR ROLE surr_bossed_future GRANT SELECT ON TABLES TO migplan", true)]
    [TestCase("policy", "CREATE POLICY p ON t TO migplan", true)]
    public async Task The_superuser_that_made_the_server_is_seen_where_something_names_it(string name, string sql, bool isNamed)
    {
        Assume.That(name != "public" || TestServers.Source.MajorVersion >= 15, "below, it is that superuser's");
        var (database, owner) = ($"surr_boss_{name}", $"surr_bossed_{name}");
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE ROLE {owner}");
        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {database} OWNER {owner}");
        await Sql.RunAsync(TestServers.Source, database, $"CREATE TABLE t (i int); ALTER TABLE t OWNER TO {owner}");
        await Sql.RunAsync(TestServers.Source, database, sql);

        var source = (await InspectAsync(new Stage(database))).Databases.Single(facts => facts.Exists);

        Assert.That(source.ReferencedRoles, isNamed ? Is.EqualTo(new[] { LocalCluster.Superuser, owner }) : Is.EqualTo(new[] { owner }));
    }

    [Test]
    public async Task Owners_are_seen_by_schema_with_an_example()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_owning");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_owners OWNER surr_owning");
        await Sql.RunAsync(TestServers.Source, "surr_owners", """
            CREATE SCHEMA "S 1"; CREATE FUNCTION "S 1".f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (i int); ALTER TABLE t OWNER TO surr_owning;
            CREATE TYPE span AS RANGE (subtype = int); ALTER TYPE span OWNER TO surr_owning;
            CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE PUBLICATION p; CREATE TEMPORARY TABLE gone ();
            ALTER DEFAULT PRIVILEGES FOR ROLE surr_owning GRANT SELECT ON TABLES TO PUBLIC; SELECT lo_create(70001);
            ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor GRANT SELECT ON TABLES TO PUBLIC
            """);

        var source = (await InspectAsync(new Stage("surr_owners"))).Databases.Single(facts => facts.Exists);

        OwnerFacts[] owners =
        [
            new(LocalCluster.Superuser, "S 1", "function \"S 1\".f()"),
            new(LocalCluster.Superuser, null, "server far"),
            new(LocalCluster.Superuser, null, "large object 70001"),
            new("surr_owning", "public", "type public.span"),
            new("surr_owning", null, "default acl for role surr_owning on tables"), new("pg_monitor", null, "default acl for role pg_monitor on tables"),
        ];
        Assert.That(source.Owners, Is.EquivalentTo(owners));
    }

    /// <summary>Servers from 16 on let nobody make one.</summary>
    [Test]
    public async Task Generated_columns_that_inherit_from_plain_ones_are_seen_and_identity_columns_of_partitions()
    {
        Assume.That(TestServers.Source.MajorVersion, Is.LessThan(16));
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_generated");
        await Sql.RunAsync(TestServers.Source, "surr_generated", """
            CREATE TABLE plain (a int, b int); CREATE TABLE child (a int, b int GENERATED ALWAYS AS (a * 2) STORED) INHERITS (plain);
            CREATE TABLE root (a int, b int) PARTITION BY LIST (a); CREATE TABLE part (a int, b int GENERATED ALWAYS AS (a * 2) STORED); ALTER TABLE root ATTACH PARTITION part DEFAULT;
            CREATE TABLE counted (a int NOT NULL, b int) PARTITION BY LIST (b); CREATE TABLE counting (a int GENERATED ALWAYS AS IDENTITY, b int); ALTER TABLE counted ATTACH PARTITION counting DEFAULT;
            CREATE TABLE computing (a int, b int GENERATED ALWAYS AS (a * 2) STORED); CREATE TABLE fine () INHERITS (computing)
            """);

        var source = (await InspectAsync(new Stage("surr_generated"))).Databases.Single(facts => facts.Exists);

        OutdatedObject[] refused =
        [
            new(16, "generated column", "public", "child", "b of public.child"),
            new(16, "generated column", "public", "part", "b of public.part"),
            new(17, "identity column", "public", "counting", "a of public.counting"),
        ];
        Assert.That(source.Outdated, Is.EqualTo(refused));
    }

    /// <summary>Of several thousand rows, only the first are looked at.</summary>
    [Test]
    public async Task Columns_with_values_that_no_server_takes_in_are_seen_and_those_that_hold_none_are_not()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_closing");
        await Sql.RunAsync(TestServers.Source, "surr_closing", """
            CREATE TABLE used (a int DEFAULT 5); CREATE DOMAIN tree AS pg_node_tree; CREATE DOMAIN branch AS tree; CREATE DOMAIN def AS pg_attrdef; CREATE TYPE pair AS (i int, t tree); CREATE TYPE held AS (c pg_class);
            CREATE TABLE attrdefs AS SELECT d::def AS d FROM pg_attrdef d; CREATE TABLE defaults AS SELECT adnum, adbin::tree::branch AS adbin FROM pg_attrdef; CREATE TABLE classes AS SELECT relname, relpartbound FROM pg_class;
            CREATE TABLE late AS SELECT CASE i WHEN 10001 THEN (SELECT adbin FROM pg_attrdef) END AS v FROM generate_series(1, 10001) i; CREATE TABLE left_out AS TABLE defaults; CREATE TABLE locks AS SELECT l FROM pg_locks l;
            CREATE TABLE pairs AS SELECT ROW(1, adbin)::pair AS p FROM pg_attrdef; CREATE TABLE procs AS SELECT p FROM pg_proc p WHERE proname = 'int4eq';
            CREATE TABLE trees AS SELECT ARRAY[adbin::tree] AS t FROM pg_attrdef; CREATE TABLE whole AS SELECT ROW(c)::held AS held, NULL::pg_index AS nothing FROM pg_class c LIMIT 1
            """);

        var source = (await InspectAsync(new Stage(
            "surr_closing", adapt: mapping => mapping with { Exclude = new Selection { TableData = ["public.left_out"] } })))
            .Databases.Single(facts => facts.Exists);

        (string, string, string, string?, bool)[] closed =
        [
            ("attrdefs", "d", "public.def", null, true),
            ("attrdefs", "d", "public.def", "pg_catalog.pg_attrdef", true),
            ("defaults", "adbin", "public.branch", null, true),
            ("late", "v", "pg_node_tree", null, false),
            ("locks", "l", "pg_locks", "pg_catalog.pg_locks", true),
            ("pairs", "p", "public.pair", null, false),
            ("procs", "p", "pg_proc", "pg_catalog.pg_proc", true),
            ("trees", "t", "public.tree[]", null, false),
            ("whole", "held", "public.held", null, false),
            ("whole", "held", "public.held", "pg_catalog.pg_class", false),
        ];
        Assert.That(source.ClosedColumns.Select(column => (column.Table, column.Column, column.Type, column.RowType, column.IsSeen)), Is.EqualTo(closed));
    }

    /// <summary>It may be another version's.</summary>
    [Test]
    public async Task The_target_is_asked_how_its_catalogs_are_whose_rows_the_source_holds()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_rows");
        await Sql.RunAsync(TestServers.Source, "surr_rows", "CREATE TABLE locks AS SELECT l FROM pg_locks l");

        var facts = await InspectAsync(new Stage("surr_rows"));

        var here = facts.Databases.Single(database => database.Exists).ClosedColumns.Single().RowColumns;
        Assert.That(here, Does.StartWith("locktype text, database oid, relation oid, page integer, "));
        Assert.That(facts.Endpoints[1].RowTypes.Keys, Is.EqualTo(new[] { "pg_catalog.pg_locks" }));
        Assert.That(
            facts.Endpoints[1].RowTypes["pg_catalog.pg_locks"] == here,
            Is.EqualTo(TestServers.Source.MajorVersion < 14 == TestServers.Target.MajorVersion < 14));
        Assert.That(facts.Endpoints[0].RowTypes, Is.Empty);
    }

    [Test]
    public async Task A_table_that_is_dropped_meanwhile_keeps_no_other_from_being_looked_into()
    {
        await using var stage = new Stage("postgres");
        await using var connection = await stage.Connector.OpenAsync(stage.Manifest.Sources[0], "postgres", SessionKind.SourceRead, CancellationToken.None);
        ClosedColumnsLook.Look[] looks = [.. new[] { "pg_class", "gone", "pg_database" }.Select(table => new ClosedColumnsLook.Look(
            new ClosedColumn("pg_catalog", table, "oid", "oid"), IsBare: true, []))];

        var found = await ClosedColumnsLook.LookAsync(connection, looks, CancellationToken.None);

        Assert.That(found.Select(column => column.Table), Is.EqualTo(new[] { "pg_class", "pg_database" }));
    }

    [Test]
    public async Task Columns_whose_values_name_roles_are_seen_whatever_type_they_are_within()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_named");
        await Sql.RunAsync(TestServers.Source, "surr_named", """
            CREATE DOMAIN who AS regrole; CREATE TYPE pair AS (i int, whos who[]); CREATE TYPE plain AS (i int, t text);
            CREATE TABLE t (a aclitem[], b text, c pair[], d regrole, e plain, f who, g oid)
            """);

        var source = (await InspectAsync(new Stage("surr_named"))).Databases.Single(facts => facts.Exists);

        Assert.That(source.Relations.Single().RoleColumns, Is.EqualTo(new[] { "a", "c", "d", "f" }));
    }

    [Test]
    public async Task What_newer_servers_have_not_any_more_is_seen_with_what_needs_it()
    {
        Assume.That(TestServers.Source.MajorVersion, Is.InRange(14, 16));
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_gone");
        await Sql.RunAsync(TestServers.Source, "surr_gone", """
            CREATE VIEW load AS SELECT buffers_alloc, buffers_backend FROM pg_stat_bgwriter; CREATE VIEW fine AS SELECT buffers_alloc FROM pg_stat_bgwriter; CREATE VIEW cached AS SELECT attname, attcacheoff FROM pg_attribute;
            CREATE MATERIALIZED VIEW fine_too AS SELECT attname FROM pg_attribute; CREATE VIEW nested AS SELECT (SELECT max(a.attcacheoff) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid) AS most;
            CREATE VIEW named AS SELECT attname, 0 AS attcacheoff FROM pg_attribute WHERE attname <> 'attcacheoff'; CREATE VIEW named_within AS SELECT a.attcacheoff FROM (SELECT attname, 0 AS attcacheoff FROM pg_attribute) a;
            CREATE FUNCTION load_of() RETURNS bigint LANGUAGE sql RETURN (SELECT buffers_backend FROM pg_stat_bgwriter); CREATE DOMAIN d AS int NOT NULL CONSTRAINT d_not_null CHECK (VALUE > 0);
            CREATE TABLE t (a int NOT NULL, b int NOT NULL CONSTRAINT t_b_not_null CHECK (b > 0)); ALTER TABLE t ADD CONSTRAINT t_a_not_null CHECK (a IS NOT NULL) NOT VALID;
            CREATE COLLATION blind (provider = icu, locale = 'und-u-ks-level1', deterministic = false); CREATE TABLE pk (a text PRIMARY KEY, b text COLLATE blind UNIQUE);
            CREATE TABLE fk (a text COLLATE blind REFERENCES pk, b text COLLATE blind REFERENCES pk (b), c text COLLATE "C" REFERENCES pk)
            """);

        var source = (await InspectAsync(new Stage("surr_gone"))).Databases.Single(facts => facts.Exists);

        OutdatedObject[] gone =
        [
            new(17, "constraint", "public", null, "d_not_null of domain public.d") { Reason = "the server gives its name to the NOT NULL of the domain" },
            new(17, "function", "public", null, "public.load_of()") { Reason = "it reads pg_stat_bgwriter.buffers_backend" },
            new(17, "view", "public", "load", "public.load") { Reason = "it reads pg_stat_bgwriter.buffers_backend" },
            new(18, "constraint", "public", "t", "t_a_not_null of public.t") { Reason = "the server gives its name to the NOT NULL of a" },
            new(18, "foreign key", "public", "fk", "fk_a_fkey of public.fk") { Reason = "a has the collation blind, and what it refers to default" },
            new(18, "view", "public", "cached", "public.cached") { Reason = "it reads pg_attribute.attcacheoff" },
            new(18, "view", "public", "nested", "public.nested") { Reason = "it reads pg_attribute.attcacheoff" },
        ];
        Assert.That(source.Outdated, Is.EqualTo(gone));
    }

    [Test]
    public async Task What_servers_from_14_on_have_not_any_more_is_seen_with_what_needs_it()
    {
        Assume.That(TestServers.Source.MajorVersion, Is.LessThan(14));
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_older");
        await Sql.RunAsync(TestServers.Source, "surr_older", """
            CREATE AGGREGATE gather(anyelement) (SFUNC = array_append, STYPE = anyarray, INITCOND = '{}'); CREATE OPERATOR ||| (LEFTARG = anyarray, RIGHTARG = anyelement, FUNCTION = array_append);
            CREATE OPERATOR #! (LEFTARG = int, FUNCTION = int4abs); CREATE TYPE int_range AS RANGE (SUBTYPE = int); CREATE TYPE int_multirange AS (i int);
            CREATE FUNCTION warned() RETURNS int LANGUAGE sql SET operator_precedence_warning = on AS 'SELECT 1'; ALTER DATABASE surr_older SET vacuum_cleanup_index_scale_factor = 1;
            CREATE VIEW ssl AS SELECT compression FROM pg_stat_ssl; CREATE VIEW oids AS SELECT datlastsysoid FROM pg_database; CREATE VIEW fine AS SELECT oid, 0::oid AS datlastsysoid FROM pg_database;
            CREATE VIEW factorials AS SELECT 5 ! AS after, !! 5 AS before, - 5 AS fine; CREATE VIEW shapes AS SELECT point '(0,0)' @ box '(1,1),(2,2)' AS a, point '(0,0)' <@ box '(1,1),(2,2)' AS fine;
            CREATE VIEW backups AS SELECT pg_is_in_backup(); CREATE DOMAIN span AS interval;
            CREATE OPERATOR CLASS inner_ops FOR TYPE box USING gist AS OPERATOR 7 ~, OPERATOR 8 <@, FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal);
            CREATE TABLE spans (a interval, b span, c text GENERATED ALWAYS AS (a::text) STORED, d varchar GENERATED ALWAYS AS ((a + b)::varchar) STORED, fine interval GENERATED ALWAYS AS (a * 2) STORED);
            CREATE INDEX spans_b ON spans ((b::text)); CREATE INDEX spans_where ON spans (a) WHERE coalesce(a, b)::text <> ''; CREATE INDEX spans_fine ON spans ((a * 2)); CREATE TABLE parts (a interval) PARTITION BY LIST ((a::text))
            """);

        var source = (await InspectAsync(new Stage("surr_older"))).Databases.Single(facts => facts.Exists);

        OutdatedObject[] gone =
        [
            new(14, "aggregate", "public", null, "public.gather(pg_catalog.anyelement)"),
            new(14, "operator", "public", null, "public.|||(pg_catalog.anyarray,pg_catalog.anyelement)"),
            new(14, "operator", "public", null, "public.#!(integer,NONE)") { Reason = "it stands behind its operand" },
            new(14, "function", "public", null, "public.warned()") { Reason = "it sets the parameter operator_precedence_warning" },
            new(14, "setting", null, null, "vacuum_cleanup_index_scale_factor"),
            new(14, "type", "public", null, "public.int_range") { Reason = "its multirange type would have the name of int_multirange" },
            new(14, "view", "public", "ssl", "public.ssl") { Reason = "it reads pg_stat_ssl.compression" },
            new(14, "view", "public", "factorials", "public.factorials") { Reason = "it uses the operator !, it uses the operator !!" },
            new(14, "view", "public", "shapes", "public.shapes") { Reason = "it uses the operator @" },
            new(14, "operator class", "public", null, "public.inner_ops USING gist") { Reason = "it uses the operator ~" },
            new(14, "expression", "public", "spans", "generated column c of public.spans") { Reason = "it makes text of an interval" },
            new(14, "expression", "public", "spans", "generated column d of public.spans") { Reason = "it makes text of an interval" },
            new(14, "expression", "public", "spans", "index spans_b of public.spans") { Reason = "it makes text of an interval" },
            new(14, "expression", "public", "spans", "index spans_where of public.spans") { Reason = "it makes text of an interval" },
            new(14, "expression", "public", "parts", "partition key of public.parts") { Reason = "it makes text of an interval" },
            new(15, "view", "public", "oids", "public.oids") { Reason = "it reads pg_database.datlastsysoid" },
            new(15, "view", "public", "backups", "public.backups") { Reason = "it calls the function pg_is_in_backup" },
        ];
        Assert.That(source.Outdated, Is.EquivalentTo(gone));
    }

    /// <summary>What PostgreSQL is built with differs: Debian's has LZ4, those of the npm registry have not.</summary>
    [Test]
    public async Task Columns_that_ask_for_lz4_are_seen_and_whether_a_server_has_it()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_lz4");
        var facts = await InspectAsync(new Stage("surr_lz4"));
        var canLz4 = TestServers.Target.MajorVersion < 14
            || await Sql.ScalarAsync<bool>(
                TestServers.Target, "postgres", "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'");
        Assert.That(facts.Endpoints[1].Parameters.HasLz4, Is.EqualTo(canLz4));
        Assume.That(TestServers.Source.MajorVersion >= 14 && facts.Endpoints[0].Parameters.HasLz4);
        await Sql.RunAsync(
            TestServers.Source,
            "surr_lz4",
            "CREATE TABLE t (a text, b text COMPRESSION lz4, c text COMPRESSION pglz); CREATE VIEW v AS SELECT * FROM t");

        var source = (await InspectAsync(new Stage("surr_lz4"))).Databases.Single(database => database.Exists);

        Assert.That(source.CompressedColumns, Is.EqualTo(new[] { new CompressedColumn("public", "t", "b") }));
    }

    [Test]
    public async Task Each_reason_not_to_connect_has_its_own_diagnostic()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_closed; ");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_stranger LOGIN PASSWORD 's'; REVOKE CONNECT ON DATABASE surr_closed FROM PUBLIC");
        Assert.That(await CodesAsync(new Stage("surr_none")), Is.EqualTo(new[] { "MP3006" }));
        Assert.That(await CodesAsync(new Stage("postgres", source: new StageLogin(LocalCluster.Superuser, "wrong"))), Is.EqualTo(new[] { "MP3004" }));
        Assert.That(await CodesAsync(new Stage("postgres", source: new StageLogin("nobody at all", "wrong"))), Is.EqualTo(new[] { "MP3004" }));
        Assert.That(await CodesAsync(new Stage("postgres", source: new StageLogin(LocalCluster.Superuser, null))), Is.EqualTo(new[] { "MP3005" }));
        Assert.That(await CodesAsync(new Stage("postgres", targetPort: 1)), Is.EqualTo(new[] { "MP3003" }));
        Assert.That(await CodesAsync(new Stage("surr_closed", source: new StageLogin("surr_stranger", "s"))), Is.EqualTo(new[] { "MP3007" }));
    }

    [Test]
    public async Task Sizes_open_transactions_and_settings_are_seen()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_sizes");
        await Sql.RunAsync(
            TestServers.Source,
            "surr_sizes",
            "CREATE TABLE a (i int PRIMARY KEY); INSERT INTO a SELECT generate_series(1, 1000); SELECT lo_from_bytea(0, 'x'); CREATE TABLE grown (i int PRIMARY KEY); INSERT INTO grown SELECT generate_series(1, 1000)");
        await Sql.RunAsync(
            TestServers.Source,
            "surr_sizes",
            "ANALYZE grown; INSERT INTO grown SELECT generate_series(1001, 10000); CREATE TABLE loaded (i int PRIMARY KEY, j int UNIQUE); INSERT INTO loaded SELECT g, g FROM generate_series(1, 10000) g");
        await Sql.RunAsync(TestServers.Source, "surr_sizes", "VACUUM loaded");
        await Sql.RunAsync(
            TestServers.Source,
            "surr_sizes",
            "CREATE TABLE known (i int PRIMARY KEY); INSERT INTO known SELECT generate_series(1, 10000); ANALYZE known; INSERT INTO known SELECT generate_series(10001, 15000)");
        var facts = await InspectAsync(new Stage("surr_sizes"));
        var source = facts.Databases.Single(database => database.Exists);
        Assert.That(source.Relations.Single(relation => relation.Name == "a").IndexBytes, Is.GreaterThan(16000));
        Assert.That(
            source.Relations.Single(relation => relation.Name == "known").IndexBytes,
            Is.InRange(300_000, 400_000),
            "as much more as the table has grown");
        Assert.That(
            source.Relations.Single(relation => relation.Name == "grown").IndexBytes,
            Is.InRange(200_000, 260_000),
            "ten times as large as when it was analyzed");
        Assert.That(
            source.Relations.Single(relation => relation.Name == "loaded").IndexBytes,
            Is.InRange(400_000, 520_000),
            "vacuumed, but not analyzed, after its rows came");
        Assert.That(source.LargeObjectBytes, Is.GreaterThan(8000));
        Assert.That((source.LongTransactions, source.PreparedTransactions), Is.EqualTo((0, 0)));
        var parameters = facts.Endpoints[0].Parameters;
        Assert.That(parameters.MaxWalBytes, Is.EqualTo(4L << 30));
        Assert.That(
            (parameters.IsReplica, parameters.OldSnapshotThreshold, parameters.AllowedExtensions),
            Is.EqualTo((false, -1, (System.Collections.Immutable.ImmutableArray<string>?)null)));
        Assert.That(parameters.PreloadedLibraries, Is.Empty);
        Assert.That(facts.Endpoints[0].DatabaseBytes, Is.Empty);
    }

    [Test]
    public async Task What_a_login_may_not_read_is_told_from_what_row_security_hides_from_it()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_hidden");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_peeper LOGIN PASSWORD 'p'");
        await Sql.RunAsync(TestServers.Source, "surr_hidden", """
            CREATE TABLE open (i int); CREATE TABLE guarded (i int); CREATE TABLE denied (i int); CREATE SCHEMA shut; CREATE TABLE shut.granted (i int);
            ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; GRANT SELECT ON open, guarded, shut.granted TO surr_peeper
            """);
        var facts = await InspectAsync(new Stage("surr_hidden", source: new StageLogin("surr_peeper", "p")));
        var relations = facts.Databases.Single(database => database.Exists).Relations;
        Assert.That(relations.Where(relation => !relation.IsReadable).Select(relation => relation.Name), Is.EqualTo(new[] { "denied", "granted" }));
        Assert.That(relations.Where(relation => relation.HidesRows).Select(relation => relation.Name), Is.EqualTo(new[] { "guarded" }));
    }

    [Test]
    public async Task A_server_says_who_it_is_to_any_login_and_at_any_address()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE surr_who");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE surr_asker LOGIN PASSWORD 'a'");
        await using var stage = new Stage("surr_who", source: new StageLogin("surr_asker", "a"));
        var identity = await WhoAsync(stage, stage.Manifest.Sources[0], "surr_who");
        Assert.That(
            identity.SystemIdentifier,
            Is.EqualTo(await Sql.ScalarAsync<string>(TestServers.Source, "postgres", "SELECT system_identifier::text FROM pg_control_system()")));
        var byName = stage.Manifest.Sources[0] with { Postgres = new PostgresServer("localhost", TestServers.Source.Port) };
        Assert.That(identity.IsSame(await WhoAsync(stage, byName, "postgres")), Is.True);
        Assert.That(identity.IsSame(await WhoAsync(stage, stage.Manifest.Targets[0], "postgres")), Is.False);

        await Sql.RunAsync(TestServers.Source, "surr_who", "REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");
        var less = await WhoAsync(stage, stage.Manifest.Sources[0], "surr_who");
        Assert.That(less, Is.EqualTo(identity with { SystemIdentifier = null }));
        Assert.That(less.IsSame(identity), Is.True);

        // Services that are like PostgreSQL refuse it in other ways than by privilege.
        await Sql.RunAsync(TestServers.Source, "surr_who", "UPDATE pg_catalog.pg_proc SET proname = 'pg_control_other' WHERE proname = 'pg_control_system'");
        Assert.That(await WhoAsync(stage, stage.Manifest.Sources[0], "surr_who"), Is.EqualTo(less));
    }

    private static async Task<ServerIdentity> WhoAsync(Stage stage, Endpoint endpoint, string database)
    {
        await using var connection = await stage.Connector.OpenAsync(endpoint, database, SessionKind.SourceRead, CancellationToken.None);
        return await ServerIdentityLook.ReadAsync(connection, CancellationToken.None);
    }

    private static async Task<string[]> CodesAsync(Stage stage) => [.. (await InspectAsync(stage)).Diagnostics.Select(diagnostic => diagnostic.Code)];

    private static async Task<InspectedFacts> InspectAsync(Stage stage)
    {
        await using (stage)
        {
            return await new PostgresInspector(stage.Connector).InspectAsync(stage.Manifest, CancellationToken.None);
        }
    }
}
