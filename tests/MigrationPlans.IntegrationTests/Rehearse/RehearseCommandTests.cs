using System.Diagnostics;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Rehearse;

public sealed class RehearseCommandTests
{
    private const string SomeRows = "CREATE TABLE t (id int PRIMARY KEY, note text); INSERT INTO t SELECT i, md5(i::text) FROM generate_series(1, 500) AS i;";

    private string directory = null!;

    [SetUp]
    public void CreateDirectory() => directory = Directory.CreateTempSubdirectory("migplan-rehearse-test-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task An_rds_endpoint_is_stood_in_for_and_the_rows_are_compared()
    {
        using var migplan = await MigplanProcess.RunAsync(["rehearse", await WriteAsync(SomeRows)]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Output, Does.Contain("500"));
        Assert.That(RehearsalDirectories.Of(migplan), Is.Empty);
    }

    [Test]
    public async Task An_error_in_a_data_file_is_shown_with_its_line()
    {
        using var migplan = await MigplanProcess.RunAsync(["rehearse", await WriteAsync("CREATE TABLE t (id int);\n\nINSERT INTO nowhere VALUES (1);\n")]);
        Assert.That(migplan.ExitCode, Is.EqualTo(1), migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("MP9203").And.Contain("app.sql:3").And.Contain("relation \"nowhere\" does not exist"));
        Assert.That(RehearsalDirectories.Of(migplan), Is.Empty);
    }

    [Test]
    public async Task A_dump_without_its_roles_is_loaded_and_owners_and_grants_arrive()
    {
        const string Dump = """"
            CREATE TABLE public.t (id int PRIMARY KEY);
            ALTER TABLE public.t OWNER TO "the ""owner""";
            ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO reader;
            GRANT SELECT ON TABLE public.t TO reader;
            """";
        using var migplan = await MigplanProcess.RunAsync(["rehearse", await WriteAsync(Dump)]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("note[MP9208]").And.Contain("the \"owner\", reader, postgres"));
    }

    [Test]
    public async Task A_file_that_makes_roles_of_its_own_is_not_given_others()
    {
        using var migplan = await MigplanProcess.RunAsync(["rehearse", await WriteAsync("CREATE ROLE a;\nCREATE TABLE t ();\nALTER TABLE t OWNER TO b;\n")]);
        Assert.That(migplan.ExitCode, Is.EqualTo(1), migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("MP9203").And.Contain("app.sql:3").And.Contain("role \"b\" does not exist"));
    }

    [Test]
    public async Task A_source_without_data_is_empty_and_a_warning_says_so()
    {
        using var migplan = await MigplanProcess.RunAsync(["rehearse", await WriteAsync(sql: null)]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("warning[MP9202]").And.Contain("app.sql"));
    }

    [Test]
    public async Task A_data_directory_that_does_not_exist_is_a_wrong_command_line()
    {
        using var migplan = await MigplanProcess.RunAsync(["rehearse", await WriteAsync(SomeRows), "--data", Path.Combine(directory, "nowhere")]);
        Assert.That(migplan.ExitCode, Is.EqualTo(64), migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("MP9204"));
    }

    [Test]
    public async Task A_manifest_with_an_error_starts_no_server()
    {
        var manifest = await WriteAsync(SomeRows);
        await File.AppendAllTextAsync(manifest, "unknown: 1\n");
        using var migplan = await MigplanProcess.RunAsync(["rehearse", manifest]);
        Assert.That(migplan.ExitCode, Is.EqualTo(3), migplan.ToString);
        Assert.That(migplan.Error, Does.Not.Contain("Starting"));
    }

    [Test]
    public async Task Whole_instances_are_left_out_and_a_warning_says_so()
    {
        var manifest = await WriteAsync(SomeRows);
        await File.AppendAllTextAsync(
            manifest,
            "instances: [{ from: { region: eu-central-1, match: { engine: postgres } }, to: { region: eu-west-1, identifier: '{identifier}-moved' } }]\n");
        using var migplan = await MigplanProcess.RunAsync(["rehearse", manifest]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("warning[MP9205]: 1 instance move is left out of the rehearsal"));
        Assert.That(migplan.Output, Does.Contain("500"));
    }

    [TestCase("INT")]
    [TestCase("TERM")]
    public async Task A_signal_takes_everything_down(string signal)
    {
        using var migplan = MigplanProcess.Start(["rehearse", await WriteAsync("SELECT pg_sleep(60);")]);
        await migplan.WaitForErrorTextAsync("Filling");
        Assert.That(RehearsalDirectories.Of(migplan), Has.Length.EqualTo(1));
        await migplan.SignalAsync(signal);
        await migplan.WaitAsync();
        Assert.That(migplan.ExitCode, Is.EqualTo(4), migplan.ToString);
        Assert.That(RehearsalDirectories.Of(migplan), Is.Empty);
    }

    [Test]
    public async Task Servers_that_are_not_filled_yet_are_not_kept()
    {
        using var migplan = MigplanProcess.Start(["rehearse", await WriteAsync("SELECT pg_sleep(60);"), "--keep"]);
        await migplan.WaitForErrorTextAsync("Filling");
        await migplan.SignalAsync("TERM");
        await migplan.WaitAsync();
        Assert.That(migplan.ExitCode, Is.EqualTo(4), migplan.ToString);
        Assert.That(migplan.Error, Does.Not.Contain("left running"));
        Assert.That(RehearsalDirectories.Of(migplan), Is.Empty);
    }

    [Test]
    public async Task What_a_killed_rehearsal_left_behind_goes_with_the_next_one()
    {
        using var killed = MigplanProcess.Start(["rehearse", await WriteAsync("SELECT pg_sleep(60);")]);
        await killed.WaitForErrorTextAsync("Filling");
        await killed.KillAsync();
        Assert.That(RehearsalDirectories.Of(killed), Has.Length.EqualTo(1));

        using var next = await MigplanProcess.RunAsync(["rehearse", await WriteAsync(SomeRows)]);

        Assert.That(next.ExitCode, Is.Zero, next.ToString);
        Assert.That(next.Error, Does.Contain("MP9206"));
        Assert.That(RehearsalDirectories.Of(killed), Is.Empty);
    }

    [TestCase("app")]
    [TestCase(@"a=b isn't c\d")]
    public async Task Kept_servers_answer_and_end_as_it_says(string database)
    {
        using var migplan = await MigplanProcess.RunAsync(["rehearse", await WriteAsync(SomeRows, database), "--keep"]);
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        var kept = RehearsalDirectories.Of(migplan).Single();
        Assert.That(File.GetUnixFileMode(Path.Combine(kept, "pgpass")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var look = migplan.Error.Split('\n').Single(line => line.Contains("# target", StringComparison.Ordinal)).Split('#')[0];
        Assert.That(await ShellAsync($"{look} -XAt -c 'SELECT count(*) FROM t'"), Is.EqualTo("500\n"));

        await ShellAsync(migplan.Error.Split('\n').Single(line => line.Trim().StartsWith("sh ", StringComparison.Ordinal)));

        Assert.That(Directory.Exists(kept), Is.False);
    }

    private static async Task<string> ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output;
    }

    private async Task<string> WriteAsync(string? sql, string database = "app")
    {
        var data = Path.Combine(directory, "data", "old");
        Directory.CreateDirectory(data);
        if (sql is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(data, $"{database}.sql"), sql);
        }

        var manifest = Path.Combine(directory, "manifest.yaml");
        var name = database.Replace("'", "''", StringComparison.Ordinal);
        await File.WriteAllTextAsync(manifest, $$"""
            apiVersion: migrationplans.dev/v1
            kind: MigrationPlan
            metadata: { name: rehearsal-test }
            sources:
              old: { rds: { instance: old, region: eu-west-1 }, credentials: { managedSecret: true } }
            targets:
              new: { postgres: { host: nowhere.invalid }, credentials: { username: u, password: { env: NO_SUCH_VARIABLE } } }
            databases:
              - { from: 'old/{{name}}', to: 'new/{{name}}' }

            """);
        return manifest;
    }
}
