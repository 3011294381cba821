using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Memberships;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

/// <summary>Owners and privileges, with the rights that a master user of RDS has.</summary>
public sealed class SchemaOwnerTests
{
    private const string Owned =
        """
        CREATE SCHEMA app AUTHORIZATION owner_a; CREATE SCHEMA own;
        CREATE TYPE app.mood AS ENUM ('a'); ALTER TYPE app.mood OWNER TO owner_b;
        CREATE TABLE app.t (id serial PRIMARY KEY, m app.mood); ALTER TABLE app.t OWNER TO owner_b;
        CREATE TABLE own.u (id int PRIMARY KEY REFERENCES app.t); ALTER TABLE own.u OWNER TO owner_a;
        CREATE TABLE public.p (id int); ALTER TABLE public.p OWNER TO owner_b;
        CREATE VIEW app.v AS SELECT * FROM app.t; ALTER VIEW app.v OWNER TO owner_a;
        CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER FUNCTION app.f() OWNER TO owner_b;
        CREATE STATISTICS app.s ON id, m FROM app.t; ALTER STATISTICS app.s OWNER TO owner_b;
        CREATE EXTENSION citext SCHEMA public;
        REVOKE ALL ON app.t FROM owner_b; GRANT SELECT ON app.t TO owner_a WITH GRANT OPTION;
        SET SESSION AUTHORIZATION owner_a; GRANT SELECT ON app.t TO reader; RESET SESSION AUTHORIZATION;
        GRANT USAGE ON SCHEMA app TO reader; GRANT CREATE ON SCHEMA own TO owner_a;
        ALTER DEFAULT PRIVILEGES FOR ROLE owner_a IN SCHEMA app GRANT SELECT ON TABLES TO reader;
        ALTER SCHEMA own OWNER TO lone_login; ALTER TABLE own.u OWNER TO owner_a;
        """;

    private static readonly string[] Roles = ["owner_a", "owner_b", "reader", "lone_login"];

    private static readonly SchemaMigration.Login Login = new("lone_login", "secret");

    [OneTimeSetUp]
    public async Task CreateLoginAsync()
    {
        await SchemaText.PrepareAsync("schema_owned", Roles);
        await SchemaFiles.RunAsync(TestServers.Source, "schema_owned", Owned);
        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER ROLE lone_login LOGIN CREATEDB CREATEROLE PASSWORD 'secret'");
        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER DATABASE schema_owned OWNER TO lone_login");
    }

    [Test]
    public async Task A_login_that_is_no_superuser_restores_owners_and_grants_and_keeps_nothing()
    {
        await using var migration = new SchemaMigration("schema_owned", target: Login);

        await migration.RunAsync();

        var target = await SchemaText.OfAsync(TestServers.Target, "schema_owned");
        Assert.That(target, Is.EqualTo(await SchemaText.OfAsync(TestServers.Source, "schema_owned")));
        await using var connection = new Npgsql.NpgsqlConnection(
            new Npgsql.NpgsqlConnectionStringBuilder(Sql.ConnectionString(TestServers.Target, "schema_owned"))
            {
                Username = Login.Name,
                Password = Login.Password,
            }.ConnectionString);
        await connection.OpenAsync();
        Assert.That(await CountMembershipsAsync(connection), Is.EqualTo(2));
        await new NotedMemberships(connection, "test").LeaveAsync(CancellationToken.None);
        Assert.That(await CountMembershipsAsync(connection), Is.Zero);
    }

    [Test]
    public async Task A_membership_that_the_server_refuses_is_named()
    {
        await SchemaText.PrepareAsync("schema_refused", ["mighty", "weak_login"]);
        await Sql.RunAsync(TestServers.Source, "schema_refused", "CREATE TABLE t (id int); ALTER TABLE t OWNER TO mighty");
        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER ROLE weak_login LOGIN PASSWORD 'secret'");
        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER DATABASE schema_refused OWNER TO weak_login");
        await using var migration = new SchemaMigration("schema_refused", target: new SchemaMigration.Login("weak_login", "secret"));

        var failure = Assert.ThrowsAsync<StepFailedException>(migration.RunSchemaAsync);

        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6212"));
        Assert.That(failure.Diagnostic.Message, Does.Contain("`weak_login` can't become a member of `mighty`"));
        Assert.That(
            failure.Diagnostic.Help,
            Does.EndWith($": GRANT \"mighty\" TO \"weak_login\"{(TestServers.Target.MajorVersion >= 16 ? " WITH INHERIT TRUE, SET TRUE" : "")}"));
    }

    [Test]
    public async Task One_that_would_close_a_circle_is_named_with_another_way_out()
    {
        if (TestServers.Target.MajorVersion >= 16)
        {
            Assert.Ignore("from 16 on, who may not grant the role is told that first");
        }

        await SchemaText.PrepareAsync("schema_circle", ["circle_owner", "circle_login"]);
        await Sql.RunAsync(TestServers.Source, "schema_circle", "CREATE TABLE t (id int); ALTER TABLE t OWNER TO circle_owner");
        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER ROLE circle_login LOGIN CREATEROLE PASSWORD 'secret'; GRANT circle_login TO circle_owner");
        await Sql.RunAsync(TestServers.Target, "postgres", "ALTER DATABASE schema_circle OWNER TO circle_login");
        await using var migration = new SchemaMigration("schema_circle", target: new SchemaMigration.Login("circle_login", "secret"));

        var failure = Assert.ThrowsAsync<StepFailedException>(migration.RunSchemaAsync);

        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6212"));
        Assert.That(failure.Diagnostic.Help, Does.Contain("REVOKE \"circle_login\" FROM \"circle_owner\""));
    }

    [Test]
    public async Task Mapped_roles_take_the_place_of_the_old_ones_and_of_nothing_else()
    {
        await SchemaText.PrepareAsync("schema_mapped", ["old", "new \"role\""]);
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_mapped",
            """
            CREATE SCHEMA old AUTHORIZATION old;
            CREATE TABLE old.old ("old" text DEFAULT 'OWNER TO old; GRANT old TO old'); ALTER TABLE old.old OWNER TO old;
            CREATE FUNCTION old.old() RETURNS text LANGUAGE sql AS $$SELECT 'ALTER TABLE x OWNER TO old;'$$;
            COMMENT ON TABLE old.old IS 'owned by old';
            GRANT SELECT ("old") ON old.old TO old; GRANT ALL ON old.old TO PUBLIC; REVOKE ALL ON FUNCTION old.old() FROM old;
            CREATE POLICY old ON old.old TO old USING ("old" = 'old');
            ALTER DEFAULT PRIVILEGES FOR ROLE old IN SCHEMA old GRANT SELECT ON TABLES TO old;
            """);
        await using var migration = new SchemaMigration("schema_mapped", mapping => mapping with
        {
            Roles = new RolePolicy { Map = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("old", "new \"role\"") },
        });

        await migration.RunAsync();

        var source = await SchemaText.OfAsync(TestServers.Source, "schema_mapped");
        var expected = source
            .Replace("OWNER TO old;", "OWNER TO \"new \"\"role\"\"\";", StringComparison.Ordinal)
            .Replace("x OWNER TO \"new \"\"role\"\"\";'", "x OWNER TO old;'", StringComparison.Ordinal)
            .Replace("FOR ROLE old", "FOR ROLE \"new \"\"role\"\"\"", StringComparison.Ordinal)
            .Replace("TO old USING", "TO \"new \"\"role\"\"\" USING", StringComparison.Ordinal)
            .Replace("TABLES  TO old", "TABLES  TO \"new \"\"role\"\"\"", StringComparison.Ordinal)
            .Replace("old.old TO old;", "old.old TO \"new \"\"role\"\"\";", StringComparison.Ordinal)
            .Replace("'\"new \"\"role\"\"\"; GRANT", "'OWNER TO old; GRANT", StringComparison.Ordinal)
            .Replace("Owner: old", "Owner: new \"role\"", StringComparison.Ordinal)
            .Replace("'OWNER TO \"new \"\"role\"\"\"; GRANT old", "'OWNER TO old; GRANT old", StringComparison.Ordinal);
        Assert.That(await SchemaText.OfAsync(TestServers.Target, "schema_mapped"), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_login_that_is_no_superuser_creates_publications_of_tables_and_names_those_that_it_may_not_create()
    {
        await SchemaText.PrepareAsync("schema_publishes", "publisher", "publishing_login");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_publishes",
            """
            CREATE TABLE t (id int PRIMARY KEY); ALTER TABLE t OWNER TO publisher;
            CREATE PUBLICATION p FOR TABLE t; ALTER PUBLICATION p OWNER TO publisher; CREATE PUBLICATION everything FOR ALL TABLES;
            """);
        await Sql.RunAsync(
            TestServers.Target,
            "postgres",
            "ALTER ROLE publishing_login LOGIN CREATEDB CREATEROLE PASSWORD 'secret'; ALTER DATABASE schema_publishes OWNER TO publishing_login");
        await using var migration = new SchemaMigration(
            "schema_publishes",
            mapping => mapping with { Publications = PublicationPolicy.Copy },
            new SchemaMigration.Login("publishing_login", "secret"));

        var (schema, _) = await migration.RunAsync();

        Assert.That(
            await Sql.ScalarAsync<string>(
                TestServers.Target,
                "schema_publishes",
                "SELECT string_agg(pubname || ' of ' || pg_get_userbyid(pubowner), ',') FROM pg_publication"),
            Is.EqualTo("p of publisher"));
        Assert.That(
            await Sql.ScalarAsync<bool>(TestServers.Target, "schema_publishes", "SELECT has_database_privilege('publisher', current_database(), 'CREATE')"),
            Is.False);
        Assert.That(schema.Notes.Single().Message, Is.EqualTo("not carried over: publication everything"));
    }

    /// <summary>As on RDS, where the extension is a superuser's and the master user may grant the use of its wrapper.</summary>
    [Test]
    public async Task A_foreign_server_is_given_to_an_owner_that_may_use_its_wrapper_only_for_that_moment()
    {
        await PrepareForeignServerAsync("schema_lends", "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO far_login WITH GRANT OPTION");
        await using var migration = new SchemaMigration("schema_lends", target: new SchemaMigration.Login("far_login", "secret"));

        await migration.RunAsync();

        Assert.That(
            await Sql.ScalarAsync<string>(
                TestServers.Target,
                "schema_lends",
                "SELECT string_agg(srvname || ' of ' || pg_get_userbyid(srvowner), ', ' ORDER BY srvname) FROM pg_foreign_server"),
            Is.EqualTo("far of far_owner, near of far_other"));
        const string MayUse = "SELECT has_foreign_data_wrapper_privilege('far_owner', 'postgres_fdw', 'USAGE') OR has_foreign_data_wrapper_privilege('far_other', 'postgres_fdw', 'USAGE')";
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "schema_lends", MayUse), Is.False);
    }

    /// <summary>Neither may the login; or it may itself, and not let others.</summary>
    [TestCase("SELECT")]
    [TestCase("GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO far_login")]
    public async Task A_foreign_server_whose_wrapper_may_not_be_used_is_refused_with_the_grant_that_is_missing(string granted)
    {
        await PrepareForeignServerAsync("schema_keeps", granted);
        await using var migration = new SchemaMigration("schema_keeps", target: new SchemaMigration.Login("far_login", "secret"));

        var failure = Assert.ThrowsAsync<StepFailedException>(migration.RunSchemaAsync)!;

        Assert.That(failure.Diagnostic.Code, Is.EqualTo("MP6205"));
        Assert.That(
            failure.Diagnostic.Message,
            Does.Contain("SERVER far could not be restored to t/schema_keeps: far_owner may not use the foreign-data wrapper postgres_fdw"));
        Assert.That(
            failure.Diagnostic.Help,
            Is.EqualTo("as a superuser, in this database: GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO far_login WITH GRANT OPTION"));
    }

    /// <summary>The owners own nothing else.</summary>
    private static async Task PrepareForeignServerAsync(string database, string granted)
    {
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await Sql.DropDatabaseAsync(server, database);
        }

        await SchemaText.PrepareAsync(database, "far_owner", "far_other", "far_login");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            database,
            """
            CREATE EXTENSION postgres_fdw; CREATE SERVER far TYPE 'FOREIGN DATA WRAPPER x' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'example.test'); ALTER SERVER far OWNER TO far_owner;
            CREATE SERVER near FOREIGN DATA WRAPPER postgres_fdw; ALTER SERVER near OWNER TO far_other;
            """);
        await Sql.RunAsync(
            TestServers.Target,
            "postgres",
            $"ALTER ROLE far_login LOGIN CREATEDB CREATEROLE PASSWORD 'secret'; ALTER DATABASE {database} OWNER TO far_login{MayGrant("far_owner, far_other", "far_login")}");
        await Sql.RunAsync(TestServers.Target, database, $"CREATE EXTENSION postgres_fdw; {granted}");
    }

    /// <summary>As in a resumed run. The login can't look at the rows that forced row security hides from their owner.</summary>
    [Test]
    public async Task A_key_that_the_source_got_later_is_checked_before_row_security_is_on_again()
    {
        await SchemaText.PrepareAsync("schema_secret", "secret_owner", "secret_login");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_secret",
            """
            CREATE TABLE secret (id int PRIMARY KEY); CREATE TABLE refers (id int REFERENCES secret, later int);
            ALTER TABLE secret OWNER TO secret_owner; ALTER TABLE refers OWNER TO secret_owner;
            ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE TABLE no_policy (id int); ALTER TABLE no_policy OWNER TO secret_owner; ALTER TABLE no_policy ENABLE ROW LEVEL SECURITY;
            """);
        await Sql.RunAsync(
            TestServers.Target,
            "postgres",
            $"ALTER ROLE secret_login LOGIN CREATEDB CREATEROLE PASSWORD 'secret'; ALTER DATABASE schema_secret OWNER TO secret_login{MayGrant("secret_owner", "secret_login")}");
        await RunSecretAsync();
        await Sql.RunAsync(TestServers.Source, "schema_secret", "ALTER TABLE refers ADD FOREIGN KEY (later) REFERENCES secret");

        await RunSecretAsync();

        const string Secured = "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relrowsecurity";
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "schema_secret", Secured), Is.EqualTo("no_policy secret"));
        Assert.That(
            await Sql.ScalarAsync<long>(TestServers.Target, "schema_secret", "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"),
            Is.EqualTo(2));
    }

    private static async Task RunSecretAsync()
    {
        await using var migration = new SchemaMigration("schema_secret", target: new SchemaMigration.Login("secret_login", "secret"));
        await migration.RunAsync();
    }

    /// <summary>From 16 on, CREATEROLE alone does not let one grant roles that somebody else made.</summary>
    private static string MayGrant(string roles, string login) =>
        TestServers.Target.MajorVersion < 16 ? "" : $"; GRANT {roles} TO {login} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE";

    private static Task<long> CountMembershipsAsync(Npgsql.NpgsqlConnection connection) =>
        Sql.ScalarAsync<long>(connection, "SELECT count(*) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = 'lone_login'");
}
