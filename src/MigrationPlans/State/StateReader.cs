using System.Text.Json;
using MigrationPlans.Diagnostics;

namespace MigrationPlans.State;

/// <summary>Reads snapshot and journal, and holds each against the other.</summary>
internal static class StateReader
{
    /// <returns>The state; how many bytes of the journal are whole lines; how many it has.</returns>
    public static async Task<(RunState? State, int WholeLength, int Length)> ReadAsync(IStateFiles files, CancellationToken cancellationToken)
    {
        // The snapshot first: a run that goes on meanwhile writes the journal first, so that is never behind.
        var snapshot = await ReadSnapshotAsync(files, cancellationToken);
        var journal = await files.ReadAsync(StateStore.JournalName, cancellationToken) ?? [];
        var wholeLength = Array.LastIndexOf(journal, (byte)'\n') + 1;
        return (Replay(files, journal.AsSpan(0, wholeLength), snapshot), wholeLength, journal.Length);
    }

    private static RunState? Replay(IStateFiles files, ReadOnlySpan<byte> journal, RunState? snapshot)
    {
        var state = default(RunState);
        var isCompared = snapshot is null;
        while (!journal.IsEmpty)
        {
            var end = journal.IndexOf((byte)'\n');
            state = AddLine(files, state, journal[..end]);
            journal = journal[(end + 1)..];
            if (state.Serial == snapshot?.Serial)
            {
                isCompared = AreEqual(state, snapshot)
                    ? true
                    : throw Unfit(files, $"it says something else than the journal's first {state.Serial} lines");
            }
        }

        if (!isCompared)
        {
            throw Unfit(files, $"it counts {snapshot!.Serial} events, the journal {state?.Serial ?? 0}");
        }

        return state;
    }

    private static RunState AddLine(IStateFiles files, RunState? state, ReadOnlySpan<byte> bytes)
    {
        var number = (state?.Serial ?? 0) + 1;
        try
        {
            var line = JournalLine.Read(bytes);
            if (line.Sequence != number)
            {
                throw new InvalidDataException($"it has number {line.Sequence}");
            }

            if (line.Previous != (state?.LastLine ?? JournalLine.Nothing))
            {
                throw new InvalidDataException("it does not follow the line before it");
            }

            return StateFold.Add(state, line.Event, line.Sequence, line.At, line.Hash);
        }
        catch (InvalidDataException exception)
        {
            var (place, line) = files.Locate(StateStore.JournalName, number);
            throw new DiagnosticException(StateDiagnostics.JournalDamaged(place, line, exception.Message), exception);
        }
        catch (NotSupportedException exception)
        {
            throw new DiagnosticException(StateDiagnostics.UnknownFormat(files.Locate(StateStore.JournalName, number).Place, exception.Message), exception);
        }
    }

    private static async Task<RunState?> ReadSnapshotAsync(IStateFiles files, CancellationToken cancellationToken)
    {
        if (await files.ReadAsync(StateStore.SnapshotName, cancellationToken) is not { } bytes)
        {
            return null;
        }

        try
        {
            RefuseOtherFormat(files, bytes);
            return StateJson.Read<RunState>(bytes) ?? throw Unfit(files, "it is empty");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter for text that is not UTF-8.
            throw new DiagnosticException(Unfit(files, "it is not what migplan writes").Diagnostic, exception);
        }
    }

    private static void RefuseOtherFormat(IStateFiles files, byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("formatVersion", out var version)
            && version.ToString() != RunState.CurrentFormat)
        {
            throw new DiagnosticException(StateDiagnostics.UnknownFormat(PathOf(files, StateStore.SnapshotName), version.ToString()));
        }
    }

    private static bool AreEqual(RunState left, RunState right) =>
        JsonSerializer.SerializeToUtf8Bytes(left, StateJson.State).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right, StateJson.State));

    private static DiagnosticException Unfit(IStateFiles files, string what) =>
        new(StateDiagnostics.SnapshotDamaged(PathOf(files, StateStore.SnapshotName), what));

    private static string PathOf(IStateFiles files, string name) => Path.Combine(files.Location, name);
}
