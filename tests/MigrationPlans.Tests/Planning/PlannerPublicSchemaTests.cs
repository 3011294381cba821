using System.Collections.Immutable;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

/// <summary>What is said of the schema public, where a superuser of the target keeps it.</summary>
public sealed class PlannerPublicSchemaTests
{
    private readonly Sample sample = new();

    private Sample Kept => sample with
    {
        Source = sample.Source with { Public = Said("shop_owner", ("", "CREATE, USAGE"), ("reader", "USAGE")) with { Comment = "ours" } },
        TargetServer = sample.TargetServer with { Login = Sample.Login(true, true, "shop_owner"), OwnerOfNewPublic = "postgres" },
    };

    [Test]
    public void In_a_new_database_all_that_the_default_is_not_is_said_to_stay_behind() => Assert.That(Notes(Kept), Is.EqualTo((string[])[
        "owner of schema public: shop_owner on the source; the schema belongs to the superuser postgres there, and weak may not change it",
        "privileges on schema public to reader: USAGE on the source, none on the target; the schema belongs to the superuser postgres there, and weak may not change it",
        "comment of schema public: the target keeps its own; the schema belongs to the superuser postgres there, and weak may not change it",
    ]));

    [Test]
    public void What_nobody_ever_changed_loses_nothing()
    {
        var unchanged = Said("someone", ("", "CREATE, USAGE")) with { HasDefaultOwner = true };
        Assert.That(Notes(Kept with { Source = Kept.Source with { Public = unchanged } }), Is.Empty);
    }

    [Test]
    public void A_privilege_that_the_source_took_away_comes_back()
    {
        var closed = Said("someone") with { HasDefaultOwner = true };
        Assert.That(
            Notes(Kept with { Source = Kept.Source with { Public = closed } }).Single(),
            Does.StartWith("privileges on schema public to PUBLIC: none on the source, CREATE, USAGE on the target"));
    }

    [Test]
    public void Nothing_is_said_where_the_login_may_change_it() =>
        Assert.That(Notes(Kept with { TargetServer = Kept.TargetServer with { OwnerOfNewPublic = null } }), Is.Empty);

    [Test]
    public void In_a_database_that_is_there_its_own_schema_counts_unless_it_is_replaced()
    {
        var empty = Sample.Occupied("nonprod", "shop") with { IsEmpty = true, Settings = Sample.Settings("shop", "weak"), Public = Said("shop_owner") };
        var there = Kept with { Target = empty };
        Assert.That(Notes(there), Is.Empty, "the login may change it");
        Assert.That(Notes(there with { Target = empty with { Public = null } }), Is.Empty, "there is none");
        Assert.That(
            Notes(there with { Target = empty with { Public = Said("root") with { IsFixed = true } } }),
            Has.Length.EqualTo(4).And.Some.Contain("superuser root"));
        var replaced = there with { Target = empty with { IsEmpty = false }, Mapping = there.Mapping with { OnExisting = OnExisting.Replace } };
        Assert.That(Notes(replaced), Has.Length.EqualTo(3).And.All.Contain("superuser postgres"));
    }

    [Test]
    public void Roles_count_by_their_names_on_the_target()
    {
        var map = ImmutableSortedDictionary<string, string>.Empty.Add("reader", "readers").Add("boss", "postgres").Add("other", "readers");
        var mapped = Kept with { Mapping = Kept.Mapping with { Roles = new RolePolicy { Map = map } } };
        var said = Said("boss", ("", "CREATE, USAGE"), ("other", "CREATE"), ("reader", "USAGE"));
        Assert.That(
            Notes(mapped with { Source = mapped.Source with { Public = said } }).Single(),
            Does.StartWith("privileges on schema public to readers: CREATE, USAGE on the source"));
    }

    [Test]
    public void A_source_without_the_schema_can_not_take_it_away_and_a_part_does_not_ask_for_it()
    {
        var dropped = Kept with { Source = Kept.Source with { Public = null } };
        Assert.That(Notes(dropped).Single(), Does.StartWith("absence of schema public: the target keeps it, empty"));
        Assert.That(Notes(dropped with { Mapping = dropped.Mapping with { Exclude = new Selection { Tables = ["public.orders"] } } }), Is.Empty);
        var more = Kept with { Source = Kept.Source with { Schemas = ["app", "public"], Relations = [Sample.Table("app", "t"), .. Kept.Source.Relations] } };
        Assert.That(Notes(more with { Mapping = Kept.Mapping with { Exclude = new Selection { Schemas = ["public"] } } }), Is.Empty);
    }

    private static PublicSchemaFacts Said(string owner, params (string Role, string Privileges)[] grants) => new()
    {
        Owner = owner,
        HasDefaultOwner = false,
        Grants = grants.ToImmutableSortedDictionary(grant => grant.Role, grant => grant.Privileges, StringComparer.Ordinal),
    };

    private static string[] Notes(Sample sample) =>
        [.. sample.Plan()
            .Databases.Single()
            .Notes.Where(note => note.Subject.Contains("schema public", StringComparison.Ordinal))
            .Select(note => $"{note.Subject}: {note.Reason}")];
}
