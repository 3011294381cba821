using MigrationPlans.PostgreSql.Schema;
using MigrationPlans.PostgreSql.Tools;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Archives;

/// <summary><c>strategy: archive</c> through the real binary on real servers.</summary>
public sealed class ArchiveTests
{
    private const string Shop =
        """
        CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
        CREATE TABLE orders (id serial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer, amount numeric(12,2));
        INSERT INTO customer (name) SELECT 'customer ' || i FROM generate_series(1, 300) i;
        INSERT INTO orders (customer_id, amount) SELECT 1 + i % 300, i / 7.0 FROM generate_series(1, 5000) i;
        """;

    private const string Odd =
        """
        CREATE SCHEMA "a.b"; CREATE SCHEMA "Up ""per"" 🐘"; CREATE SCHEMA "star*"; CREATE SCHEMA starry; CREATE SCHEMA "DATA"; CREATE SCHEMA gone;
        CREATE TYPE gone.kind AS ENUM ('x', 'y');
        CREATE TABLE "a.b"."c.d" (id serial PRIMARY KEY, "select" text); INSERT INTO "a.b"."c.d" ("select") SELECT 'r' || i FROM generate_series(1, 50) i;
        CREATE TABLE "a.b"."c" (id int); INSERT INTO "a.b"."c" SELECT 1;
        CREATE TABLE "Up ""per"" 🐘"."T | ? (x) $1 \d" (id int GENERATED ALWAYS AS IDENTITY, k gone.kind); INSERT INTO "Up ""per"" 🐘"."T | ? (x) $1 \d" (k) SELECT 'x' FROM generate_series(1, 20);
        CREATE TABLE "Up ""per"" 🐘"."t | ? (x) $1 \d" (id int); INSERT INTO "Up ""per"" 🐘"."t | ? (x) $1 \d" SELECT 7;
        CREATE TABLE "Up ""per"" 🐘"."line
        break" (id int); INSERT INTO "Up ""per"" 🐘"."line
        break" SELECT 3;
        CREATE TABLE "star*".t (id int); INSERT INTO "star*".t SELECT 1; CREATE TABLE starry.t (id int); INSERT INTO starry.t SELECT 2;
        CREATE TABLE "DATA".t (id int); INSERT INTO "DATA".t SELECT 4; CREATE TABLE gone.t (id int); INSERT INTO gone.t SELECT 5;
        CREATE SEQUENCE gone.shared START 40; SELECT nextval('gone.shared'); CREATE TABLE "a.b".late (id int DEFAULT nextval('gone.shared')); INSERT INTO "a.b".late DEFAULT VALUES;
        SELECT lo_from_bytea(0, 'stays or comes');
        """;

    private static readonly string[] Picks =
    [
        "",
        "include: { schemas: [\"a.b\", \"Up \\\"per\\\" 🐘\", DATA], tables: [\"star*.t\"] }",
        "include: { tables: [\"a.b.*\", \"Up \\\"per\\\" 🐘.T | ? (x) $1 \\\\d\"] }",
        "exclude: { schemas: [starry], tables: [\"a.b.c.d\"], tableData: [\"Up \\\"per\\\" 🐘.t | ? (x) $1 \\\\d\"] }",
    ];

    [TestCase("{}")]
    [TestCase("{ compression: none }")]
    [TestCase("{ format: custom, compression: \"gzip:1\" }")]
    public async Task A_rich_database_arrives_whole_and_the_archive_goes(string settings)
    {
        const string database = "archive_rich";
        await PrepareAsync(database);
        await Fingerprint.LoadAsync(TestServers.Source, database, Repository.PathOf("examples", "consolidation", "data", "account-a", "source_database_a.sql"));
        // pg_dump leaves the declaration out.
        await Sql.RunAsync(TestServers.Source, database, "CREATE TABLE declared AS SELECT '<?xml version=\"1.0\"?><a/>'::xml AS x");
        using var fixture = new ArchiveFixture([$"{{ from: old/{database}, to: new/{database}, fence: read-only }}"], settings);
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        await ArchiveFixture.AssertEqualAsync(database, database);
        Assert.That(fixture.Archives(), Is.Empty);
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, database, "SELECT to_regnamespace('migplan_ledger') IS NULL"));
        using var again = await fixture.ApplyAsync();
        Assert.That(again.Output, Does.Contain("nothing to do"));
    }

    [TestCaseSource(nameof(Picks))]
    public async Task Archive_and_stream_pick_the_same_whatever_things_are_called(string pick)
    {
        const string database = "odd = \"name\" 'x' \\ 🐘";
        await ArchiveFixture.CreateAsync(database, Odd);
        string[] targets = ["archive_odd =🐘'", "archive_odd_stream"];
        foreach (var target in targets)
        {
            await Sql.DropDatabaseAsync(TestServers.Target, $"\"{target}\"");
        }

        const string from = "from: { endpoint: old, database: \"odd = \\\"name\\\" 'x' \\\\ 🐘\" }";
        var rest = pick.Length == 0 ? "" : $", {pick}";
        using var fixture = new ArchiveFixture(
        [
            $"{{ {from}, to: {{ endpoint: new, database: \"archive_odd =🐘'\" }}{rest} }}",
            $"{{ {from}, to: new/archive_odd_stream, strategy: stream{rest} }}",
        ]);
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);

        // The script that takes fingerprints knows plain names only.
        await Sql.RunAsync(TestServers.Target, "postgres", "DROP DATABASE IF EXISTS archive_odd_plain");
        await Sql.RunAsync(TestServers.Target, "postgres", $"ALTER DATABASE \"{targets[0]}\" RENAME TO archive_odd_plain");
        var streamed = await Fingerprint.TakeAsync(TestServers.Target, targets[1]);
        Assert.That(await Fingerprint.TakeAsync(TestServers.Target, "archive_odd_plain"), Is.EqualTo(streamed));
        if (pick.Length == 0)
        {
            await Sql.RunAsync(TestServers.Source, "postgres", "DROP DATABASE IF EXISTS archive_odd_source");
            await Sql.RunAsync(
                TestServers.Source,
                "postgres",
                $"ALTER DATABASE \"{database.Replace("\"", "\"\"", StringComparison.Ordinal)}\" RENAME TO archive_odd_source");
            Assert.That(streamed, Is.EqualTo(await Fingerprint.TakeAsync(TestServers.Source, "archive_odd_source")));
        }

        Assert.That(
            migplan.Error.Contains("MP6104", StringComparison.Ordinal) || migplan.Output.Contains("MP6104", StringComparison.Ordinal),
            Is.EqualTo(pick.Length > 0));
    }

    [TestCase("custom")]
    [TestCase("directory")]
    public async Task A_kept_archive_is_for_its_owner_alone_and_rollback_removes_it(string format)
    {
        var database = $"archive_kept_{format}";
        await ArchiveFixture.CreateAsync(database, Shop);
        using var fixture = new ArchiveFixture([$"{{ from: old/{database}, to: new/{database} }}"], $"{{ directory: backups, format: {format}, keep: true }}");
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        var archive = fixture.Archives().Single();
        Assert.That(archive, Does.StartWith(Path.Combine(fixture.FileOf("backups"), "new", database)));
        Assert.That(
            Directory.EnumerateFileSystemEntries(fixture.FileOf("backups"), "*", SearchOption.AllDirectories)
                .Select(path => File.GetUnixFileMode(path) & (UnixFileMode)0b111111),
            Is.All.EqualTo(UnixFileMode.None));
        Assert.That(
            Directory.EnumerateFiles(archive, "*", SearchOption.AllDirectories).Select(File.GetUnixFileMode),
            Is.All.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));

        // It is a whole archive that pg_restore reads without us.
        var tools = (await PostgresInstallations.FindAsync("pg_restore", CancellationToken.None))[0];
        var script = await ToolProcess.RunAsync(
            new ToolCommand(tools.Program("pg_restore"), ["--file=-", Path.Combine(archive, "dump")]), CancellationToken.None);
        Assert.That(script.Output, Does.Contain("customer 300").And.Contain("REFERENCES"));

        using var status = await fixture.RunAsync("status", fixture.ManifestPath);
        Assert.That(status.Output, Does.Contain($"archive {archive}"));
        using var listed = await fixture.RunAsync("state", "list", fixture.ManifestPath);
        Assert.That(listed.Output, Does.Match($"archive +{archive}  created by new/{database}:dump-archive"));
        using var rollback = await fixture.RunAsync("rollback", fixture.ManifestPath, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString);
        Assert.That(rollback.Output, Does.Contain($"archive {archive}: archive deleted"));
        Assert.That(Directory.EnumerateFileSystemEntries(fixture.FileOf("backups")), Is.Empty);
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "postgres", $"SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}')"));
    }

    /// <summary>Each build holds a lock that the other's ALTER TABLE would wait for.</summary>
    [TestCase("archive")]
    [TestCase("stream")]
    public async Task Two_indexes_that_lock_their_table_harder_when_they_are_built_do_not_lock_each_other_out(string strategy)
    {
        await ArchiveFixture.CreateAsync("archive_harder", """
            CREATE TABLE t AS SELECT i AS a, i AS b, md5(i::text) AS c FROM generate_series(1, 200000) i; ALTER TABLE t ALTER b SET NOT NULL;
            CREATE INDEX i1 ON t (c); ALTER TABLE t CLUSTER ON i1; CREATE UNIQUE INDEX i2 ON t (b); ALTER TABLE t REPLICA IDENTITY USING INDEX i2;
            CREATE INDEX i3 ON t ((a + b)); ALTER INDEX i3 ALTER COLUMN 1 SET STATISTICS 77;
            """);
        using var fixture = new ArchiveFixture([$"{{ from: old/archive_harder, to: new/archive_harder, strategy: {strategy} }}"]);
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Output + migplan.Error, Does.Not.Contain("will be tried again"));
        await ArchiveFixture.AssertEqualAsync("archive_harder", "archive_harder");
    }

    /// <summary>pg_dump lists large objects with the data from 17 on, and before with the schema; read by their lines, they are the same.</summary>
    [Test]
    public async Task Large_objects_are_read_out_of_an_archive_by_their_lines_in_the_list()
    {
        await ArchiveFixture.CreateAsync(
            "archive_large",
            "SELECT lo_from_bytea(4711, 'x'); COMMENT ON LARGE OBJECT 4711 IS 'one'; GRANT SELECT ON LARGE OBJECT 4711 TO PUBLIC; SELECT lo_from_bytea(4712, 'y')");
        using var fixture = new ArchiveFixture(["{ from: old/archive_large, to: new/archive_large }"], "{ keep: true }");
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        await ArchiveFixture.AssertEqualAsync("archive_large", "archive_large");

        var tools = (await PostgresInstallations.FindAsync("pg_restore", CancellationToken.None))[0];
        var (dump, path) = (new SchemaDump(tools, "test"), Path.Combine(fixture.Archives().Single(), "dump"));
        var lines = (await dump.ListFileAsync(path, CancellationToken.None)).Split('\n').Select(TocLine.TryParse).OfType<TocLine>()
            .Where(line => line.Rest.StartsWith("BLOB ", StringComparison.Ordinal) || line.Rest.Contains(" LARGE OBJECT", StringComparison.Ordinal)).ToList();
        var some = await dump.ReadSomeAsync(path, lines, CancellationToken.None);
        var all = await dump.ReadFileAsync(path, CancellationToken.None);
        Assert.That(some, Has.Length.GreaterThanOrEqualTo(3));
        Assert.That(
            some.Select(entry => entry.Digest),
            Is.EquivalentTo(all
                .Where(entry => entry.Kind.StartsWith("BLOB", StringComparison.Ordinal) || entry.Tag.StartsWith("LARGE OBJECT", StringComparison.Ordinal))
                .Select(entry => entry.Digest)));
    }

    [Test]
    public async Task What_is_in_the_way_is_dropped_only_where_the_mapping_says_so()
    {
        await ArchiveFixture.CreateAsync("archive_replace", Shop);
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE archive_replace");
        await Sql.RunAsync(TestServers.Target, "archive_replace", "CREATE TABLE precious (i int)");
        using var careful = new ArchiveFixture(["{ from: old/archive_replace, to: new/archive_replace }"]);
        using var refused = await careful.ApplyAsync();
        Assert.That(refused.ExitCode, Is.Not.Zero, refused.ToString);
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "archive_replace", "SELECT count(*) FROM precious"), Is.Zero);
        using var fixture = new ArchiveFixture(["{ from: old/archive_replace, to: new/archive_replace, onExisting: replace }"]);
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        await ArchiveFixture.AssertEqualAsync("archive_replace", "archive_replace");
    }

    [Test]
    public async Task A_login_that_may_only_create_databases_and_roles_restores_owners_grants_and_mapped_roles()
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.DropDatabaseAsync(server, "archive_owned");
            await Sql.RunAsync(server, "postgres", "DROP ROLE IF EXISTS arc_a, arc_b, arc_new, arc_reader, arc_login");
        }

        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE arc_a; CREATE ROLE arc_b; CREATE ROLE arc_reader");
        await Sql.RunAsync(
            TestServers.Target,
            "postgres",
            "CREATE ROLE arc_new; CREATE ROLE arc_login LOGIN CREATEDB CREATEROLE PASSWORD 'secret' IN ROLE pg_read_all_data");
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE archive_owned OWNER arc_a");
        await Sql.RunAsync(TestServers.Source, "archive_owned", """
            CREATE SCHEMA app AUTHORIZATION arc_a; CREATE EXTENSION citext SCHEMA public; CREATE EXTENSION pg_trgm SCHEMA public;
            GRANT USAGE ON SCHEMA app TO arc_reader, arc_b;
            CREATE TABLE app.t (id serial PRIMARY KEY, m text); ALTER TABLE app.t OWNER TO arc_b; INSERT INTO app.t (m) SELECT 'm' || i FROM generate_series(1, 1000) i;
            CREATE TABLE app.u (id int PRIMARY KEY REFERENCES app.t); ALTER TABLE app.u OWNER TO arc_a; INSERT INTO app.u SELECT 1 WHERE false; ALTER TABLE app.u ENABLE ROW LEVEL SECURITY;
            CREATE MATERIALIZED VIEW app.mv AS SELECT count(*) FROM app.t; ALTER MATERIALIZED VIEW app.mv OWNER TO arc_b;
            REVOKE ALL ON app.t FROM arc_b; GRANT SELECT ON app.t TO arc_reader;
            GRANT SELECT ON app.t TO arc_b;
            SELECT lo_from_bytea(4711, 'a picture'); ALTER LARGE OBJECT 4711 OWNER TO arc_b; GRANT SELECT ON LARGE OBJECT 4711 TO arc_reader;
            """);
        using var fixture = new ArchiveFixture(
            ["{ from: old/archive_owned, to: new/archive_owned, verify: counts, roles: { map: { arc_b: arc_new, migplan: arc_login } }, extensions: { skip: [pg_trgm] } }"],
            login: "arc_login");
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "archive_owned", """
                SELECT string_agg(format('%s %s %s', c.relname, c.relowner::regrole, c.relacl), '; ' ORDER BY c.relname)
                FROM pg_class c WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'm')
                """),
            Is.EqualTo("mv arc_new ; t arc_new {arc_new=r/arc_new,arc_reader=r/arc_new}; u arc_a "));
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "archive_owned", "SELECT lomowner::regrole || ' ' || lomacl::text FROM pg_largeobject_metadata"),
            Is.EqualTo("arc_new {arc_new=rw/arc_new,arc_reader=r/arc_new}"));
        Assert.That(await Sql.ScalarAsync<long>(TestServers.Target, "archive_owned", "SELECT count(*) FROM app.t"), Is.EqualTo(1000));
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, "archive_owned", "SELECT string_agg(extname, ',' ORDER BY extname) FROM pg_extension"),
            Is.EqualTo("citext,plpgsql"));
        Assert.That(
            await Sql.ScalarAsync<long>(
                TestServers.Target,
                "postgres",
                "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'arc_login' AND m.roleid <> 'pg_read_all_data'::regrole"),
            Is.Zero);
    }

    private static async Task PrepareAsync(string database)
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.DropDatabaseAsync(server, database);
        }

        await Sql.RunAsync(TestServers.Source, "postgres", $"CREATE DATABASE {database}");
    }
}
