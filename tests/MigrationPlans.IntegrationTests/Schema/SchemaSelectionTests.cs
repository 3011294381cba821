using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

public sealed class SchemaSelectionTests
{
    private const string Monolith =
        """
        CREATE SCHEMA billing; CREATE SCHEMA shared; CREATE SCHEMA legacy;
        CREATE EXTENSION citext SCHEMA shared;
        CREATE TYPE shared.currency AS ENUM ('EUR', 'USD');
        CREATE TYPE shared.unused AS ENUM ('x');
        CREATE FUNCTION shared.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE FUNCTION shared.rate(shared.currency) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT 1.0';
        CREATE SEQUENCE shared.numbers;
        CREATE TABLE legacy.customers (id int PRIMARY KEY, name text);
        CREATE TABLE shared.parent (id int PRIMARY KEY, at date);
        CREATE TABLE billing.invoices (
          id bigserial PRIMARY KEY, number bigint DEFAULT nextval('shared.numbers'), mail shared.citext, currency shared.currency,
          rate numeric GENERATED ALWAYS AS (shared.rate(currency)) STORED, customer int CONSTRAINT crossing REFERENCES legacy.customers);
        CREATE TABLE billing.lines (id int PRIMARY KEY, invoice bigint CONSTRAINT inside REFERENCES billing.invoices) INHERITS (shared.parent);
        CREATE INDEX lines_at ON billing.lines (at);
        CREATE TRIGGER touch BEFORE INSERT ON billing.lines FOR EACH ROW EXECUTE FUNCTION shared.touch();
        CREATE TRIGGER stays BEFORE INSERT ON legacy.customers FOR EACH ROW EXECUTE FUNCTION shared.touch();
        CREATE VIEW billing.totals AS SELECT currency, count(*) FROM billing.invoices GROUP BY currency;
        CREATE VIEW billing.by_customer AS SELECT c.name, count(*) FROM billing.invoices i JOIN legacy.customers c ON c.id = i.customer GROUP BY 1;
        CREATE VIEW billing.on_view AS SELECT * FROM billing.by_customer;
        CREATE VIEW legacy.reads_billing AS SELECT id FROM billing.invoices;
        CREATE FUNCTION billing.of_row(legacy.customers) RETURNS text LANGUAGE sql AS 'SELECT $1.name';
        CREATE POLICY p ON legacy.customers USING (true);
        COMMENT ON TABLE legacy.customers IS 'legacy'; COMMENT ON TABLE billing.invoices IS 'billing'; COMMENT ON SCHEMA shared IS 'shared';
        COMMENT ON VIEW billing.by_customer IS 'gone';
        """;

    [OneTimeSetUp]
    public async Task PrepareAsync()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE schema_split TEMPLATE template0");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE schema_split TEMPLATE template0");
        await SchemaFiles.RunAsync(TestServers.Source, "schema_split", Monolith);
    }

    [Test]
    public async Task A_picked_schema_brings_what_its_tables_need_and_leaves_what_needs_others()
    {
        await using var migration = new SchemaMigration("schema_split", mapping => mapping with
        {
            Include = new Selection { Schemas = ["billing"] },
            CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop,
        });

        var (schema, _) = await migration.RunAsync();

        var names = Names(await migration.ReadAsync());
        Assert.That(names, Is.SupersetOf(new[]
        {
            "SCHEMA billing",
            "SCHEMA shared",
            "EXTENSION citext",
            "TYPE shared.currency",
            "FUNCTION shared.touch()",
            "SEQUENCE shared.numbers",
            "TABLE shared.parent",
            "TABLE billing.invoices", "TABLE billing.lines", "SEQUENCE billing.invoices_id_seq", "VIEW billing.totals", "INDEX billing.lines_at",
            "TRIGGER billing.lines touch", "FK CONSTRAINT billing.lines inside", "COMMENT billing.TABLE \"invoices\"", "COMMENT SCHEMA \"shared\"",
        }));
        Assert.That(names, Has.None.Contains("legacy").And.None.Contains("crossing").And.None.Contains("by_customer").And.None.Contains("on_view"));
        Assert.That(names, Has.None.Contains("shared.unused").And.None.Contains("of_row"));
        Assert.That(schema.Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6209", "MP6208" }));
        Assert.That(
            schema.Notes[1].Message,
            Does.Contain("VIEW billing.by_customer").And.Contain("VIEW billing.on_view").And.Contain("FUNCTION billing.of_row"));
    }

    [Test]
    public async Task A_key_out_of_the_pick_is_refused_unless_the_mapping_drops_it()
    {
        await using var migration = new SchemaMigration("schema_split", mapping => mapping with { Include = new Selection { Schemas = ["billing"] } });
        var failure = Assert.ThrowsAsync<StepFailedException>(migration.ReadAsync);
        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6207"));
    }

    [Test]
    public async Task A_single_table_comes_with_its_sequence_and_types_only()
    {
        await using var migration = new SchemaMigration("schema_split", mapping => mapping with
        {
            Include = new Selection { Tables = ["billing.invoices"] },
            CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop,
        });
        var tables = (await migration.ReadAsync()).Entries.Where(entry => entry.Kind is "TABLE" or "VIEW" or "SEQUENCE").Select(entry => entry.Tag);
        Assert.That(tables, Is.EquivalentTo(new[] { "invoices", "invoices_id_seq", "numbers" }));
    }

    [Test]
    public async Task What_is_excluded_stays_behind_with_its_parts()
    {
        await using var migration = new SchemaMigration("schema_split", mapping => mapping with
        {
            Exclude = new Selection { Tables = ["legacy.customers"] },
            CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop,
        });
        var names = Names(await migration.ReadAsync());
        Assert.That(names, Has.None.Contains("legacy.customers").And.None.Contains("crossing").And.None.Contains("of_row"));
        Assert.That(names, Does.Contain("VIEW legacy.reads_billing").And.Contains("TYPE shared.unused").And.Contains("SCHEMA legacy"));
    }

    [Test]
    public async Task A_key_to_a_table_whose_rows_stay_behind_is_dropped_too()
    {
        await using var migration = new SchemaMigration("schema_split", mapping => mapping with
        {
            Exclude = new Selection { TableData = ["legacy.customers"] },
            CrossBoundaryForeignKeys = CrossBoundaryForeignKeys.Drop,
        });
        var names = Names(await migration.ReadAsync());
        Assert.That(names, Has.None.Contains("crossing"));
        Assert.That(names, Does.Contain("TABLE legacy.customers").And.Contains("VIEW billing.by_customer"));
    }

    [Test]
    public async Task Publications_come_along_where_they_are_asked_for_with_the_picked_tables()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE schema_publications TEMPLATE template0");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE schema_publications TEMPLATE template0");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_publications",
            """
            CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a."t 1" (id int PRIMARY KEY, n int); CREATE TABLE b.t (id int PRIMARY KEY);
            CREATE PUBLICATION "both ones" FOR TABLE a."t 1" (id) WHERE (id > 0), b.t WITH (publish = 'insert, delete'); COMMENT ON PUBLICATION "both ones" IS 'changes';
            CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION b_only FOR TABLE b.t;
            """);
        await using var migration = new SchemaMigration(
            "schema_publications", mapping => mapping with { Publications = PublicationPolicy.Copy, Include = new Selection { Schemas = ["a"] } });

        await migration.RunAsync();

        const string Published = "SELECT pubname || '|' || tablename || '|' || attnames::text || '|' || coalesce(rowfilter, '') FROM pg_publication_tables";
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "schema_publications", Published), Is.EqualTo("both ones|t 1|{id}|(id > 0)"));
        Assert.That(
            await Sql.ScalarAsync<string>(
                TestServers.Target,
                "schema_publications",
                "SELECT pubname || pubinsert || pubupdate || pubdelete || obj_description(oid, 'pg_publication') FROM pg_publication"),
            Is.EqualTo("both onestruefalsetruechanges"));
    }

    [Test]
    public async Task Skipped_extensions_publications_and_subscriptions_are_not_carried_over()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE schema_skips TEMPLATE template0");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE schema_skips TEMPLATE template0");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_skips",
            """
            CREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent; CREATE TABLE t (id int PRIMARY KEY);
            CREATE PUBLICATION p FOR TABLE t; COMMENT ON PUBLICATION p IS 'p';
            CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION q WITH (connect = false);
            CREATE INDEX broken ON t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass;
            """);
        await using var migration = new SchemaMigration("schema_skips", mapping => mapping with { SkipExtensions = ["unaccent"] });

        var (schema, _) = await migration.RunAsync();

        var names = Names(await migration.ReadAsync());
        Assert.That(names, Is.EquivalentTo(new[] { "EXTENSION pg_trgm", "COMMENT EXTENSION \"pg_trgm\"", "TABLE public.t", "CONSTRAINT public.t t_pkey" }));
        Assert.That(schema.Notes.Single().Message, Is.EqualTo("not carried over: publication p, subscription s, invalid index public.broken"));
        await Sql.RunAsync(TestServers.Source, "schema_skips", "ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s");
    }

    private static ImmutableArray<string> Names(SchemaArchive archive) => [.. archive.Entries.Select(entry => entry.Describe())];
}
