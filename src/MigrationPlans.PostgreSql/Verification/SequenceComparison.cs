using System.Collections.Immutable;
using MigrationPlans.Execution.Verification;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Rows;
using Npgsql;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>Positions of the sequences that both sides have; a missing one is among the objects.</summary>
internal static class SequenceComparison
{
    /// <param name="source">A session in the source database, in no transaction.</param>
    /// <param name="target">A session in the target database, in no transaction.</param>
    /// <param name="mapping">Says which extensions stay behind, and whose rows.</param>
    /// <param name="others">Sequences of the source that are not picked, as listed.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<(ImmutableArray<ObjectDifference> Differences, ImmutableArray<UncomparedRows> Unread)> CompareAsync(
        NpgsqlConnection source, NpgsqlConnection target, DatabaseMapping mapping, IReadOnlySet<string> others, CancellationToken cancellationToken)
    {
        var there = (await Sequences.ListAsync(target, cancellationToken)).ToDictionary(sequence => sequence.Id);
        var shared = (await Sequences.ListAsync(source, cancellationToken)).Where(sequence => there.ContainsKey(sequence.Id)
            && sequence.IsCarried(mapping)
            && sequence.Id != CronJobs.Runs
            && !others.Contains($"{sequence.Id.Schema}{ObjectKey.Separator}{sequence.Id.Name}"))
            .ToLookup(sequence => Unreadable(sequence.Unreadable, there[sequence.Id].Unreadable), sequence => sequence.Id);
        var readable = shared[null].ToList();
        var reads = await Task.WhenAll(Sequences.ReadAsync(source, readable, cancellationToken), Sequences.ReadAsync(target, readable, cancellationToken));
        var onTarget = reads[1].ToDictionary(position => position.Key, StringComparer.Ordinal);
        var apart = reads[0].Where(position => onTarget[position.Key] != position)
            .ToLookup(position => there[(position.Schema, position.Name)] is { Extension: not null, IsSettable: false });
        return (
            [
                .. apart[false].Select(position => new ObjectDifference(
                    ObjectDifference.SequencePosition, $"{position.Schema}.{position.Name}", Describe(position), Describe(onTarget[position.Key]))),
            ],
            [
                .. shared.Where(group => group.Key is not null)
                    .SelectMany(group => group.Select(sequence => new UncomparedRows(sequence.Schema, sequence.Name, group.Key!) { IsSequence = true })),
                .. apart[true].Select(position => new UncomparedRows(position.Schema, position.Name, "on the target, the login may not set it")
                {
                    IsSequence = true,
                }),
            ]);
    }

    private static string? Unreadable(string? source, string? target) =>
        source is not null ? $"on the source, {source}" : target is not null ? $"on the target, {target}" : null;

    private static string Describe(SequenceValue position) => $"{position.LastValue}{(position.IsCalled ? "" : " (not called)")}";
}
