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
        using (var store = await StateStore.OpenAsync(new LocalStateFiles(home), TimeProvider.System, CancellationToken.None))
        {
            await store.WritePlanAsync("{}"u8.ToArray());
            foreach (var happened in StateScript.Events)
            {
                await store.AppendAsync(happened);
            }
        }

        using var again = await StateStore.OpenAsync(new LocalStateFiles(home), TimeProvider.System, CancellationToken.None);
        Assert.That(again.State!.Serial, Is.EqualTo(StateScript.Events.Length));
        Assert.That(Directory.GetFiles(home).Select(Path.GetFileName), Is.EquivalentTo(new[] { "journal.ndjson", "plan.json", "state.json" }));
        Assert.That(File.GetUnixFileMode(home) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead), Is.EqualTo(UnixFileMode.None));
    }

    [Test]
    public void A_place_that_can_not_be_written_is_a_finding()
    {
        File.WriteAllText(Path.Combine(directory, "file"), "");
        var files = new LocalStateFiles(Path.Combine(directory, "file"));
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
        var files = new LocalStateFiles(directory);
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
}
