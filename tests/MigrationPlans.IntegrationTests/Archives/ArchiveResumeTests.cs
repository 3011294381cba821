using NUnit.Framework;

namespace MigrationPlans.IntegrationTests.Archives;

/// <summary><c>strategy: archive</c> killed, stopped, cut off and tampered with.</summary>
public sealed class ArchiveResumeTests
{
    /// <summary>Big enough to be met in the middle; text that compresses badly keeps pg_dump busy.</summary>
    private const string Big =
        """
        CREATE TABLE a (id int, t text); INSERT INTO a SELECT i, md5(i::text) || md5((i * 7)::text) FROM generate_series(1, 400000) i;
        CREATE TABLE b (id int, t text); INSERT INTO b SELECT i, md5((i * 3)::text) FROM generate_series(1, 400000) i;
        CREATE TABLE c (id int PRIMARY KEY, t text); INSERT INTO c SELECT i, 'c' || i FROM generate_series(1, 1000) i;
        ALTER TABLE a ADD PRIMARY KEY (id); CREATE INDEX a_t ON a (t); CREATE INDEX a_tt ON a (t, id); ALTER TABLE b ADD FOREIGN KEY (id) REFERENCES a;
        SELECT lo_from_bytea(4711, 'a picture');
        """;

    private const string Tool = "migplan-archive";
    private static readonly string[] IndexBuild = ["%ALTER TABLE%PRIMARY KEY%", "%CREATE INDEX%"];

    [Test]
    public async Task Killed_at_each_stage_and_resumed_both_sides_are_equal_and_nothing_runs_on()
    {
        await ArchiveFixture.CreateAsync("archive_killed", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_killed, to: new/archive_killed, fence: read-only }"]);

        await KillAsync(fixture, TestServers.Source, Tool, "COPY %");
        Assert.That(fixture.Document()["finishedAt"], Is.Null);
        Assert.That(await fixture.RemainingToolsAsync(), Is.Empty);

        // The torn archive is thrown away; the next one is dumped once, however often its restore is killed.
        await KillAsync(fixture, TestServers.Target, Tool, "COPY %");
        var dumped = fixture.Document()["finishedAt"]!.GetValue<string>();
        Assert.That(await fixture.RemainingToolsAsync(), Is.Empty);
        Assert.That(await Sql.ScalarAsync<bool>(TestServers.Target, "archive_killed", "SELECT to_regnamespace('migplan_ledger') IS NOT NULL"));

        await KillAsync(fixture, TestServers.Target, Tool, "COPY %");
        await KillAsync(fixture, TestServers.Target, "migplan", IndexBuild);
        Assert.That(fixture.Document()["finishedAt"]!.GetValue<string>(), Is.EqualTo(dumped));

        using var last = await fixture.ApplyAsync();
        Assert.That(last.ExitCode, Is.Zero, last.ToString);
        Assert.That(last.Error, Does.Not.Contain("dump-archive started"));
        await ArchiveFixture.AssertEqualAsync("archive_killed", "archive_killed");
        Assert.That(fixture.Archives(), Is.Empty);
    }

    [Test]
    public async Task Programs_that_somebody_has_stopped_end_with_us_too()
    {
        await ArchiveFixture.CreateAsync("archive_halted", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_halted, to: new/archive_halted }"]);
        using (var migplan = fixture.StartApply())
        {
            await ArchiveFixture.UntilAsync(TestServers.Source, Tool, "COPY %", migplan);
            Assert.That(await fixture.StopDumpsAsync(), Is.Not.Empty);
            await migplan.KillAsync();
        }

        Assert.That(await fixture.RemainingToolsAsync(), Is.Empty);
    }

    [Test]
    public async Task Ctrl_C_ends_pg_dump_and_the_next_run_begins_the_archive_anew()
    {
        await ArchiveFixture.CreateAsync("archive_stopped", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_stopped, to: new/archive_stopped }"], "{ format: custom }");
        using (var migplan = fixture.StartApply())
        {
            await ArchiveFixture.UntilAsync(TestServers.Source, Tool, "COPY %", migplan);
            Assert.That(ArchiveFixture.CommandLines().Where(line => line.Contains(TestServers.Source.Password, StringComparison.Ordinal)), Is.Empty);
            await migplan.SignalAsync("INT");
            await migplan.WaitAsync();
            Assert.That(migplan.ExitCode, Is.EqualTo(4), migplan.ToString);
        }

        Assert.That(await fixture.RemainingToolsAsync(), Is.Empty);
        using var resumed = await fixture.ApplyAsync();
        Assert.That(resumed.ExitCode, Is.Zero, resumed.ToString);
        await ArchiveFixture.AssertEqualAsync("archive_stopped", "archive_stopped");
    }

    [Test]
    public async Task A_cut_connection_is_told_and_tried_again_on_either_side()
    {
        await ArchiveFixture.CreateAsync("archive_cut", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_cut, to: new/archive_cut }"]);
        using var migplan = fixture.StartApply();
        foreach (var server in new[] { TestServers.Source, TestServers.Target })
        {
            await ArchiveFixture.EndAsync(server, Tool, "COPY %", migplan);
        }

        await migplan.WaitAsync();
        Assert.That(migplan.ExitCode, Is.Zero, migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("pg_dump of old/archive_cut ended with 1").And.Contain("pg_restore to new/archive_cut ended with 1"));
        await ArchiveFixture.AssertEqualAsync("archive_cut", "archive_cut");
    }

    [Test]
    public async Task A_changed_archive_is_never_restored_and_a_missing_one_is_named()
    {
        await ArchiveFixture.CreateAsync("archive_changed", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_changed, to: new/archive_changed }"]);
        await KillAsync(fixture, TestServers.Target, Tool, "COPY %");
        Assert.That(await fixture.RemainingToolsAsync(), Is.Empty);
        var archive = fixture.Archives().Single();
        var file = Directory.EnumerateFiles(Path.Combine(archive, "dump"), "*.dat.gz").OrderBy(path => new FileInfo(path).Length).Last();

        await FlipAsync(file);
        await AssertRefusedAsync(fixture, "MP6505", "has other content");
        await FlipAsync(file);

        await File.WriteAllTextAsync(Path.Combine(archive, "dump", "more.dat"), "x");
        await AssertRefusedAsync(fixture, "MP6505", "dump/more.dat was added");
        File.Delete(Path.Combine(archive, "dump", "more.dat"));

        File.Move(file, file + ".away");
        await AssertRefusedAsync(fixture, "MP6505", "is missing");
        File.Move(file + ".away", file);

        var document = Path.Combine(archive, "archive.json");
        var text = await File.ReadAllTextAsync(document);
        await File.WriteAllTextAsync(document, text.Replace("\"toolMajor\": 1", "\"toolMajor\": 991", StringComparison.Ordinal));
        await AssertRefusedAsync(fixture, "MP6508", "was written by pg_dump");
        await File.WriteAllTextAsync(document, text);

        Directory.Move(archive, archive + ".away");
        await AssertRefusedAsync(fixture, "MP6504", "is not in");
        Directory.Move(archive + ".away", archive);

        using var last = await fixture.ApplyAsync();
        Assert.That(last.ExitCode, Is.Zero, last.ToString);
        await ArchiveFixture.AssertEqualAsync("archive_changed", "archive_changed");
    }

    [Test]
    public async Task Rows_written_after_the_dump_are_differences()
    {
        await ArchiveFixture.CreateAsync("archive_later", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_later, to: new/archive_later }"]);
        using var migplan = fixture.StartApply();
        await ArchiveFixture.UntilAsync(TestServers.Target, Tool, "COPY %", migplan);
        await Sql.RunAsync(TestServers.Source, "archive_later", "INSERT INTO c VALUES (-1, 'late')");
        await migplan.WaitAsync();
        Assert.That(migplan.ExitCode, Is.EqualTo(8), migplan.ToString);
        Assert.That(migplan.Error, Does.Contain("public.c 1001 rows, target 1000"));
    }

    [Test]
    public async Task A_state_that_was_removed_in_the_middle_is_no_reason_to_mix_two_archives()
    {
        await ArchiveFixture.CreateAsync("archive_mixed", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_mixed, to: new/archive_mixed }"]);
        await KillAsync(fixture, TestServers.Target, Tool, "COPY %");
        Directory.Delete(fixture.FileOf(".migplan"), recursive: true);

        // Rows that another archive began to bring are taken back …
        await KillAsync(fixture, TestServers.Target, "migplan", IndexBuild);
        Directory.Delete(fixture.FileOf(".migplan"), recursive: true);

        // … but not under constraints.
        await AssertRefusedAsync(fixture, "MP6511", "drop the database");
    }

    [Test]
    public async Task Rollback_after_a_kill_leaves_nothing()
    {
        await ArchiveFixture.CreateAsync("archive_back", Big);
        using var fixture = new ArchiveFixture(["{ from: old/archive_back, to: new/archive_back }"], "{ directory: backups }");
        await KillAsync(fixture, TestServers.Source, Tool, "COPY %");
        var archive = fixture.Archives().Single();
        using var status = await fixture.RunAsync("status", fixture.ManifestPath);
        Assert.That(status.Output, Does.Contain(archive));
        using var rollback = await fixture.RunAsync("rollback", fixture.ManifestPath, "--auto-approve");
        Assert.That(rollback.ExitCode, Is.Zero, rollback.ToString);
        Assert.That(Directory.Exists(archive), Is.False);
        Assert.That(await fixture.RemainingToolsAsync(), Is.Empty);
    }

    private static async Task KillAsync(ArchiveFixture fixture, PostgreSql.Clusters.LocalCluster server, string application, params string[] statements)
    {
        using var migplan = fixture.StartApply();
        await ArchiveFixture.UntilAsync(server, application, string.Join("' OR query LIKE '", statements), migplan);
        await migplan.KillAsync();
    }

    private static async Task AssertRefusedAsync(ArchiveFixture fixture, string code, string text)
    {
        using var migplan = await fixture.ApplyAsync();
        Assert.That(migplan.ExitCode, Is.EqualTo(1), migplan.ToString);
        Assert.That(migplan.Error, Does.Contain(code).And.Contain(text));
    }

    private static async Task FlipAsync(string file)
    {
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
    }
}
