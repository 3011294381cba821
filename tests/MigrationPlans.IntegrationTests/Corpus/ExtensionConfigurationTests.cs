using System.Globalization;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Corpus;

/// <summary>An extension brings its tables along, and some of their rows are the user's: those that its configuration names.</summary>
public sealed class ExtensionConfigurationTests
{
    private const string Script =
        """
        CREATE TABLE settings (name text PRIMARY KEY, value text, is_own boolean DEFAULT true); INSERT INTO settings VALUES ('built in', '1', false);
        CREATE TABLE fixed (id int); INSERT INTO fixed VALUES (1); CREATE SEQUENCE counter;
        SELECT pg_catalog.pg_extension_config_dump('settings', 'WHERE is_own'); SELECT pg_catalog.pg_extension_config_dump('counter', '');
        CREATE LANGUAGE corpus_tongue HANDLER pg_catalog.plpgsql_call_handler;
        """;

    /// <summary>All servers of a machine share one directory of extensions, and so may runs of these tests.</summary>
    private static readonly string Extension = string.Create(CultureInfo.InvariantCulture, $"migplan_corpus_{Environment.ProcessId}");

    [Test]
    public async Task Privileges_on_what_a_skipped_extension_brings_stay_behind_with_it()
    {
        await using var corpus = new CorpusMigration("corpus_skipped", isManaged: false);
        await corpus.StartAsync();
        await corpus.PsqlAsync(corpus.Source, "corpus_skipped", """
            CREATE EXTENSION postgres_fdw; CREATE EXTENSION pg_stat_statements; CREATE ROLE corpus_far; CREATE TABLE t (id int); GRANT SELECT ON t, pg_stat_statements TO corpus_far;
            GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO corpus_far; GRANT EXECUTE ON FUNCTION postgres_fdw_disconnect_all() TO corpus_far; GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text) TO corpus_far;
            """);
        const string Mapping = ", extensions: { skip: [postgres_fdw, pg_stat_statements] }";

        using var apply = await corpus.RunAsync("apply", Mapping, "--auto-approve");

        Assert.That(apply.ExitCode, Is.Zero, apply.ToString());
        Assert.That(await Sql.ScalarAsync<bool>(corpus.Target, "corpus_skipped", "SELECT has_table_privilege('corpus_far', 't', 'SELECT') AND has_function_privilege('corpus_far', 'pg_ls_dir(text)', 'EXECUTE')"), "what is not of them arrives");
    }

    [Test]
    public async Task Rows_of_configuration_tables_that_are_the_users_arrive_beside_those_of_the_extension()
    {
        await using var corpus = new CorpusMigration("corpus_extension", isManaged: false);
        await corpus.StartAsync();
        var directory = Path.Combine(await Sql.ScalarAsync<string>(corpus.Source, "postgres", "SELECT setting FROM pg_config WHERE name = 'SHAREDIR'"), "extension");
        var (control, script) = (Path.Combine(directory, $"{Extension}.control"), Path.Combine(directory, $"{Extension}--1.0.sql"));
        try
        {
            await File.WriteAllTextAsync(control, "comment = 'a test of migplan'\ndefault_version = '1.0'\nrelocatable = false\n");
            await File.WriteAllTextAsync(script, Script);
            await corpus.PsqlAsync(corpus.Source, "corpus_extension", $"CREATE EXTENSION {Extension}; INSERT INTO settings VALUES ('mine', '2'); INSERT INTO fixed VALUES (2); SELECT nextval('counter'), nextval('counter'); CREATE TABLE t (id int)");

            using var run = await corpus.RunAsync("apply", "", "--auto-approve");

            Assert.That(run.ExitCode, Is.Zero, run.ToString());
            Assert.That(await Sql.ScalarAsync<string>(corpus.Target, "corpus_extension", "SELECT string_agg(name, ',' ORDER BY name) FROM settings"), Is.EqualTo("built in,mine"));
            Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_extension", "SELECT count(*) FROM fixed"), Is.EqualTo(1), "its rows are the extension's");
            Assert.That(await Sql.ScalarAsync<long>(corpus.Target, "corpus_extension", "SELECT last_value FROM counter"), Is.EqualTo(2));

            await corpus.PsqlAsync(corpus.Source, "corpus_extension", "UPDATE settings SET value = 'of the extension' WHERE NOT is_own");
            using var equal = await corpus.RunAsync("verify");
            Assert.That(equal.ExitCode, Is.Zero, equal.ToString());
            await corpus.PsqlAsync(corpus.Target, "corpus_extension", "UPDATE settings SET value = '3' WHERE name = 'mine'");
            using var different = await corpus.RunAsync("verify");
            Assert.That(different.ExitCode, Is.EqualTo(8), different.ToString());
            Assert.That(different.Output, Does.Contain("(name) changed mine").And.Not.Contain("fixed"), different.ToString());
            using var skipped = await corpus.RunAsync("verify", $", extensions: {{ skip: [{Extension}] }}");
            Assert.That(skipped.ExitCode, Is.Zero, skipped.ToString());
            await corpus.PsqlAsync(corpus.Target, "corpus_extension", $"DROP EXTENSION {Extension}");
            using var absent = await corpus.RunAsync("verify", $", extensions: {{ skip: [{Extension}] }}");
            Assert.That(absent.ExitCode, Is.Zero, absent.ToString());
        }
        catch (UnauthorizedAccessException exception)
        {
            Assert.Ignore($"extensions can't be installed here: {exception.Message}");
        }
        finally
        {
            File.Delete(control);
            File.Delete(script);
        }
    }
}
