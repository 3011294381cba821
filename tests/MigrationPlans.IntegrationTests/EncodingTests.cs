using NUnit.Framework;

namespace MigrationPlans.IntegrationTests;

/// <summary>Databases of another encoding than the target that is there for them.</summary>
[NonParallelizable]
public sealed class EncodingTests
{
    private const string Database = "encoding";

    private static readonly string Bytes =
        "CREATE TABLE note (id int PRIMARY KEY, body text); INSERT INTO note VALUES (1, convert_from('\\xc3a9', 'SQL_ASCII')), (2, convert_from('\\xe9', 'SQL_ASCII'))";

    [Test]
    public async Task Bytes_that_are_no_text_do_not_get_into_a_database_that_checks_it([Values("stream", "archive")] string strategy)
    {
        using var fixture = await CreateAsync("SQL_ASCII", Bytes);
        fixture.WriteManifest("checksums", $"strategy: {strategy}");

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.EqualTo(1), apply.Output);
        Assert.That(apply.Output, Does.Contain("invalid byte sequence for encoding \"UTF8\": 0xe9"));

        await Sql.RunAsync(TestServers.Source, Database, "DELETE FROM note WHERE id = 2");
        var second = await fixture.ApplyAsync();

        Assert.That(second.ExitCode, Is.Zero, second.Output);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, Database, "SELECT body FROM note"), Is.EqualTo("é"));
    }

    [Test]
    public async Task Bytes_go_as_they_are_into_a_database_made_like_the_source([Values("stream", "archive")] string strategy)
    {
        using var fixture = await CreateAsync("SQL_ASCII", Bytes);
        await Sql.DropDatabaseAsync(TestServers.Target, Database);
        fixture.WriteManifest("checksums", $"strategy: {strategy}");

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.Zero, apply.Output);
        Assert.That(
            await Sql.ScalarAsync<string>(TestServers.Target, Database, "SELECT string_agg(encode(body::bytea, 'hex'), ' ' ORDER BY id) FROM note"),
            Is.EqualTo("c3a9 e9"));
    }

    [TestCase("COMMENT ON TABLE note IS %1$L", "comment on table public.note")]
    [TestCase("ALTER TABLE note ALTER body SET DEFAULT %1$L", "column public.note.body")]
    [TestCase("CREATE FUNCTION say() RETURNS text LANGUAGE sql AS 'SELECT ''%1$s'''", "text of function public.say()")]
    [TestCase("CREATE TYPE mood AS ENUM (%1$L)", "label of type public.mood")]
    [TestCase("CREATE TABLE %1$I (id int)", "table public.\"caf\\xe9\"")]
    [TestCase("CREATE VIEW seen AS SELECT 1 AS a WHERE 'x' <> %1$L", "definition of view public.seen")]
    public async Task A_text_of_the_catalogs_that_is_not_UTF_8_is_named_before_anything_is_done(string sql, string named)
    {
        using var fixture = await CreateAsync("SQL_ASCII", "CREATE TABLE note (id int, body text); COMMENT ON COLUMN note.id IS 'né \\ x'");
        fixture.WriteManifest("checksums", "fence: read-only");
        await Sql.RunAsync(TestServers.Source, Database, $"DO $do$ BEGIN EXECUTE format($sql${sql}$sql$, convert_from('\\x636166e9', 'SQL_ASCII')); END $do$");

        var plan = await fixture.RunAsync("plan", "manifest.yaml");
        var apply = await fixture.ApplyAsync();

        Assert.That(new[] { plan.ExitCode, apply.ExitCode }, Is.All.EqualTo(1), plan.Output + apply.Output);
        Assert.That(plan.Output, Does.Contain("MP4181").And.Contain($"not UTF-8: {named}"));
        Assert.That(apply.Output, Does.Contain("MP4181"));
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Source, Database, "SELECT current_setting('transaction_read_only')"), Is.EqualTo("off"));
    }

    [Test]
    public async Task Texts_of_the_catalogs_that_are_UTF_8_come_along_from_a_database_that_checks_none()
    {
        using var fixture = await CreateAsync(
            "SQL_ASCII",
            "CREATE TABLE note (id int, body text DEFAULT 'é\\'); COMMENT ON TABLE note IS 'né \\ x'; CREATE TABLE \"Ünder\" (id int)");
        fixture.WriteManifest("checksums");

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.Zero, apply.Output);
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, Database, "SELECT obj_description('note'::regclass)"), Is.EqualTo("né \\ x"));
    }

    [Test]
    public async Task Texts_that_are_compared_by_their_digest_are_equal_in_any_encoding()
    {
        using var fixture = await CreateAsync("LATIN1", """
            CREATE FUNCTION greeting() RETURNS text LANGUAGE sql AS $$ SELECT 'Grüße' $$;
            CREATE PROCEDURE greet() LANGUAGE sql AS $$ SELECT 'Grüße' $$;
            CREATE FOREIGN DATA WRAPPER away; CREATE SERVER far FOREIGN DATA WRAPPER away OPTIONS (name 'Köln', "Ähnlich" 'b');
            CREATE FOREIGN TABLE distant (id int OPTIONS (label 'Größe')) SERVER far OPTIONS (title 'Äpfel');
            """);
        fixture.WriteManifest("checksums");

        var apply = await fixture.ApplyAsync();

        Assert.That(apply.ExitCode, Is.Zero, apply.Output);
        Assert.That(apply.Output, Does.Contain("equal"));
    }

    /// <summary>40,000 such letters are as many bytes in the one, twice as many in the other.</summary>
    [Test]
    public async Task A_long_text_that_is_equal_in_two_encodings_is_not_among_the_rows_that_differ()
    {
        using var fixture = await CreateAsync(
            "LATIN1",
            "CREATE TABLE note (id int PRIMARY KEY, body text, more varchar[]); INSERT INTO note VALUES (1, repeat('é', 40000), ARRAY[repeat('é', 40000)]), (2, 'x', '{}')");
        fixture.WriteManifest("none");
        var apply = await fixture.ApplyAsync();
        Assert.That(apply.ExitCode, Is.Zero, apply.Output);
        await Sql.RunAsync(TestServers.Target, Database, "UPDATE note SET body = 'y' WHERE id = 2");

        var verify = await fixture.RunAsync("verify", "manifest.yaml", "--level", "checksums");

        Assert.That(verify.ExitCode, Is.EqualTo(8), verify.Output);
        Assert.That(verify.Output, Does.Contain("(id) changed 2"));
    }

    /// <summary>An empty target of UTF-8 beside it.</summary>
    private static async Task<ApplyFixture> CreateAsync(string encoding, string sql)
    {
        foreach (var (server, ofServer) in new[] { (TestServers.Source, encoding), (TestServers.Target, "UTF8") })
        {
            await Sql.DropDatabaseAsync(server, Database);
            await Sql.RunAsync(server, "postgres", $"CREATE DATABASE {Database} TEMPLATE template0 ENCODING '{ofServer}' LC_COLLATE 'C' LC_CTYPE 'C'");
        }

        await Sql.RunAsync(TestServers.Source, Database, sql);
        return new ApplyFixture(Database);
    }
}
