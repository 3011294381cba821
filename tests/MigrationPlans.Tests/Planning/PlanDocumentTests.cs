using System.Globalization;
using MigrationPlans.Planning;
using NUnit.Framework;

namespace MigrationPlans.Tests.Planning;

public sealed class PlanDocumentTests
{
    private readonly Sample sample = new();

    [Test]
    public void A_plan_read_back_is_written_alike()
    {
        foreach (var plan in new[] { sample.Plan(), Planner.Plan(sample.Manifest, null).Plan! })
        {
            var json = PlanDocument.Write(plan);
            var (read, diagnostics) = PlanDocument.Read(json, "plan.json");
            Assert.That(diagnostics, Is.Empty);
            Assert.That(PlanDocument.Write(read!), Is.EqualTo(json));
            Assert.That(read!.Steps.Select(step => step.GetType()), Is.EqualTo(plan.Steps.Select(step => step.GetType())));
        }
    }

    [Test]
    public void The_digest_leaves_estimates_out_and_holds_everything_else()
    {
        var grown = sample with
        {
            Source = sample.Source with { Relations = [.. sample.Source.Relations.Select(table => table with { Bytes = 99999, EstimatedRows = 7 })] },
        };
        Assert.That(grown.Plan().Digest, Is.EqualTo(sample.Plan().Digest));
        var wider = sample with { Source = sample.Source with { Relations = [.. sample.Source.Relations, Sample.Table("public", "returns")] } };
        Assert.That(wider.Plan().Digest, Is.Not.EqualTo(sample.Plan().Digest));
    }

    [TestCase("", "MP4052")]
    [TestCase("no plan at all", "MP4052")]
    [TestCase("[]", "MP4052")]
    [TestCase("null", "MP4052")]
    [TestCase("{}", "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x" }""", "MP4052")]
    [TestCase("""{ "formatVersion": "2.0", "manifestDigest": "x" }""", "MP4053")]
    [TestCase("""{ "formatVersion": 1, "manifestDigest": "x" }""", "MP4053")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": null, "mode": "offline" }""", "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "sideways" }""", "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "offline", "steps": null }""", "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "offline", "steps": [null] }""", "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "offline", "databases": [null] }""", "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "offline", "steps": [{ "id": "a", "database": "b" }] }""", "MP4052")]
    [TestCase(
        """{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "offline", "steps": [{ "kind": "format-disk", "id": "a", "database": "b" }] }""",
        "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "offline", "extra": 1 }""", "MP4052")]
    [TestCase("""{ "formatVersion": "1.0", "manifestDigest": "x", "name": "n", "mode": "offline", "digest": "wrong" }""", "MP4052")]
    public void A_malformed_or_foreign_plan_file_is_a_finding(string json, string code)
    {
        var (plan, diagnostics) = PlanDocument.Read(json, "plan.json");
        Assert.That(plan, Is.Null);
        Assert.That(diagnostics.Single().Code, Is.EqualTo(code));
    }

    [Test]
    public void A_plan_cut_off_anywhere_is_a_finding()
    {
        var json = PlanDocument.Write(sample.Plan()).TrimEnd();
        for (var length = 0; length < json.Length; length += 97)
        {
            Assert.That(PlanDocument.Read(json[..length], "plan.json").Plan, Is.Null, length.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Test]
    public void A_plan_changed_by_hand_is_refused()
    {
        var json = PlanDocument.Write(sample.Plan()).Replace("\"level\": \"counts\"", "\"level\": \"none\"", StringComparison.Ordinal);
        Assert.That(PlanDocument.Read(json, "plan.json").Diagnostics.Single().Code, Is.EqualTo("MP4054"));
    }

    [TestCase("two databases have the same address")]
    [TestCase("belongs to no database")]
    [TestCase("which does not stand before it")]
    [TestCase("two steps have the id")]
    public void Steps_that_break_their_promises_are_refused_even_with_a_right_digest(string fault)
    {
        var plan = sample.Plan();
        var broken = fault switch
        {
            "two databases have the same address" => plan with { Databases = [plan.Databases[0], plan.Databases[0]] },
            "belongs to no database" => plan with { Databases = [] },
            "which does not stand before it" => plan with { Steps = [.. plan.Steps.Reverse()] },
            _ => plan with { Steps = [plan.Steps[0], .. plan.Steps] },
        };
        var (read, diagnostics) = PlanDocument.Read(PlanDocument.Write(broken with { Digest = PlanDigest.Compute(broken) }), "plan.json");
        Assert.That(read, Is.Null);
        Assert.That(diagnostics.Single().Message, Does.Contain(fault));
    }

    [Test]
    public void Odd_names_survive()
    {
        var odd = sample with { Source = sample.Source with { Relations = [Sample.Table("Ünï \"q\"", "a.b/c:d\n\u001b[31m")] } };
        var json = PlanDocument.Write(odd.Plan());
        Assert.That(PlanDocument.Read(json, "plan.json").Plan!.Databases[0].Tables!.Value[0].Name, Is.EqualTo("a.b/c:d\n\u001b[31m"));
    }

    [Test]
    public void Every_step_kind_can_be_read_back()
    {
        var kinds = typeof(Step).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Step)) && !type.IsAbstract).Select(type => type.Name).Order();
        var registered = typeof(Step).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(attribute => attribute.DerivedType.Name).Order();
        Assert.That(registered, Is.EqualTo(kinds));
    }
}
