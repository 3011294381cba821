using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MigrationPlans.Manifest;
using MigrationPlans.PostgreSql.Verification;
using NUnit.Framework;

namespace MigrationPlans.Tests.Verification;

public sealed class ObjectPairingTests
{
    private static readonly DatabaseMapping Plain = new() { From = new("s", "shop"), To = new("t", "shop"), Path = "databases[0]" };

    private static readonly DatabaseMapping Merging = Plain with
    {
        Roles = new RolePolicy
        {
            Map = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("a", "x"), KeyValuePair.Create("b", "x")]),
        },
    };

    private static readonly ListedObject[] Source =
    [
        Listed("table", "t", "replica identity d"),
        Listed("table", "gone", ""),
        Listed("column", "t.id", "integer"),
        Listed("column", "t.n", "text"),
        Listed("column order", "t", "id, n"),
        Listed("index", "t_pkey", "CREATE UNIQUE INDEX"),
        Listed("owner", "t", "", "a"),
        Grant("t", "c", "SELECT"),
        Grant("t", "", "SELECT"),
        Listed("index", "i", "USING btree (id)"),
        // Of a table and of a function that are called the same.
        Listed("comment", "same", "one"), Listed("comment", "same", "other"),
    ];

    private static readonly ListedObject[] Target =
    [
        Listed("table", "t", "replica identity d"),
        Listed("table", "further", ""),
        Listed("column", "t.id", "integer"),
        Listed("column", "t.n", "text"),
        Listed("column order", "t", "n, id"),
        Listed("index", "t_pkey", "CREATE UNIQUE INDEX"),
        Listed("owner", "t", "", "b"),
        Grant("t", "c", "SELECT*"),
        Grant("t", "", "SELECT"),
        Listed("index", "i", "USING btree (n)"),
        Listed("comment", "same", "one"), Listed("comment", "same", "other"),
    ];

    [Test]
    public async Task What_differs_is_found_in_whatever_order_it_is_told([Range(1, 40)] int seed) => Assert.That(
        await CompareAsync(Plain, Source, Target, new Random(seed)),
        Is.EqualTo((string[])
        [
            "column order t: id, n; n, id",
            "grant t to c: SELECT; SELECT*",
            "index i: USING btree (id); USING btree (n)",
            "owner t: a; b",
            "table further: none; ",
            "table gone: ; none",
        ]));

    [Test]
    public async Task Roles_that_become_one_have_the_rights_of_all_in_whatever_order_they_are_told([Range(1, 20)] int seed) => Assert.That(
        await CompareAsync(
            Merging,
            [Grant("t", "a", "INSERT"), Grant("t", "b", "INSERT*,SELECT"), Grant("u", "a", "INSERT"), Grant("u", "b", "SELECT")],
            [Grant("t", "x", "INSERT*,SELECT"), Grant("u", "x", "INSERT")],
            new Random(seed)),
        Is.EqualTo((string[])["grant u to x: INSERT,SELECT; INSERT"]));

    [Test]
    public async Task What_has_found_its_like_is_let_go_of()
    {
        var pairing = await CreateAsync(Plain);
        var told = Tell(pairing);
        GC.Collect();

        Assert.That(told.Select(item => item.IsAlive), Is.EqualTo((bool[])[false, false, true]));
        Assert.That(pairing.Differences().Select(difference => difference.Name), Is.EqualTo((string[])["u"]));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference[] Tell(ObjectPairing pairing)
    {
        var (here, there, lone) = (Listed("index", "t", "CREATE INDEX"), Listed("index", "t", "CREATE INDEX"), Listed("index", "u", "CREATE INDEX"));
        pairing.AddSource(here);
        pairing.AddSource(lone);
        pairing.AddTarget(there);
        return [new(here), new(there), new(lone)];
    }

    private static async Task<IEnumerable<string>> CompareAsync(DatabaseMapping mapping, ListedObject[] source, ListedObject[] target, Random order)
    {
        var pairing = await CreateAsync(mapping);
        Action[] told = [.. source.Select(item => (Action)(() => pairing.AddSource(item))), .. target.Select(item => (Action)(() => pairing.AddTarget(item)))];
        order.Shuffle(told);
        foreach (var tell in told)
        {
            tell();
        }

        return pairing.Differences().Select(difference => $"{difference.Kind} {difference.Name}: {difference.Source ?? "none"}; {difference.Target ?? "none"}");
    }

    private static async Task<ObjectPairing> CreateAsync(DatabaseMapping mapping)
    {
        var left = await LeftBehind.ReadAsync(null!, mapping, CancellationToken.None);
        return new ObjectPairing(mapping, left, new ObjectComparer(left, sameVersion: true));
    }

    private static ListedObject Listed(string kind, string name, string value, string? role = null) =>
        new(kind, About: null, "public", "t", name, role, Owner: null, Grantor: null, Giver: null, value);

    private static ListedObject Grant(string name, string role, string value) => new("grant", About: null, "public", name, name, role, "o", "o", "o", value);
}
