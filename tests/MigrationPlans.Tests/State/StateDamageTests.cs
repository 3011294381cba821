using FsCheck.Fluent;
using MigrationPlans.Diagnostics;
using MigrationPlans.State;
using NUnit.Framework;

namespace MigrationPlans.Tests.State;

/// <summary>Whatever happens to the files, the state is one that was, or it is refused: it is never misread.</summary>
public sealed class StateDamageTests
{
    [Test]
    public async Task A_journal_cut_at_any_byte_is_recovered_to_a_state_that_was()
    {
        var states = await StateScript.StatesAsync();
        var files = await StateScript.WriteAsync();
        files.Delete(StateStore.SnapshotName);
        var journal = files[StateStore.JournalName];
        for (var length = 0; length <= journal.Length; length++)
        {
            files[StateStore.JournalName] = journal[..length];
            var lines = journal.AsSpan(0, length).Count((byte)'\n');
            var state = await StateStore.PeekAsync(files, CancellationToken.None);
            Assert.That(StateScript.Describe(state), Is.EqualTo(states[lines]), $"cut at {length}");
        }
    }

    [Test]
    public async Task A_power_cut_at_any_written_byte_is_recovered_to_the_last_event_or_the_one_before()
    {
        var states = await StateScript.StatesAsync();
        var total = (await StateScript.WriteAsync()).BytesWritten;
        for (var bytes = 0L; bytes <= total; bytes += 7)
        {
            var files = new MemoryStateFiles { BytesLeft = bytes };
            var acknowledged = await WriteUntilCutAsync(files);
            files.BytesLeft = null;

            using var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);

            var found = StateScript.Describe(store.State);
            var next = Math.Min(acknowledged + 1, states.Count - 1);
            Assert.That(found, Is.EqualTo(states[acknowledged]).Or.EqualTo(states[next]), $"cut after {bytes} bytes");

            // And the next run goes on from there.
            foreach (var happened in StateScript.Events.Skip((int)(store.State?.Serial ?? 0)))
            {
                await store.AppendAsync(happened);
            }

            Assert.That((await StateStore.PeekAsync(files, CancellationToken.None))!.Status, Is.EqualTo(RunStatus.RolledBack));
        }
    }

    [Test]
    public async Task A_flipped_bit_is_refused_or_costs_only_the_tail()
    {
        var states = (await StateScript.StatesAsync()).ToHashSet(StringComparer.Ordinal);
        var whole = await StateScript.WriteAsync();
        var size = whole[StateStore.JournalName].Length + whole[StateStore.SnapshotName].Length;
        var property = Prop.ForAll(
            ArbMap.Default.ArbFor<int>().Filter(bit => bit >= 0), Gen.Choose(0, (size * 8) - 1).ToArbitrary(), (_, bit) => IsNeverMisread(whole, bit, states));
        FsCheck.Check.One(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(3000), property);
    }

    [Test]
    public async Task Any_slice_put_over_any_place_is_never_misread()
    {
        var states = (await StateScript.StatesAsync()).ToHashSet(StringComparer.Ordinal);
        var whole = await StateScript.WriteAsync();
        var length = whole[StateStore.JournalName].Length;
        var place = Gen.Choose(0, length - 1);
        var slices = place.SelectMany(from => place.SelectMany(to => Gen.Choose(1, 300).Select(count => (from, to, count)))).ToArbitrary();
        FsCheck.Check.One(
            FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(slices, slice => IsNeverMisread(whole, slice.from, slice.to, slice.count, states)));
    }

    private static async Task<int> WriteUntilCutAsync(MemoryStateFiles files)
    {
        var acknowledged = 0;
        using var store = await StateStore.OpenAsync(files, new FakeClock(), CancellationToken.None);
        try
        {
            foreach (var happened in StateScript.Events)
            {
                await store.AppendAsync(happened);
                acknowledged++;
            }
        }
        catch (DiagnosticException)
        {
            // The cut.
        }

        return acknowledged;
    }

    private static bool IsNeverMisread(MemoryStateFiles whole, int bit, HashSet<string> states)
    {
        var files = whole.Copy();
        var journalBits = files[StateStore.JournalName].Length * 8;
        var (name, at) = bit < journalBits ? (StateStore.JournalName, bit) : (StateStore.SnapshotName, bit - journalBits);
        files[name][at / 8] ^= (byte)(1 << (at % 8));
        return IsKnownOrRefused(files, states);
    }

    private static bool IsNeverMisread(MemoryStateFiles whole, int from, int to, int count, HashSet<string> states)
    {
        var files = whole.Copy();
        files.Delete(StateStore.SnapshotName);
        var journal = files[StateStore.JournalName];
        var slice = journal.Skip(from).Take(Math.Min(count, journal.Length - Math.Max(from, to))).ToArray();
        slice.CopyTo(journal, to);
        return IsKnownOrRefused(files, states);
    }

    private static bool IsKnownOrRefused(MemoryStateFiles files, HashSet<string> states)
    {
        try
        {
            return states.Contains(StateScript.Describe(StateStore.PeekAsync(files, CancellationToken.None).GetAwaiter().GetResult()));
        }
        catch (DiagnosticException)
        {
            return true;
        }
    }
}
