using System.Collections.Immutable;
using MigrationPlans.Execution;
using MigrationPlans.IntegrationTests.Tools;
using MigrationPlans.PostgreSql.Schema;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Schema;

public sealed class SchemaDumpTests
{
    [Test]
    public void A_server_newer_than_all_installed_programs_is_refused_with_the_package_to_install()
    {
        var failure = Assert.ThrowsAsync<StepFailedException>(() => SchemaDump.ForServerAsync(99, "s/d", CancellationToken.None));
        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6201"));
        Assert.That(failure.Diagnostic.Message, Does.StartWith("s/d runs PostgreSQL 99, and pg_dump and pg_restore are here only as "));
        Assert.That(failure.Diagnostic.Help, Does.Contain("postgresql-client-99"));
    }

    [Test]
    public async Task A_dump_that_fails_says_what_the_program_said()
    {
        var dump = await SchemaDump.ForServerAsync(12, "s/d", CancellationToken.None);
        var nowhere = ImmutableDictionary<string, string?>.Empty.Add("PGHOST", "127.0.0.1").Add("PGPORT", "1");
        var failure = Assert.ThrowsAsync<StepFailedException>(() => dump.ReadAsync(nowhere, "1-1", CancellationToken.None));
        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6202"));
        Assert.That(failure.Diagnostic.Message, Does.Contain("pg_dump ended with exit code 1 on s/d").And.Contain("127.0.0.1"));
    }

    /// <summary>Programs that are newer than all others here, and whose pg_restore leaves the tables out of its list.</summary>
    [Test]
    public async Task A_list_that_does_not_fit_the_script_is_refused_before_anything_is_run()
    {
        using var fixture = new ApplyFixture("schema_unlisted");
        await fixture.CreateAsync("CREATE TABLE t (id int PRIMARY KEY)");
        using var tools = await WrappedTools.CreateAsync(
            "case \" $* \" in *' --list '*) \"$real\" \"$@\" | grep -v ' TABLE ';; *) exec \"$real\" \"$@\";; esac");
        using var migplan = fixture.Start([("PATH", tools.SearchPath)], "apply", "manifest.yaml", "--auto-approve");
        var (code, output) = await ApplyFixture.EndOf(migplan);
        Assert.That(code, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("MP6203").And.Contain("could not be cut into its entries").And.Contain("please report it"));
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "schema_unlisted", "SELECT to_regclass('t') IS NULL"), Is.True);
    }

    [Test]
    public async Task Bytes_that_are_no_text_are_refused_rather_than_changed()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE DATABASE schema_ascii ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE schema_ascii TEMPLATE template0");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_ascii",
            "CREATE TABLE t (id int); DO $$ BEGIN EXECUTE 'COMMENT ON TABLE t IS ' || quote_literal(convert_from('\\xff'::bytea, 'SQL_ASCII')); END $$");
        await using var migration = new SchemaMigration("schema_ascii");
        var failure = Assert.ThrowsAsync<StepFailedException>(migration.ReadAsync);
        Assert.That(failure!.Diagnostic.Code, Is.EqualTo("MP6202"));
        Assert.That(failure.Diagnostic.Message, Does.Contain("invalid byte sequence for encoding \"UTF8\""));
    }

    [Test]
    public async Task A_tablespace_that_the_target_lacks_is_noted_and_left_out()
    {
        await SchemaText.PrepareAsync("schema_spaces");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "postgres",
            "SET allow_in_place_tablespaces = on; CREATE TABLESPACE \"Fast; disk\" LOCATION ''; CREATE TABLESPACE twin LOCATION ''");
        await SchemaFiles.RunAsync(TestServers.Target, "postgres", "SET allow_in_place_tablespaces = on; CREATE TABLESPACE twin LOCATION ''");
        await SchemaFiles.RunAsync(
            TestServers.Source,
            "schema_spaces",
            "CREATE TABLE a (id int PRIMARY KEY USING INDEX TABLESPACE twin) TABLESPACE \"Fast; disk\"; CREATE TABLE b (id int) TABLESPACE twin; CREATE TABLE c (id int)");
        await using var migration = new SchemaMigration("schema_spaces");

        var (schema, _) = await migration.RunAsync();

        Assert.That(schema.Notes.Single().Message, Does.StartWith("t/schema_spaces has no tablespace `Fast; disk`"));
        const string Places = "SELECT string_agg(relname || ' ' || coalesce(spcname, '-'), ', ' ORDER BY relname) FROM pg_class c LEFT JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE relnamespace = 'public'::regnamespace";
        Assert.That(await Sql.ScalarAsync<string>(TestServers.Target, "schema_spaces", Places), Is.EqualTo("a -, a_pkey twin, b twin, c -"));
    }
}
