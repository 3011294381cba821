using System.Diagnostics;
using MigrationPlans.Diagnostics;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.Tests.State;

public sealed class StateLockTests
{
    private string directory = null!;
    private FakeClock clock = null!;
    private LocalLockFile file = null!;

    [SetUp]
    public void CreateDirectory()
    {
        directory = Directory.CreateTempSubdirectory("migplan-lock-").FullName;
        clock = new FakeClock();
        file = new LocalLockFile(directory, clock);
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task A_live_holder_keeps_others_out_and_is_named()
    {
        await using var held = await StateLock.TakeAsync(file, clock, CancellationToken.None);

        var refusal = Assert.ThrowsAsync<DiagnosticException>(TakeAsync)!.Diagnostic;

        Assert.That(refusal.Code, Is.EqualTo("MP5001"));
        Assert.That(refusal.Message, Does.Contain(Environment.MachineName).And.Contain(Environment.UserName).And.Contain("2026-01-02 03:04:05"));
    }

    [Test]
    public async Task A_lock_that_was_given_back_can_be_taken()
    {
        await (await StateLock.TakeAsync(file, clock, CancellationToken.None)).DisposeAsync();
        Assert.That(TakeAsync, Throws.Nothing);
    }

    [Test]
    public async Task A_live_process_keeps_its_lock_even_when_the_lease_has_run_out()
    {
        Write(Holder(ProcessIdentity.OfThisProcess()));
        clock.Advance(TimeSpan.FromDays(1));
        Assert.That(TakeAsync, Throws.InstanceOf<DiagnosticException>());
        Assert.That(async () => await StateLock.RemoveAsync(file, force: true, CancellationToken.None), Throws.InstanceOf<DiagnosticException>());
    }

    [Test]
    public void A_process_of_this_machine_that_is_gone_loses_its_lock_at_once()
    {
        using var gone = Process.Start("true");
        gone.WaitForExit();
        Write(Holder(ProcessIdentity.OfThisProcess() with { Pid = gone.Id }));
        Assert.That(TakeAsync, Throws.Nothing);
    }

    [Test]
    public void A_process_number_that_was_given_to_another_process_does_not_hold_the_lock()
    {
        Write(Holder(ProcessIdentity.OfThisProcess() with { Started = "1" }));
        Assert.That(TakeAsync, Throws.Nothing);
    }

    [Test]
    public void A_holder_on_another_machine_loses_it_when_the_lease_has_run_out()
    {
        Write(Holder(new ProcessIdentity(1, "1", "elsewhere")));
        Assert.That(TakeAsync, Throws.InstanceOf<DiagnosticException>());

        clock.Advance(StateLock.Lease + TimeSpan.FromSeconds(1));
        Assert.That(TakeAsync, Throws.Nothing);
    }

    [Test]
    public async Task The_lease_is_renewed_while_the_holder_lives()
    {
        await using var held = await StateLock.TakeAsync(file, clock, CancellationToken.None);
        var before = Peek()!.RenewedAt;
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.That(() => Peek()!.RenewedAt, Is.GreaterThan(before).After(5000, 10));
        Assert.That(held.Lost.IsCancellationRequested, Is.False);
    }

    [Test]
    public async Task A_holder_whose_lock_was_taken_over_is_told_and_leaves_the_new_one_alone()
    {
        var held = await StateLock.TakeAsync(file, clock, CancellationToken.None);
        Write(Holder(new ProcessIdentity(1, "1", "elsewhere")));
        clock.Advance(TimeSpan.FromSeconds(16));
        Assert.That(() => held.Lost.IsCancellationRequested, Is.True.After(5000, 10));
        Assert.That(held.LossReason!.Code, Is.EqualTo("MP5008"));

        await held.DisposeAsync();
        Assert.That(Peek()!.Id, Is.EqualTo("other"));
    }

    [Test]
    public async Task What_a_run_does_after_its_lock_was_lost_is_not_recorded()
    {
        var files = new MemoryStateFiles();
        using var store = await StateStore.OpenAsync(files, clock, CancellationToken.None);
        await using var held = await StateLock.TakeAsync(file, clock, CancellationToken.None);
        store.CloseWith(held);
        await store.AppendAsync(StateScript.Events[0]);
        var refusals = new List<string>();
        await using var registration = held.Lost.Register(() => refusals.Add(
            Assert.ThrowsAsync<DiagnosticException>(() => store.AppendAsync(StateScript.Events[1]))!.Diagnostic.Code));

        Write(Holder(new ProcessIdentity(1, "1", "elsewhere")));
        clock.Advance(TimeSpan.FromSeconds(16));

        Assert.That(() => refusals, Is.EqualTo(new[] { "MP5008" }).After(5000, 10), "closed before the run is cut");
        Assert.That(() => store.WritePlanAsync("{}"u8.ToArray()), Throws.InstanceOf<DiagnosticException>());
        Assert.That((await StateStore.PeekAsync(files, CancellationToken.None))!.Serial, Is.EqualTo(1));
    }

    [Test]
    public async Task Unlock_needs_force_for_a_holder_that_can_not_be_seen()
    {
        Write(Holder(new ProcessIdentity(1, "1", "elsewhere")));
        Assert.That(async () => await StateLock.RemoveAsync(file, force: false, CancellationToken.None), Throws.InstanceOf<DiagnosticException>());
        Assert.That((await StateLock.RemoveAsync(file, force: true, CancellationToken.None)).Holder!.Id, Is.EqualTo("other"));
        Assert.That(Peek(), Is.Null);
    }

    [Test]
    public async Task A_lock_file_of_garbage_is_refused_and_can_be_forced_away()
    {
        await File.WriteAllTextAsync(Path.Combine(directory, "lock.json"), "garbage");
        Assert.That(TakeAsync, Throws.InstanceOf<DiagnosticException>().With.Property("Diagnostic").Property("Code").EqualTo("MP5011"));
        await StateLock.RemoveAsync(file, force: true, CancellationToken.None);
        Assert.That(TakeAsync, Throws.Nothing);
    }

    [Test]
    public async Task Of_many_that_come_at_once_one_gets_it()
    {
        var attempts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(TryTakeAsync)));
        Assert.That(attempts.Count(held => held is not null), Is.EqualTo(1));
        await attempts.Single(held => held is not null)!.DisposeAsync();
    }

    [Test]
    public async Task A_renewal_that_gets_no_answer_loses_the_lock_when_the_lease_ends()
    {
        var place = new SilentLockFile(file);
        await using var held = await StateLock.TakeAsync(place, clock, CancellationToken.None);
        place.IsSilent = true;
        clock.Advance(TimeSpan.FromSeconds(16));
        await place.Asked;
        Assert.That(held.Lost.IsCancellationRequested, Is.False);

        clock.Advance(StateLock.Lease - TimeSpan.FromSeconds(16));
        Assert.That(() => held.Lost.IsCancellationRequested, Is.True.After(5000, 10));
        Assert.That(held.LossReason!.Code, Is.EqualTo("MP5008"));
        place.IsSilent = false;
    }

    [Test]
    public async Task A_renewal_that_fails_in_a_way_that_nobody_foresaw_is_tried_again_and_loses_the_lock_at_last()
    {
        var place = new SilentLockFile(file);
        await using var held = await StateLock.TakeAsync(place, clock, CancellationToken.None);
        place.Failure = new FormatException("nonsense");
        clock.Advance(TimeSpan.FromSeconds(16));
        await place.Asked;
        Assert.That(held.Lost.IsCancellationRequested, Is.False);

        Assert.That(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(16));
                return held.Lost.IsCancellationRequested;
            },
            Is.True.After(5000, 10));
        Assert.That(held.LossReason!.Code, Is.EqualTo("MP5008"));
        Assert.That(held.LossReason.Message, Does.Contain("nonsense"));
        place.Failure = null;
    }

    private async Task TakeAsync() => await (await StateLock.TakeAsync(file, clock, CancellationToken.None)).DisposeAsync();

    private async Task<StateLock?> TryTakeAsync()
    {
        try
        {
            return await StateLock.TakeAsync(new LocalLockFile(directory, TimeProvider.System), TimeProvider.System, CancellationToken.None);
        }
        catch (DiagnosticException)
        {
            return null;
        }
    }

    private LockHolder? Peek() => file.ReadAsync(CancellationToken.None).GetAwaiter().GetResult().Holder;

    private void Write(LockHolder holder) => File.WriteAllBytes(file.Location, LockReading.Write(holder));

    private LockHolder Holder(ProcessIdentity process) => new()
    {
        Id = "other",
        Who = "ann",
        Host = "elsewhere",
        Process = process,
        Since = clock.GetUtcNow(),
        RenewedAt = clock.GetUtcNow(),
        LeaseSeconds = (int)StateLock.Lease.TotalSeconds,
    };
}
