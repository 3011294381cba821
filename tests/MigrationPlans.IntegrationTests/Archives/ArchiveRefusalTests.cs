using System.Collections.Concurrent;
using System.Diagnostics;
using MigrationPlans.Execution;
using MigrationPlans.IntegrationTests.Surroundings;
using MigrationPlans.Manifest;
using MigrationPlans.Planning.Steps;
using MigrationPlans.PostgreSql.Archives;
using MigrationPlans.PostgreSql.Snapshots;
using MigrationPlans.PostgreSql.Steps;
using MigrationPlans.PostgreSql.Tools;
using Npgsql;
using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Archives;

/// <summary>What stands in the way of an archive is said before it is written, and leaves nothing behind.</summary>
public sealed class ArchiveRefusalTests
{
    private const string Database = "archive_refused";

    private readonly string directory = Directory.CreateTempSubdirectory("migplan-archive-").FullName;

    [OneTimeSetUp]
    public Task FillAsync() => ArchiveFixture.CreateAsync(
        Database, "CREATE TABLE t (id int, t text); INSERT INTO t SELECT i, md5(i::text) FROM generate_series(1, 100000) i; CREATE TABLE skipped AS TABLE t; SELECT lo_from_bytea(0, 'x')");

    [OneTimeTearDown]
    public void Remove() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task The_disk_needs_as_many_bytes_as_the_picked_rows_have_and_not_one_more()
    {
        var needed = await Sql.ScalarAsync<long>(TestServers.Source, Database, "SELECT pg_table_size('t')");
        await using var stage = StageOf("space", mapping => mapping with { Exclude = new Selection { TableData = ["public.skipped"] } });
        var refusal = Assert.ThrowsAsync<StepFailedException>(() => DumpAsync(stage, "space", needed - 1))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6501"));
        Assert.That(
            Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(file => file.Contains("/space/", StringComparison.Ordinal)),
            Is.Empty);
        var result = await DumpAsync(stage, "space", needed);
        Assert.That(result.Summary, Does.StartWith("1 table in "));
        Assert.That(result.Notes.Select(note => note.Code), Is.EqualTo(new[] { "MP6104" }));
    }

    [Test]
    public async Task A_preflight_finds_the_disk_too_small_before_anything_is_made()
    {
        await using var stage = StageOf("early");
        var refusal = Assert.ThrowsAsync<StepFailedException>(() => PreflightAsync(stage, "early", _ => 1000))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6501"));
        Assert.That(refusal.FailureClass, Is.EqualTo(FailureClass.Permanent));
    }

    [Test]
    public async Task A_disk_that_runs_full_is_named_and_given_back()
    {
        var small = Path.Combine(directory, "small");
        Directory.CreateDirectory(small);
        if (await ShellAsync("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", small) != 0)
        {
            Assert.Ignore("only root may mount a small disk");
        }

        try
        {
            await using var stage = StageOf("small");
            var refusal = Assert.ThrowsAsync<StepFailedException>(() => DumpAsync(stage, "small", long.MaxValue))!;
            Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6502"));
            Assert.That(Directory.EnumerateFiles(small, "*", SearchOption.AllDirectories).Select(Path.GetFileName), Is.EquivalentTo(new[] { "archive.json" }));
            var asked = Assert.ThrowsAsync<StepFailedException>(() => DumpAsync(stage, "small", freeBytes: null))!;
            Assert.That(asked.Diagnostic.Code, Is.EqualTo("MP6501"));
        }
        finally
        {
            await ShellAsync("umount", small);
        }
    }

    [Test]
    public async Task A_dump_that_the_server_refuses_is_told_in_pg_dumps_words_and_not_tried_again()
    {
        await Sql.RunAsync(TestServers.Source, "postgres", "CREATE ROLE archive_reader LOGIN PASSWORD 'r'");
        await using var stage = StageOf("denied", source: new StageLogin("archive_reader", "r"));
        var refusal = Assert.ThrowsAsync<StepFailedException>(() => DumpAsync(stage, "denied", long.MaxValue))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6503"), refusal.ToString());
        Assert.That(refusal.Diagnostic.Message, Does.Contain("ended with 1").And.Contain("permission denied for table"));
        Assert.That(refusal.FailureClass, Is.EqualTo(FailureClass.Permanent));
    }

    /// <summary>As bytes it is 600 MB, as text twice as much, which is more than a server can make.</summary>
    [Test]
    public async Task A_row_that_is_too_long_as_text_is_told_with_a_way_out_and_not_tried_again()
    {
        await ArchiveFixture.CreateAsync(
            "archive_long",
            "CREATE TABLE t (b bytea); ALTER TABLE t ALTER b SET STORAGE EXTERNAL; INSERT INTO t SELECT pg_catalog.decode(pg_catalog.repeat('00', 300000000), 'hex') || pg_catalog.decode(pg_catalog.repeat('00', 300000000), 'hex')");
        try
        {
            using var fixture = new ArchiveFixture(["{ from: old/archive_long, to: new/archive_long }"]);
            using var migplan = await fixture.ApplyAsync();
            Assert.That(migplan.ExitCode, Is.EqualTo(1), migplan.ToString);
            Assert.That(migplan.Error, Does.Contain("MP6503").And.Contain("strategy: stream").And.Not.Contain("will be tried again"));
        }
        finally
        {
            await Sql.DropDatabaseAsync(TestServers.Source, "archive_long");
        }
    }

    /// <summary>The check holds for rows of the source's database only.</summary>
    [Test]
    public async Task A_restore_that_fails_each_time_is_told_in_pg_restores_words_and_the_archive_stays()
    {
        await ArchiveFixture.CreateAsync("archive_checked", "CREATE TABLE t (i int CHECK (current_database() = 'archive_checked')); INSERT INTO t VALUES (1)");
        using var fixture = new ArchiveFixture(["{ from: old/archive_checked, to: new/archive_elsewhere }"]);
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.EqualTo(1), migplan.ToString);
        Assert.That(
            migplan.Error,
            Does.Contain("MP6507").And.Contain("pg_restore to new/archive_elsewhere ended with 1").And.Contain("violates check constraint"));
        Assert.That(fixture.Archives(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_method_that_this_pg_dump_lacks_is_refused()
    {
        var oldest = (await PostgresInstallations.FindAsync("pg_dump", CancellationToken.None)).Min(installation => installation.MajorVersion);
        if (oldest >= 16)
        {
            Assert.Ignore("every pg_dump here knows zstd");
        }

        using var fixture = new ArchiveFixture([$"{{ from: old/{Database}, to: new/{Database} }}"], "{ compression: \"zstd:3\" }");
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.EqualTo(1), migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("MP6506").And.Not.Contain("create-database started"));
    }

    [TestCase("manifest.yaml", "manifest.yaml: it is a file")]
    [TestCase("manifest.yaml/below", "manifest.yaml` is a file")]
    public async Task A_file_in_the_place_of_the_directory_is_told_before_anything_is_begun(string directory, string reason)
    {
        using var fixture = new ArchiveFixture([$"{{ from: old/{Database}, to: new/{Database} }}"], $"{{ directory: {directory} }}");
        using var plan = await fixture.RunAsync("plan", fixture.ManifestPath);
        using var migplan = await fixture.ApplyAsync();
        foreach (var run in new[] { plan, migplan })
        {
            Assert.That(run.ExitCode, Is.EqualTo(1), run.ToString);
            Assert.That(run.Error, Does.Contain("error[MP6510]").And.Contain(reason).And.Not.Contain("preflight"));
        }
    }

    /// <summary>Nobody may make anything in <c>/proc</c>, not even root.</summary>
    [Test]
    public async Task A_directory_that_can_not_be_made_is_told_by_the_preflight_which_leaves_nothing_behind()
    {
        await using var stage = StageOf("/proc/nope");
        var refusal = Assert.ThrowsAsync<StepFailedException>(() => PreflightAsync(stage, "nope"))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6510"), refusal.ToString());
        Assert.That(refusal.Diagnostic.Message, Does.Contain("can't be kept in /proc/nope/"));
        await using var fine = StageOf("not-yet/there");
        await PreflightAsync(fine, "fine");
        Assert.That(Directory.EnumerateFileSystemEntries(directory, "*not-yet*"), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(directory, ".*"), Is.Empty);
    }

    /// <summary>The system makes longer paths than pg_dump takes, and no longer names.</summary>
    [TestCase(3, 240, "paths of files in it would have up to ", true)]
    [TestCase(4, 240, "paths of files in it would have up to ", false)]
    [TestCase(1, 256, "too long", false)]
    public async Task A_directory_whose_path_is_too_long_is_told_by_the_preflight(int parts, int length, string reason, bool isFine)
    {
        await using var stage = StageOf(string.Join('/', Enumerable.Repeat(new string('x', length), parts)));
        if (isFine)
        {
            await PreflightAsync(stage, "long");
            await DumpAsync(stage, "long", long.MaxValue);
            return;
        }

        var refusal = Assert.ThrowsAsync<StepFailedException>(() => PreflightAsync(stage, "long"))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6510"), refusal.ToString());
        Assert.That(refusal.Diagnostic.Message, Does.Contain(reason));
        Assert.That(Directory.EnumerateFileSystemEntries(directory, ".*"), Is.Empty);
    }

    [Test]
    public async Task With_a_state_in_S3_an_archive_lies_where_a_local_state_would_be()
    {
        await using var stage = StageOf("remote");
        var context = ContextOf(stage, "remote");
        var remote = context with { StateDirectory = "s3://bucket/prefix", Mapping = context.Mapping with { Archive = new ArchiveSettings() } };
        Assert.That(ArchivePlace.Of(remote, "/work"), Does.StartWith($"/work/.migplan/{context.Plan.Name}/archive/"));
    }

    [Test]
    public async Task What_somebody_else_put_there_is_neither_written_over_nor_deleted()
    {
        await using var stage = StageOf("foreign");
        var place = ArchivePlace.Of(ContextOf(stage, "foreign"), directory);
        Directory.CreateDirectory(place);
        var theirs = Path.Combine(place, "notes.txt");
        await File.WriteAllTextAsync(theirs, "mine");
        var refusal = Assert.ThrowsAsync<StepFailedException>(() => DumpAsync(stage, "foreign", long.MaxValue))!;
        Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6510"));
        var removal = await new ArchiveRemover()
            .RemoveAsync(stage.Manifest, stage.Context.Lineage, new CreatedResource("archive", "t", place), ResourceStanding.Finished, CancellationToken.None);
        Assert.That(removal.IsGone, Is.False);
        Assert.That(await File.ReadAllTextAsync(theirs), Is.EqualTo("mine"));
    }

    [Test]
    public async Task What_a_killed_run_left_of_its_mark_is_its_own()
    {
        await using var stage = StageOf("half");
        var place = ArchivePlace.Of(ContextOf(stage, "half"), directory);
        Directory.CreateDirectory(place);
        await File.WriteAllTextAsync(Path.Combine(place, "archive.json.4711.tmp"), "{ \"formatVer");
        await DumpAsync(stage, "half", long.MaxValue);
        Assert.That(Directory.EnumerateFileSystemEntries(place).Select(Path.GetFileName), Is.EquivalentTo(new[] { "archive.json", "dump" }));
    }

    [Test]
    public async Task What_a_killed_runs_pg_dump_writes_after_it_was_cleared_away_is_still_its_own()
    {
        await using var stage = StageOf("late");
        var place = ArchivePlace.Of(ContextOf(stage, "late"), directory);
        await DumpAsync(stage, "late", long.MaxValue);
        ArchiveFiles.Clear(place);
        Directory.CreateDirectory(Path.Combine(place, "dump"));
        await File.WriteAllTextAsync(Path.Combine(place, "dump", "toc.dat"), "late");
        await DumpAsync(stage, "late", long.MaxValue);
        Assert.That(new FileInfo(Path.Combine(place, "dump", "toc.dat")).Length, Is.GreaterThan(100));
    }

    [Test]
    public async Task A_session_of_a_killed_restore_that_does_not_end_is_waited_for_and_named()
    {
        await Sql.DropDatabaseAsync(TestServers.Target, "archive_stuck");
        await Sql.RunAsync(TestServers.Target, "postgres", "CREATE DATABASE archive_stuck");
        await using var target = await Sql.OpenAsync(TestServers.Target, "archive_stuck");
        await Sql.RunAsync(target, "CREATE TABLE t (i int); INSERT INTO t SELECT 1");
        await using var stuck = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Sql.ConnectionString(TestServers.Target, "archive_stuck"))
        {
            ApplicationName = ArchiveDump.ApplicationName,
        }.ConnectionString);
        await stuck.OpenAsync();
        var impatient = new TargetReset(target, "t/archive_stuck", new HastyClock(TimeProvider.System));
        using (await StoppedProcess.BehindAsync(stuck))
        {
            var refusal = Assert.ThrowsAsync<StepFailedException>(() => impatient.RunAsync(CancellationToken.None))!;
            Assert.That(refusal.Diagnostic.Code, Is.EqualTo("MP6509"));
            Assert.That(refusal.FailureClass, Is.EqualTo(FailureClass.Transient));
            Assert.That(await Sql.ScalarAsync<long>(target, "SELECT count(*) FROM t"), Is.EqualTo(1));
        }

        await new TargetReset(target, "t/archive_stuck", TimeProvider.System).RunAsync(CancellationToken.None);
        Assert.That(await Sql.ScalarAsync<long>(target, "SELECT count(*) FROM t"), Is.Zero);
    }

    [Test]
    public async Task A_program_is_told_to_end_with_the_run_and_says_its_last_words()
    {
        var lines = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var script = new ToolCommand("/bin/sh", ["-c", "trap 'echo ended >&2; exit 3' TERM; echo begun >&2; while :; do sleep 0.05; done"]);
        var run = SupervisedTool.RunAsync(script, Hear, stop.Token);
        Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(lines, Does.Contain("begun"));
        Assert.That(await SupervisedTool.RunAsync(new ToolCommand("/bin/sh", ["-c", "exit 7"]), Hear, CancellationToken.None), Is.EqualTo(7));
        Assert.That(await SupervisedTool.RunAsync(new ToolCommand("/nowhere/pg_dump", []), Hear, CancellationToken.None), Is.EqualTo(127));

        void Hear(string line)
        {
            lines.Enqueue(line);
            stop.Cancel();
        }
    }

    private static Stage StageOf(string name, Func<DatabaseMapping, DatabaseMapping>? adapt = null, StageLogin? source = null) => new(
        Database,
        source,
        adapt: mapping => (adapt?.Invoke(mapping) ?? mapping) with { Strategy = Strategy.Archive, Archive = new ArchiveSettings { Directory = name } });

    private StepContext ContextOf(Stage stage, string name) => stage.Context with { Lineage = name, StateDirectory = directory };

    private async Task<StepResult> DumpAsync(Stage stage, string name, long? freeBytes)
    {
        await using var snapshots = new SourceSnapshots(stage.Connector);
        var (handlers, _) = ArchiveHandlers.Create(stage.Connector, snapshots, directory, freeBytes is { } free ? _ => free : null);
        var handler = handlers.Single(candidate => candidate.StepType == typeof(DumpArchiveStep));
        return await handler.ActAsync(new DumpArchiveStep { Id = "d", Database = "t" }, ContextOf(stage, name), CancellationToken.None);
    }

    private async Task<StepResult> PreflightAsync(Stage stage, string name, Func<string, long>? freeBytes = null)
    {
        await using var snapshots = new SourceSnapshots(stage.Connector);
        var (_, preflight) = ArchiveHandlers.Create(stage.Connector, snapshots, directory, freeBytes);
        IStepHandler handler = new PreflightHandler(stage.Connector, [preflight]);
        return await handler.ActAsync(new PreflightStep { Id = "p", Database = "t" }, ContextOf(stage, name), CancellationToken.None);
    }

    private static async Task<int> ShellAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
