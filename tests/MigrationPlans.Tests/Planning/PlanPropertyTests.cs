using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MigrationPlans.Inspection;
using MigrationPlans.Manifest;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlanPropertyTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(60);

    [Test]
    public void Equal_input_gives_byte_identical_json() =>
        Prop.ForAll(Cases(), sample => PlanDocument.Write(Make(sample)) == PlanDocument.Write(Make(sample))).Check(Runs);

    [Test]
    public void Every_step_stands_behind_those_it_depends_on_and_ids_are_unique() =>
        Prop.ForAll(Cases(), sample => PlanShape.FindFault(Make(sample)) is null).Check(Runs);

    [Test]
    public void Every_plan_survives_writing_and_reading() =>
        Prop.ForAll(Cases(), sample =>
        {
            var json = PlanDocument.Write(Make(sample));
            return PlanDocument.Read(json, "plan.json").Plan is { } read && PlanDocument.Write(read) == json;
        }).Check(Runs);

    [Test]
    public void A_plan_compared_with_itself_has_no_differences() =>
        Prop.ForAll(Cases(), sample => PlanComparison.Compare(Make(sample), Make(sample)).IsEmpty).Check(Runs);

    /// <summary>Offline, where facts make the planner refuse.</summary>
    private static MigrationPlan Make(Sample sample) =>
        Planner.Plan(sample.Manifest, sample.Facts).Plan ?? Planner.Plan(sample.Manifest, null).Plan!;

    private static Arbitrary<Sample> Cases()
    {
        var names = Gen.Elements("a", "b", "orders", "Ünï", "with space", "quo\"te", "new\nline", "x.y");
        var tables = Gen.ListOf(Gen.Zip(names, names).Select(pair => Sample.Table(pair.Item1, pair.Item2)));
        var roles = Gen.ListOf(names);
        var mappings = Gen.Zip(
            Gen.Elements(Strategy.Stream, Strategy.Archive, Strategy.Replicate),
            Gen.Zip(Gen.Elements(Fence.None, Fence.ReadOnly), Gen.Elements(VerificationLevel.None, VerificationLevel.Counts)));
        return Gen.Zip(tables, Gen.Zip(roles, Gen.ListOf(mappings)))
            .Select(parts => Build([.. parts.Item1], [.. parts.Item2.Item1], [.. parts.Item2.Item2]))
            .ToArbitrary();
    }

    private static Sample Build(
        ImmutableArray<RelationFacts> tables,
        ImmutableArray<string> roles,
        ImmutableArray<(Strategy Strategy, (Fence Fence, VerificationLevel Verify) Care)> mappings)
    {
        var sample = new Sample();
        return sample with
        {
            Source = sample.Source with
            {
                Relations = [.. tables.DistinctBy(table => (table.Schema, table.Name))],
                Schemas = [.. tables.Select(table => table.Schema).Distinct().Order(StringComparer.Ordinal)],
                ReferencedRoles = [.. roles.Distinct().Order(StringComparer.Ordinal)],
                ForeignKeys = [],
            },
            MoreMappings =
            [
                .. mappings.Select((mapping, index) => Sample.Map("legacy/shop", $"nonprod/copy_{index}", index + 1) with
                {
                    Strategy = mapping.Strategy,
                    Fence = mapping.Care.Fence,
                    Verify = mapping.Care.Verify,
                }),
            ],
            MoreTargets = [.. mappings.Select((_, index) => Sample.Absent("nonprod", $"copy_{index}"))],
        };
    }
}
