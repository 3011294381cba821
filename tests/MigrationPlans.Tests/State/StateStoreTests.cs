using System.Text;
using MigrationPlans.Diagnostics;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.Tests.State;

public sealed class StateStoreTests
{
    [Test]
    public async Task What_was_written_is_read_back()
    {
        var files = await StateScript.WriteAsync(9);

        var state = await StateStore.PeekAsync(files, CancellationToken.None);

        Assert.That(state!.Serial, Is.EqualTo(9));
        Assert.That(state.Status, Is.EqualTo(RunStatus.Unfinished));
        Assert.That(state.Find("t/a:one"), Has.Property("Status").EqualTo(StepStatus.Done).And.Property("Summary").EqualTo("made \"a\"\nand more"));
        Assert.That(state.Find("t/a:two"), Has.Property("Status").EqualTo(StepStatus.Failed).And.Property("Attempts").EqualTo(1));
        Assert.That(state.Find("t/b:one")!.Problem!.Message, Does.Contain("t/a:two"));
        Assert.That(
            state.Resources,
            Is.EqualTo(new[] { new ResourceState("database", "t", "a", "t/a:one") { Location = "db.internal:5432", SystemIdentifier = "7301" } }));
    }

    [Test]
    public async Task A_run_whose_steps_are_all_done_is_finished()
    {
        var state = await StateStore.PeekAsync(await StateScript.WriteAsync(17), CancellationToken.None);
        Assert.That(state!.Status, Is.EqualTo(RunStatus.Finished));
    }

    [Test]
    public async Task A_rolled_back_state_holds_no_resource()
    {
        var state = await StateStore.PeekAsync(await StateScript.WriteAsync(), CancellationToken.None);
        Assert.That(state!.Status, Is.EqualTo(RunStatus.RolledBack));
        Assert.That(state.Resources, Is.Empty);
    }

    [Test]
    public async Task Once_rolled_back_no_step_counts_as_done()
    {
        var state = await StateStore.PeekAsync(await StateScript.WriteAsync(), CancellationToken.None);
        Assert.That(state!.Steps, Is.EqualTo(state.Steps.Select(step => new StepState { Id = step.Id })));
    }

    /// <summary>Each write is a flush of the disk, or an object in S3, and the snapshot gets longer with all that is in it.</summary>
    [Test]
    public async Task What_happens_together_is_written_at_once()
    {
        var files = await StateScript.WriteAsync(9);
        using var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
        var before = files.Writes;

        await store.AppendAsync([.. Enumerable.Range(1, 300).Select(i => new ResourceRecorded("t/a:one", "role", "t", $"r{i}"))]);

        Assert.That(files.Writes - before, Is.EqualTo(2), "the journal and the snapshot");
        var state = await StateStore.PeekAsync(files, CancellationToken.None);
        Assert.That(state!.Serial, Is.EqualTo(309));
        Assert.That(state.Resources.Count(resource => resource.Kind == "role"), Is.EqualTo(300));
    }

    [Test]
    public async Task Of_what_was_to_be_written_at_once_whole_lines_count_when_the_power_goes()
    {
        var files = await StateScript.WriteAsync(9);
        using (var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None))
        {
            files.BytesLeft = 1000;
            Assert.That(
                async () => await store.AppendAsync([.. Enumerable.Range(1, 300).Select(i => new ResourceRecorded("t/a:one", "role", "t", $"r{i}"))]),
                Throws.InstanceOf<DiagnosticException>());
        }

        files.BytesLeft = null;
        using var next = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
        Assert.That(next.State!.Serial, Is.InRange(10, 15));
    }

    /// <summary>Their state file is held against what the journal comes to.</summary>
    [Test]
    public async Task A_rollback_that_an_older_version_recorded_comes_to_what_it_wrote()
    {
        using var store = await StateStore.OpenAsync(await StateScript.WriteAsync(17), new FakeClock(), CancellationToken.None);
        var before = store.State!;
        await store.AppendAsync(new ResourceRemoved("database", "t", "a"));
        await store.AppendAsync(new RolledBack());
        Assert.That(store.State!.Status, Is.EqualTo(RunStatus.RolledBack));
        Assert.That(store.State.Steps, Is.EqualTo(before.Steps));
    }

    [Test]
    public async Task No_plan_is_adopted_while_a_rollback_is_unfinished()
    {
        using var store = await StateStore.OpenAsync(await StateScript.WriteAsync(18), new FakeClock(), CancellationToken.None);
        Assert.That(store.State!.Status, Is.EqualTo(RunStatus.RollingBack));
        var second = new PlanAdopted("lineage-1", "demo", "p2", "m2", ["t/c:one"]);
        Assert.That(async () => await store.AppendAsync(second), Throws.InstanceOf<InvalidDataException>());
    }

    /// <summary>Until the step is begun anew, which has found the mark still there, or is done.</summary>
    [Test]
    public async Task That_a_step_was_about_to_end_its_database_is_known_to_the_next_run()
    {
        using var store = await StateStore.OpenAsync(await StateScript.WriteAsync(11), new FakeClock(), CancellationToken.None);
        await store.AppendAsync(new StepEnding("t/a:two"));
        await store.AppendAsync(new StepGivenUp("t/a:two", new StepProblem("MP6004", "no connection", "look")));
        await store.AppendAsync(new RunBegun("ann", "host-1", 4713, "0.1.0"));
        Assert.That(store.State!.Find("t/a:two")!.IsEnding, Is.True);

        await store.AppendAsync(new StepBegun("t/a:two"));
        Assert.That(store.State!.Find("t/a:two")!.IsEnding, Is.Null);
        await store.AppendAsync(new StepEnding("t/a:two"));
        await store.AppendAsync(new StepFinished("t/a:two", "done", FoundDone: true, []));
        Assert.That(store.State!.Find("t/a:two")!.IsEnding, Is.Null);
    }

    [Test]
    public async Task The_snapshot_is_made_anew_from_the_journal_when_it_is_deleted()
    {
        var files = await StateScript.WriteAsync();
        files.Delete(StateStore.SnapshotName);
        var state = await StateStore.PeekAsync(files, CancellationToken.None);
        Assert.That(state!.Serial, Is.EqualTo(StateScript.Events.Length));
    }

    [Test]
    public async Task A_torn_tail_is_cut_when_a_run_opens_the_state_and_only_then()
    {
        var files = await StateScript.WriteAsync(5);
        var whole = files[StateStore.JournalName];
        files[StateStore.JournalName] = [.. whole, .. "{\"format\":\"1.0\",\"seq"u8];

        Assert.That((await StateStore.PeekAsync(files, CancellationToken.None))!.Serial, Is.EqualTo(5));
        Assert.That(files[StateStore.JournalName], Has.Length.GreaterThan(whole.Length));

        using var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
        Assert.That(files[StateStore.JournalName], Is.EqualTo(whole));
        await store.AppendAsync(StateScript.Events[5]);
        Assert.That((await StateStore.PeekAsync(files, CancellationToken.None))!.Serial, Is.EqualTo(6));
    }

    [Test]
    public async Task A_journal_that_lost_whole_lines_is_refused()
    {
        var files = await StateScript.WriteAsync();
        var lines = Encoding.UTF8.GetString(files[StateStore.JournalName]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        files[StateStore.JournalName] = Encoding.UTF8.GetBytes(string.Join('\n', lines[..^1]) + "\n");
        Assert.That(await RefusalAsync(files), Is.EqualTo("MP5003"));

        files.Delete(StateStore.JournalName);
        Assert.That(await RefusalAsync(files), Is.EqualTo("MP5003"));
    }

    [Test]
    public async Task A_line_taken_out_of_the_middle_is_refused()
    {
        var files = await StateScript.WriteAsync();
        files.Delete(StateStore.SnapshotName);
        var lines = Encoding.UTF8.GetString(files[StateStore.JournalName]).Split('\n').ToList();
        lines.RemoveAt(3);
        files[StateStore.JournalName] = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        Assert.That(await RefusalAsync(files), Is.EqualTo("MP5002"));
    }

    [Test]
    public async Task A_snapshot_from_an_older_copy_of_another_run_is_refused()
    {
        var files = await StateScript.WriteAsync();
        var text = Encoding.UTF8.GetString(files[StateStore.SnapshotName]);
        files[StateStore.SnapshotName] = Encoding.UTF8.GetBytes(text.Replace("lineage-1", "lineage-2", StringComparison.Ordinal));
        Assert.That(await RefusalAsync(files), Is.EqualTo("MP5003"));
    }

    [TestCase(StateStore.SnapshotName)]
    [TestCase(StateStore.JournalName)]
    public async Task A_newer_format_is_refused_as_such(string name)
    {
        var files = await StateScript.WriteAsync(1);
        if (name == StateStore.SnapshotName)
        {
            files[name] = "{\"formatVersion\":\"2.0\",\"more\":1}"u8.ToArray();
        }
        else
        {
            const string body = "{\"format\":\"2.0\",\"n\":1";
            files[name] = Encoding.UTF8.GetBytes($"{body},\"check\":\"{JournalLine.HashOf(Encoding.UTF8.GetBytes(body))}\"}}\n");
        }

        Assert.That(await RefusalAsync(files), Is.EqualTo("MP5004"));
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("garbage")]
    [TestCase("")]
    public async Task A_snapshot_of_something_else_is_refused(string content)
    {
        var files = await StateScript.WriteAsync(3);
        files[StateStore.SnapshotName] = Encoding.UTF8.GetBytes(content);
        Assert.That(await RefusalAsync(files), Is.EqualTo("MP5003"));
    }

    [Test]
    public async Task A_second_plan_waits_until_the_first_is_finished()
    {
        using var store = await StateStore.OpenAsync(await StateScript.WriteAsync(3), new FakeClock(), CancellationToken.None);
        var second = new PlanAdopted("lineage-1", "demo", "p2", "m2", ["t/c:one"]);
        Assert.That(async () => await store.AppendAsync(second), Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task A_second_plan_keeps_lineage_and_resources()
    {
        using var store = await StateStore.OpenAsync(await StateScript.WriteAsync(17), new FakeClock(), CancellationToken.None);
        await store.AppendAsync(new PlanAdopted("lineage-1", "demo", "p2", "m2", ["t/c:one"]));
        Assert.That(store.State!.Steps.Single().Id, Is.EqualTo("t/c:one"));
        Assert.That(store.State.Resources, Has.Length.EqualTo(1));
        Assert.That(store.State.Status, Is.EqualTo(RunStatus.Unfinished));
    }

    [Test]
    public async Task What_a_finished_plan_created_is_earlier_once_the_next_one_is_adopted()
    {
        using var store = await SecondPlanAsync();
        Assert.That(store.State!.Resources, Is.Empty);
        Assert.That(store.State.Earlier, Is.EqualTo(new[]
        {
            new ResourceState("database", "t", "a", "t/a:one") { Location = "db.internal:5432", SystemIdentifier = "7301" },
            new ResourceState("fence", "s", "a", "t/a:one"),
        }));
        Assert.That(
            store.State.Find("t/a:one"),
            Has.Property("Status").EqualTo(StepStatus.Done).And.Property("IsKept").True.And.Property("Summary").EqualTo("made \"a\"\nand more"));
        Assert.That(store.State.Find("t/c:one"), Has.Property("Status").EqualTo(StepStatus.Pending));
    }

    [Test]
    public async Task What_a_database_became_is_added_to_what_was_recorded_before_it_was_made()
    {
        using var store = await StateStore.OpenAsync(await StateScript.WriteAsync(4), new FakeClock(), CancellationToken.None);
        var before = store.State!.Resources.Single();
        await store.AppendAsync(new ResourceRecorded("t/a:one", "database", "t", "a", "db.internal:5432", "7301", DatabaseOid: 16384));
        Assert.That(store.State.Resources.Single(), Is.EqualTo(before with { DatabaseOid = 16384 }));
        await store.AppendAsync(new ResourceRecorded("t/a:one", "database", "t", "a", "db.internal:5432", "7301"));
        Assert.That(store.State.Resources.Single().DatabaseOid, Is.EqualTo(16384));
    }

    [Test]
    public async Task What_is_made_anew_is_the_new_plans_and_what_is_found_in_its_place_stays_the_earlier_ones()
    {
        using var store = await SecondPlanAsync();
        await store.AppendAsync(new ResourceRecorded("t/c:one", "database", "t", "a"));
        await store.AppendAsync(new ResourceRecorded("t/c:one", "fence", "s", "a", Found: true));
        Assert.That(store.State!.Resources, Is.EqualTo(new[] { new ResourceState("database", "t", "a", "t/c:one") }));
        Assert.That(store.State.Earlier!.Value.Single().Kind, Is.EqualTo("fence"));
        await store.AppendAsync(new ResourceRemoved("fence", "s", "a"));
        Assert.That(store.State.Earlier, Is.Null);
    }

    /// <summary>Several steps may set one fence, and a killed one records it again: whoever comes first, it is the plan's own, and once.</summary>
    [Test]
    public async Task A_fence_that_is_set_again_is_the_new_plans_whoever_finds_it_then()
    {
        using var store = await SecondPlanAsync();
        await store.AppendAsync(new ResourceRecorded("t/c:one", "fence", "s", "a"));
        await store.AppendAsync(new ResourceRecorded("t/c:one", "fence", "s", "a"));
        await store.AppendAsync(new ResourceRecorded("t/c:one", "fence", "s", "a", Found: true));
        Assert.That(store.State!.Resources, Is.EqualTo(new[] { new ResourceState("fence", "s", "a", "t/c:one") }));
        Assert.That(store.State.Earlier!.Value.Single().Kind, Is.EqualTo("database"));
    }

    [Test]
    public async Task A_fence_that_is_found_and_that_nobody_recorded_is_the_plans()
    {
        using var store = await SecondPlanAsync();
        await store.AppendAsync(new ResourceRecorded("t/c:one", "fence", "s", "other", Found: true));
        Assert.That(store.State!.Resources, Is.EqualTo(new[] { new ResourceState("fence", "s", "other", "t/c:one") }));
    }

    [Test]
    public async Task A_rollback_leaves_what_is_earlier_unless_it_is_asked_for()
    {
        using var store = await SecondPlanAsync();
        await store.AppendAsync(new RollbackBegun());
        await store.AppendAsync(new RolledBack());
        Assert.That(store.State!.Find("t/a:one")!.Status, Is.EqualTo(StepStatus.Done));
        Assert.That(store.State.Earlier!.Value, Has.Length.EqualTo(2));

        await store.AppendAsync(new RollbackBegun(WithEarlier: true));
        Assert.That(store.State, Has.Property("Earlier").Null.And.Property("Resources").Length.EqualTo(2));
        await store.AppendAsync(new RolledBack());
        Assert.That(store.State.Find("t/a:one")!.Status, Is.EqualTo(StepStatus.Pending));
    }

    [Test]
    public async Task A_step_that_was_not_done_can_not_be_kept()
    {
        using var store = await StateStore.OpenAsync(await StateScript.WriteAsync(17), new FakeClock(), CancellationToken.None);
        Assert.That(
            async () => await store.AppendAsync(new PlanAdopted("lineage-1", "demo", "p2", "m2", ["t/c:one"], ["t/c:one"])),
            Throws.InstanceOf<InvalidDataException>());
    }

    [Test]
    public async Task A_state_with_an_earlier_plan_fits_the_published_schema_and_is_read_back()
    {
        using var store = await SecondPlanAsync();
        var schema = await NJsonSchema.JsonSchema.FromFileAsync(Repository.PathOf("schemas", "state.v1.schema.json"));
        Assert.That(schema.Validate(StateStore.Describe(store.State!)).Select(error => error.ToString()), Is.Empty);
    }

    private static async Task<StateStore> SecondPlanAsync()
    {
        var files = await StateScript.WriteAsync(16);
        using (var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None))
        {
            await store.AppendAsync(new ResourceRecorded("t/a:one", "fence", "s", "a"));
            await store.AppendAsync(new PlanAdopted("lineage-1", "demo", "p2", "m2", ["t/a:one", "t/c:one"], ["t/a:one"]));
        }

        return await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
    }

    [Test]
    public async Task After_a_failed_write_nothing_more_is_written()
    {
        var files = await StateScript.WriteAsync(3);
        using var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
        files.BytesLeft = 10;
        Assert.That(async () => await store.AppendAsync(StateScript.Events[3]), Throws.InstanceOf<DiagnosticException>());

        files.BytesLeft = null;
        Assert.That(async () => await store.AppendAsync(StateScript.Events[3]), Throws.InstanceOf<DiagnosticException>());
        Assert.That((await StateStore.PeekAsync(files, CancellationToken.None))!.Serial, Is.EqualTo(3));
    }

    [Test]
    public async Task After_a_write_that_failed_in_a_way_that_nobody_foresaw_neither()
    {
        var files = await StateScript.WriteAsync(3, new FormatException("nonsense"));
        using var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
        files.BytesLeft = 10;
        Assert.That(async () => await store.AppendAsync(StateScript.Events[3]), Throws.InstanceOf<FormatException>());

        files.BytesLeft = null;
        Assert.That(async () => await store.AppendAsync(StateScript.Events[3]), Throws.InstanceOf<DiagnosticException>().With.Message.Contains("nonsense"));
        Assert.That((await StateStore.PeekAsync(files, CancellationToken.None))!.Serial, Is.EqualTo(3));
    }

    internal static async Task<string?> RefusalAsync(IStateFiles files)
    {
        try
        {
            await StateStore.PeekAsync(files, CancellationToken.None);
            return null;
        }
        catch (DiagnosticException exception)
        {
            return exception.Diagnostic.Code;
        }
    }
}
