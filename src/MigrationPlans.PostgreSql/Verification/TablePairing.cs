using System.Collections.Immutable;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Rows;

namespace MigrationPlans.PostgreSql.Verification;

/// <summary>
/// Decides what is compared with what. A table goes by itself; partitions among which rows may be spread otherwise on the target go
/// together, by the topmost such table that they are partitions of on both sides: under a pick it can be another one than on the source, or
/// none. Pure.
/// </summary>
internal sealed class TablePairing(ImmutableArray<VerifiedTable> source, ImmutableArray<VerifiedTable> target)
{
    private readonly Dictionary<(string Schema, string Name), VerifiedTable> here = source.ToDictionary(table => table.Id);
    private readonly Dictionary<(string Schema, string Name), VerifiedTable> there = target.ToDictionary(table => table.Id);
    private readonly Lazy<ILookup<(string Schema, string Name), VerifiedTable>> leavesHere = new(() => LeavesByTree(source));
    private readonly Lazy<ILookup<(string Schema, string Name), VerifiedTable>> leavesThere = new(() => LeavesByTree(target));

    public IEnumerable<TablePair> Pair(DatabaseMapping mapping)
    {
        var filter = SelectionFilter.For(mapping).Knowing(source.Select(table => (new TableIdentity(table.Schema, table.Name), table.Parent)));
        return source.Where(table => !table.IsTree
            && !(table.Extension is { } extension && mapping.SkipExtensions.Contains(extension))
            && filter.PicksRows(table.Schema, table.Name))
            .ToLookup(table => TreeOf(table) ?? table)
            .Select(group => group.Key.IsTree ? PairTree(group.Key, [.. group]) : PairTable(group.Key))
            // Missing, or not populated: said of it among the objects.
            .Where(pair => pair is not { Source.IsMaterializedView: true, Target: null })
            .OrderBy(pair => pair.Source.Schema, StringComparer.Ordinal).ThenBy(pair => pair.Source.Name, StringComparer.Ordinal);
    }

    /// <summary>
    /// Of an extension's configuration, rows are compared that both sides take for the user's: another version of the
    /// extension may see it otherwise.
    /// </summary>
    private TablePair PairTable(VerifiedTable table)
    {
        if (!there.TryGetValue(table.Id, out var arrived))
        {
            return new TablePair(table, Target: null);
        }

        var (here, lone) = (Names(table), Names(arrived).Except(Names(table), StringComparer.Ordinal));
        return UserRows.Further(table.Condition, arrived.Condition, lone) is { } further
            ? new TablePair(
                table with { FurtherCondition = further },
                arrived with { FurtherCondition = UserRows.Further(arrived.Condition, table.Condition, here.Except(Names(arrived), StringComparer.Ordinal)) })
            : new TablePair(table, arrived with { Condition = table.Condition ?? arrived.Condition });
    }

    private static IEnumerable<string> Names(VerifiedTable table) => table.Columns.Select(column => column.Name);

    private VerifiedTable? TreeOf(VerifiedTable leaf)
    {
        var above = there.TryGetValue(leaf.Id, out var arrived) ? Ancestors(arrived, there).Select(table => table.Id).ToHashSet() : [];
        return Ancestors(leaf, here).LastOrDefault(table => table.Scatters && above.Contains(table.Id));
    }

    /// <summary>Read as a whole, like on the target, only where all of it was picked.</summary>
    private TablePair PairTree(VerifiedTable tree, ImmutableArray<VerifiedTable> picked)
    {
        ImmutableArray<VerifiedTable> leaves = [.. leavesHere.Value[tree.Id]], arrived = [.. leavesThere.Value[tree.Id]];
        return leaves.Length == picked.Length
            ? new TablePair(Whole(tree, leaves), Whole(there[tree.Id], arrived))
            : new TablePair(ByParts(tree, picked), ByParts(there[tree.Id], arrived));
    }

    private static VerifiedTable Whole(VerifiedTable tree, ImmutableArray<VerifiedTable> leaves) => Of(tree, leaves, all: tree.LeafCount);

    /// <summary>Who may read a tree need not have the right to read its partitions by themselves, and not all of them need be listed.</summary>
    private static VerifiedTable Of(VerifiedTable tree, ImmutableArray<VerifiedTable> leaves, long all) => tree with
    {
        Leaves = leaves.Length == all && leaves.All(leaf => leaf.Unreadable is null) ? leaves : [],
        Bytes = leaves.Sum(leaf => leaf.Bytes),
        Locks = leaves.Sum(leaf => leaf.Locks),
    };

    private static VerifiedTable ByParts(VerifiedTable tree, ImmutableArray<VerifiedTable> parts) =>
        Of(tree, parts, all: parts.Length) with
        {
            Parts = parts,
            Unreadable = parts.Select(part => part.Unreadable).FirstOrDefault(reason => reason is not null),
        };

    private static ILookup<(string Schema, string Name), VerifiedTable> LeavesByTree(ImmutableArray<VerifiedTable> tables)
    {
        var byId = tables.ToDictionary(table => table.Id);
        return tables.Where(table => !table.IsTree)
            .SelectMany(leaf => Ancestors(leaf, byId).Select(tree => (tree.Id, leaf)))
            .ToLookup(pair => pair.Id, pair => pair.leaf);
    }

    /// <summary>From the nearest to the root.</summary>
    private static IEnumerable<VerifiedTable> Ancestors(VerifiedTable table, Dictionary<(string Schema, string Name), VerifiedTable> byId)
    {
        for (var above = table.Parent; above is { } id && byId.TryGetValue((id.Schema, id.Name), out var parent); above = parent.Parent)
        {
            yield return parent;
        }
    }
}
