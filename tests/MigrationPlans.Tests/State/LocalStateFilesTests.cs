using MigrationPlans.Diagnostics;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.Tests.State;

public sealed class LocalStateFilesTests
{
    private string directory = null!;

    [SetUp]
    public void CreateDirectory() => directory = Directory.CreateTempSubdirectory("migplan-state-").FullName;

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task State_lives_in_real_files_and_leaves_no_temporary_ones()
    {
        var home = Path.Combine(directory, "deep", "state");
        using (var store = await StateStore.OpenAsync(new LocalStateFiles(home, TimeProvider.System), TimeProvider.System, CancellationToken.None))
        {
            await store.WritePlanAsync("{}"u8.ToArray());
            foreach (var happened in StateScript.Events)
            {
                await store.AppendAsync(happened);
            }
        }

        using var again = await StateStore.OpenAsync(new LocalStateFiles(home, TimeProvider.System), TimeProvider.System, CancellationToken.None);
        Assert.That(again.State!.Serial, Is.EqualTo(StateScript.Events.Length));
        Assert.That(Directory.GetFiles(home).Select(Path.GetFileName), Is.EquivalentTo(new[] { ".lock.guard", "journal.ndjson", "plan.json", "state.json" }));
        Assert.That(File.GetUnixFileMode(home) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead), Is.EqualTo(UnixFileMode.None));
    }

    /// <summary>As after the first one's machine slept until the second one had taken its lock over.</summary>
    [Test]
    public async Task A_run_that_was_overtaken_writes_nothing_more_and_harms_nothing()
    {
        using var first = await OpenAsync();
        await first.AppendAsync(StateScript.Events[0]);
        using var second = await OpenAsync();
        await second.AppendAsync(StateScript.Events[1]);
        await second.WritePlanAsync("{}"u8.ToArray());

        Assert.That(
            async () => await first.WritePlanAsync("other"u8.ToArray()),
            Throws.InstanceOf<DiagnosticException>().With.Property("Diagnostic").Property("Code").EqualTo("MP5021"));
        Assert.That(
            async () => await first.AppendAsync(StateScript.Events[1]),
            Throws.InstanceOf<DiagnosticException>().With.Property("Diagnostic").Property("Code").EqualTo("MP5021"));
        await second.AppendAsync(StateScript.Events[2]);

        using var third = await OpenAsync();
        Assert.That(third.State, Has.Property("Serial").EqualTo(3));
        Assert.That(await File.ReadAllTextAsync(Path.Combine(directory, StateStore.PlanName)), Is.EqualTo("{}"));
    }

    [Test]
    public async Task Two_that_write_at_once_leave_a_whole_journal()
    {
        var stores = new List<StateStore>();
        for (var i = 0; i < 4; i++)
        {
            stores.Add(await OpenAsync());
        }

        var written = await Task.WhenAll(stores.Select(store => Task.Run(() => TryAppendAsync(store))));

        Assert.That(written.Count(isWritten => isWritten), Is.EqualTo(1));
        using var after = await OpenAsync();
        Assert.That(after.State, Has.Property("Serial").EqualTo(1));
        stores.ForEach(store => store.Dispose());
    }

    [Test]
    public async Task In_a_directory_of_the_users_own_the_files_are_still_for_their_owner_only()
    {
        const UnixFileMode shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(directory, shared);
        var files = new LocalStateFiles(directory, TimeProvider.System);
        await files.ReplaceAsync(StateStore.SnapshotName, "{}"u8.ToArray());
        await files.AppendAsync(StateStore.JournalName, "{}"u8.ToArray());
        var locks = new LocalLockFile(directory, TimeProvider.System);
        var holder = LockHolder.OfThisProcess(DateTimeOffset.UnixEpoch, TimeSpan.FromMinutes(1));
        await locks.TryReplaceAsync(await locks.ReadAsync(CancellationToken.None), holder, CancellationToken.None);

        Assert.That(
            Directory.GetFiles(directory).ToDictionary(path => Path.GetFileName(path), File.GetUnixFileMode),
            Is.EquivalentTo(new[] { StateStore.SnapshotName, StateStore.JournalName, LocalLockFile.Name, ".lock.guard" }
                .ToDictionary(name => name, _ => UnixFileMode.UserRead | UnixFileMode.UserWrite)));
        Assert.That(File.GetUnixFileMode(directory), Is.EqualTo(shared), "the directory is the user's");
    }

    [Test]
    public void A_plan_that_a_user_saves_has_the_mode_that_any_new_file_of_theirs_has()
    {
        var (plan, any) = (Path.Combine(directory, "saved.json"), Path.Combine(directory, "any"));
        DurableFile.Replace(plan, "{}"u8, DurableFile.AsUmaskSays);
        File.WriteAllText(any, "");
        Assert.That(File.GetUnixFileMode(plan), Is.EqualTo(File.GetUnixFileMode(any)));
    }

    [Test]
    public void A_place_that_can_not_be_written_is_a_finding()
    {
        File.WriteAllText(Path.Combine(directory, "file"), "");
        var files = new LocalStateFiles(Path.Combine(directory, "file"), TimeProvider.System);
        Assert.That(
            async () => await files.AppendAsync(StateStore.JournalName, "x"u8.ToArray()),
            Throws.InstanceOf<DiagnosticException>().With.Property("Diagnostic").Property("Code").EqualTo("MP5005"));
    }

    [Test]
    public void A_full_disk_is_a_finding_and_leaves_the_old_content()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Ignore("this system has no /dev/full");
        }

        File.CreateSymbolicLink(Path.Combine(directory, StateStore.JournalName), "/dev/full");
        var files = new LocalStateFiles(directory, TimeProvider.System);
        Assert.That(
            async () => await files.AppendAsync(StateStore.JournalName, "x"u8.ToArray()),
            Throws.InstanceOf<DiagnosticException>().With.Property("Diagnostic").Property("Code").EqualTo("MP5005"));
    }

    [TestCase(null, "/plans/.migplan/demo")]
    [TestCase("elsewhere", "/work-dir/elsewhere")]
    [TestCase("/absolute", "/absolute")]
    public void State_is_beside_the_manifest_or_where_the_user_says(string? option, string expected) =>
        Assert.That(StatePlace.Find("/plans/demo.yaml", "demo", option, "/work-dir"), Is.EqualTo(expected));

    [Test]
    public void A_place_of_another_kind_is_refused() =>
        Assert.That(
            () => StatePlace.Find("/plans/demo.yaml", "demo", "gs://bucket/prefix", "/"),
            Throws.InstanceOf<DiagnosticException>().With.Property("Diagnostic").Property("Code").EqualTo("MP5007"));

    private Task<StateStore> OpenAsync() =>
        StateStore.OpenAsync(new LocalStateFiles(directory, TimeProvider.System), TimeProvider.System, CancellationToken.None);

    private static async Task<bool> TryAppendAsync(StateStore store)
    {
        try
        {
            await store.AppendAsync(StateScript.Events[0]);
            return true;
        }
        catch (DiagnosticException exception) when (exception.Diagnostic.Code == "MP5021")
        {
            return false;
        }
    }
}
