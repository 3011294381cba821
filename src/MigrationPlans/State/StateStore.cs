using System.Text;
using System.Text.Json;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>The state of one manifest's plan: a journal, and the snapshot that it adds up to. Safe to call from many threads.</summary>
public sealed class StateStore : IDisposable
{
    public const string SnapshotName = "state.json";
    public const string JournalName = "journal.ndjson";
    public const string PlanName = "plan.json";
    public const string PlanBeforeName = "plan.before.json";

    private readonly IStateFiles files;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim gate = new(1);
    private DiagnosticException? broken;
    private StateLock? held;

    private StateStore(IStateFiles files, TimeProvider clock, RunState? state)
    {
        this.files = files;
        this.clock = clock;
        State = state;
    }

    /// <summary>What is known now; null before the first plan.</summary>
    public RunState? State { get; private set; }

    public string Location => files.Location;

    /// <summary>Opens the state for a run, which must hold the lock. A line that a crash cut off is dropped.</summary>
    /// <exception cref="DiagnosticException">The state is damaged, or can't be read or written.</exception>
    public static async Task<StateStore> OpenAsync(IStateFiles files, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (state, wholeLength, length) = await StateReader.ReadAsync(files, cancellationToken);
        if (wholeLength < length)
        {
            await files.CutAsync(JournalName, wholeLength);
        }

        return new StateStore(files, clock, state);
    }

    /// <summary>From the moment that the lock is lost nothing more is written: what others have written by then is theirs.</summary>
    public void CloseWith(StateLock stateLock) => held = stateLock;

    /// <summary>Reads the state without changing anything; a run may be going on meanwhile.</summary>
    /// <exception cref="DiagnosticException">The state is damaged or can't be read.</exception>
    public static async Task<RunState?> PeekAsync(IStateFiles files, CancellationToken cancellationToken) =>
        (await StateReader.ReadAsync(files, cancellationToken)).State;

    /// <summary>The same, for the manifest of this name alone.</summary>
    /// <exception cref="DiagnosticException">Also where the state is another manifest's.</exception>
    public static async Task<RunState?> PeekAsync(IStateFiles files, string name, CancellationToken cancellationToken)
    {
        var state = await PeekAsync(files, cancellationToken);
        return state is null || state.Name == name ? state : throw new DiagnosticException(StateDiagnostics.OtherName(files.Location, state.Name, name));
    }

    /// <summary>
    /// Writes the events to the journal, flushed to disk when this returns, and then the snapshot. A crash can keep
    /// a part of them, the first ones.
    /// </summary>
    /// <remarks>Takes no token: a checkpoint that was begun must finish.</remarks>
    /// <exception cref="DiagnosticException">The state can't be written; nothing more may be done in this run.</exception>
    public async Task AppendAsync(params IReadOnlyCollection<JournalEvent> happened)
    {
        await gate.WaitAsync(CancellationToken.None);
        try
        {
            if (broken is not null)
            {
                throw new DiagnosticException(broken.Diagnostic, broken);
            }

            RefuseIfLost();
            await WriteAsync(happened);
        }
        catch (Exception exception)
        {
            // A part of the line may be in the file. Nothing may follow it until a new run has cut it off.
            broken ??= exception as DiagnosticException ?? new DiagnosticException(StateDiagnostics.CannotWrite(files.Location, exception.Message), exception);
            throw;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Keeps the plan that is about to be adopted, as text that only its writer understands.</summary>
    /// <param name="before">The plan that the state is about until then, and still is where the run ends before the adoption; null where
    /// nothing of it is needed.</param>
    /// <exception cref="DiagnosticException">It can't be written.</exception>
    public async Task WritePlanAsync(ReadOnlyMemory<byte> plan, byte[]? before = null)
    {
        RefuseIfLost();
        if (before is not null)
        {
            await files.ReplaceAsync(PlanBeforeName, before);
        }

        await files.ReplaceAsync(PlanName, plan);
    }

    /// <summary>The state as <c>state.json</c> has it.</summary>
    public static string Describe(RunState state) => JsonSerializer.Serialize(state, StateJson.State) + "\n";

    public void Dispose() => gate.Dispose();

    private void RefuseIfLost()
    {
        if (held?.LossReason is { } reason)
        {
            throw new DiagnosticException(reason);
        }
    }

    private async Task WriteAsync(IReadOnlyCollection<JournalEvent> happened)
    {
        var at = clock.GetUtcNow();
        var (next, lines) = (State, new List<byte>());
        foreach (var one in happened)
        {
            var sequence = (next?.Serial ?? 0) + 1;
            var line = JournalLine.Write(sequence, next?.LastLine ?? JournalLine.Nothing, at, one);
            next = StateFold.Add(next, one, sequence, at, JournalLine.HashOf(line));
            lines.AddRange([.. line, (byte)'\n']);
        }

        if (next is null || lines.Count == 0)
        {
            return;
        }

        await files.AppendAsync(JournalName, lines.ToArray());
        State = next;
        await files.ReplaceAsync(SnapshotName, Encoding.UTF8.GetBytes(Describe(next)));
    }
}
